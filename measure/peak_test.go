package measure

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestPeakOfAnAiryPatternDoesNotDependOnItsSamples(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for _, perElement := range []float64{2, 2.5, 4, 10} {
		// At two samples per λ/D the transfer function reaches the end of the
		// band, where the interpolation is weakest.
		tolerance := 1e-4
		if perElement == 2 {
			tolerance = 1e-3
		}
		for range 5 {
			p := Point{rng.Float64(), rng.Float64()}
			m := pattern(100, 1/perElement, airy(p.X, p.Y))
			at, intensity, err := Peak(m)
			ok(t, err)
			near(t, "the peak's intensity", intensity, 1, tolerance)
			// The top is flat: a slight ripple moves it by several times as much.
			near(t, "the peak's x", at.X, p.X, 5*tolerance)
			near(t, "the peak's y", at.Y, p.Y, 5*tolerance)
		}
	}
}

func TestInterpolationGivesTheSamplesBackAndKeepsConstants(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	m := pattern(40, 1, func(x, y float64) float64 { return rng.Float64() })
	for range 50 {
		i, j := rng.IntN(40), rng.IntN(40)
		near(t, "a sample", interpolate(m, float64(i), float64(j)), m.At(i, j), 1e-14)
	}
	one := pattern(40, 1, flat)
	for range 50 {
		near(t, "one", interpolate(one, 40*rng.Float64()-0.5, 40*rng.Float64()-0.5), 1, 1e-14)
	}
}

func TestInterpolationFollowsWaves(t *testing.T) {
	// Cycles per sample; the band ends at ½. The nearer to its end, the more of
	// the window's spectrum lies beyond.
	for f, tolerance := range map[float64]float64{0.05: 5e-5, 0.2: 5e-5, 0.3: 1e-4, 0.4: 3e-3} {
		wave := func(x, y float64) float64 { return math.Cos(2*math.Pi*f*x + 0.3) }
		m := pattern(80, 1, wave)
		for d := 0.0; d < 1; d += 0.1 {
			near(t, "a wave between samples", interpolate(m, 40.5, 40+d), wave(0.5+d, 0), tolerance)
		}
	}
}

func TestPeakOfOneBrightSampleIsThatSample(t *testing.T) {
	m := pattern(8, 1, func(x, y float64) float64 { return 0 })
	m.Data[3*8+5] = 7
	at, intensity, err := Peak(m)
	ok(t, err)
	near(t, "x", at.X, 1.5, 1e-5)
	near(t, "y", at.Y, -0.5, 1e-5)
	near(t, "the intensity", intensity, 7, 1e-9)
}

func TestPeakAtTheEdgeStaysInTheField(t *testing.T) {
	m := pattern(8, 1, func(x, y float64) float64 { return 10 + x + y })
	at, intensity, err := Peak(m)
	ok(t, err)
	near(t, "x", at.X, 3.5, 0)
	near(t, "y", at.Y, 3.5, 0)
	near(t, "the intensity", intensity, 17, 0)
}
