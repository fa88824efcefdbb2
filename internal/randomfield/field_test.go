package randomfield

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/cmplx"
	"runtime"
	"testing"
)

// kolmogorov is a spectrum without scale.
func kolmogorov(f2 float64) float64 { return Pow(f2, -11.0/6) }

// wave is one wave and its opposite: its spatial frequency and its coefficient.
type wave struct {
	fx, fy float64
	c      complex128
	power  float64 // mean of |c|²
	low    bool
}

// waves lists what steps of that size carry.
func (f Field) waves(step float64) (list []wave) {
	k := waves(f.Period, step)
	for ny := range k + 1 {
		for nx := -k; nx <= k; nx++ {
			if ny > 0 || nx > 0 {
				rms := f.amplitude(nx, ny)
				re, im := f.wave(nx, ny, rms)
				list = append(list, wave{float64(nx) / f.Period, float64(ny) / f.Period, complex(re, im), rms * rms, false})
			}
		}
	}
	if f.Low {
		for g, a := 1, 1/f.Period/3; g <= lowGrids; g, a = g+1, a/3 {
			for _, n := range [4][2]int{{1, -1}, {1, 0}, {1, 1}, {0, 1}} {
				rms := f.around(n[0], n[1], a)
				re, im := draw(f.Seed, n[0], n[1], g)
				list = append(list, wave{a * float64(n[0]), a * float64(n[1]), complex(rms*re, rms*im), rms * rms, true})
			}
		}
	}
	return list
}

// at is what the wave and its opposite are at a place.
func (w wave) at(x, y float64) float64 {
	turns := w.fx*x + w.fy*y
	if w.low { // less its value at zero
		return 2 * real(w.c*complex(-2*math.Pow(math.Sin(math.Pi*turns), 2), math.Sin(2*math.Pi*turns)))
	}
	return 2 * real(w.c*cmplx.Rect(1, 2*math.Pi*turns))
}

func rms(values []float64) float64 {
	var sum float64
	for _, v := range values {
		sum += v * v
	}
	return math.Sqrt(sum / float64(len(values)))
}

func TestAFieldIsTheSumOfItsWaves(t *testing.T) {
	for name, c := range map[string]struct {
		period, step float64
		y, x         [3]float64 // center, from, to
		low          bool
	}{
		"a power of two of steps": {4, 0.25, [3]float64{0.5, -4, 5}, [3]float64{0.3, -3, 4}, true},
		"any step":                {4, 0.21, [3]float64{0.5, -9, 8}, [3]float64{0.77, -3, 4}, false},
		"beyond the period":       {4, 0.21, [3]float64{0.5, -30, 8}, [3]float64{0.5, 5, 40}, true},
		"beyond it, repeated":     {4, 0.25, [3]float64{0.5, -30, 8}, [3]float64{0.5, 5, 40}, false},
		"far away":                {4, 0.21, [3]float64{1000.3, 0, 4}, [3]float64{-500, 17, 20}, false},
		"hardly any wave":         {4, 1.9, [3]float64{0.5, 0, 2}, [3]float64{0, 0, 2}, false},
		"low waves only":          {4, 9, [3]float64{0.5, 0, 1}, [3]float64{0, 0, 2}, true},
	} {
		f := Field{Seed: 3, Period: c.period, Power: kolmogorov, Low: c.low}
		axis := func(a [3]float64) Axis { return Axis{c.step, a[0], int(a[1]), int(a[2])} }
		y, x := axis(c.y), axis(c.x)
		got, list := f.On(y, x), f.waves(c.step)
		scale := max(rms(got), 1e-3)
		for k, v := range got {
			var want float64
			for _, w := range list {
				want += w.at((float64(x.From+k%x.len())-x.Center)*c.step, (float64(y.From+k/x.len())-y.Center)*c.step)
			}
			if !(math.Abs(v-want) < 1e-12*scale) {
				t.Fatalf("%s: sample %d, %d is %.15g, the sum %.15g", name, k/x.len(), k%x.len(), v, want)
			}
		}
	}
}

// hash is one of all bits of a field.
func hash(values []float64) string {
	h := sha256.New()
	for _, v := range values {
		h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}

func onDisc(n int, step float64) Axis { return Axis{step, 0.5, -n / 2, n - n/2} }

// The hashes were computed on amd64; every other machine and build has to find them too.
func TestBitsAreTheSameOnEveryMachine(t *testing.T) {
	f := Field{Seed: 0x123456789abcdef, Period: 4, Power: kolmogorov, Low: true}
	for step, want := range map[float64]string{4.0 / 128: "67c19fb558bc3eb7", 4.0 / 100: "52ac98fb6d059613"} {
		if got := hash(f.On(onDisc(60, step), onDisc(61, step))); got != want {
			t.Errorf("steps of %g: the field has the hash %s, want %s", step, got, want)
		}
	}
}

func TestBitsAreTheSameForAnyNumberOfGoroutinesAndAnyPart(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	for _, step := range []float64{4.0 / 64, 4.0 / 50} {
		f := Field{Seed: 5, Period: 4, Power: kolmogorov, Low: true}
		y, x := onDisc(40, step), onDisc(80, step)
		whole := f.On(y, x)
		for n := 1; n < 4; n++ {
			runtime.GOMAXPROCS(n)
			if hash(f.On(y, x)) != hash(whole) {
				t.Errorf("%d goroutines give other bits", n)
			}
		}
		part := f.On(Axis{step, 0.5, 3, 7}, Axis{step, 0.5, -40, -29})
		for i := range 4 {
			for j := range 11 {
				if got, want := part[i*11+j], whole[(i+23)*80+j]; got != want {
					t.Fatalf("row %d, column %d of a part is %v, of the whole %v", i, j, got, want)
				}
			}
		}
	}
}

// Waves are drawn by their own place in the spectrum: those that twice the samples add
// are the only difference.
func TestTwiceTheSamplesAddOnlyFinerWaves(t *testing.T) {
	const fine = 2.0 // from this frequency on there is nothing
	f := Field{Seed: 8, Period: 4, Power: func(f2 float64) float64 {
		if f2 < fine*fine {
			return kolmogorov(f2)
		}
		return 0
	}}
	once := f.On(Axis{0.2, 0, -5, 5}, Axis{0.2, 0, -5, 5})
	twice := f.On(Axis{0.1, 0, -10, 10}, Axis{0.1, 0, -10, 10})
	for i := range 10 {
		for j := range 10 {
			if a, b := once[i*10+j], twice[2*i*20+2*j]; math.Abs(a-b) > 1e-12 {
				t.Fatalf("at %d, %d: %g and with twice the samples %g", i, j, a, b)
			}
		}
	}
}

// The coefficients are complex normal numbers: moments of 100,000 draws against those of
// the distribution, within four standard deviations.
func TestDrawsAreNormalAndIndependent(t *testing.T) {
	const n = 100000
	var re, im, square, fourth, product, neighbours float64
	last := 0.0
	for i := range n {
		a, b := draw(42, i%1000-500, i/1000, 0)
		re, im = re+a, im+b
		product += a * b
		neighbours += a * last
		square += a*a + b*b
		fourth += (a*a + b*b) * (a*a + b*b)
		last = a
	}
	for name, c := range map[string][3]float64{ // got, want, standard deviation
		"mean":                   {re, 0, math.Sqrt(n / 2.0)},
		"mean of the other":      {im, 0, math.Sqrt(n / 2.0)},
		"product":                {product, 0, math.Sqrt(n / 4.0)},
		"product of neighbours":  {neighbours, 0, math.Sqrt(n / 4.0)},
		"absolute value squared": {square, n, math.Sqrt(n)},
		"its square":             {fourth, 2 * n, math.Sqrt(20 * n)},
	} {
		if math.Abs(c[0]-c[1]) > 4*c[2] {
			t.Errorf("%s: the sum of %d draws is %g, want %g ± %g", name, n, c[0], c[1], c[2])
		}
	}
}

// The structure function expected of all waves, against that of turbulence: D. L. Fried
// 1966, J. Opt. Soc. Am. 56, 1372, and its constant 2·(24/5·Γ(6/5))^(5/6); the spectrum
// that belongs to it is eq. 2 of R. J. Noll 1976, J. Opt. Soc. Am. 66, 207. The period is
// twice the diameter.
func TestLowWavesCompleteTheStructureFunctionOfTurbulence(t *testing.T) {
	const diameter, period, step = 1.0, 2.0, 1.0 / 64
	constant := 2 * math.Pow(24./5*math.Gamma(1.2), 5./6)
	spectrum := math.Pow(math.Gamma(11./6), 2) / (2 * math.Pow(math.Pi, 11./3)) * math.Pow(24./5*math.Gamma(1.2), 5./6)
	f := Field{Period: period, Power: func(f2 float64) float64 { return spectrum * kolmogorov(f2) }, Low: true}
	list := f.waves(step)
	for _, c := range []struct{ separation, tolerance float64 }{{1. / 8, 0.01}, {1. / 4, 0.01}, {1. / 2, 0.02}, {1, 0.05}} {
		for _, direction := range []float64{0, math.Pi / 8, math.Pi / 4} {
			x, y := c.separation*diameter*math.Cos(direction), c.separation*diameter*math.Sin(direction)
			var sum float64
			for _, w := range list {
				sum += 8 * w.power * math.Pow(math.Sin(math.Pi*(w.fx*x+w.fy*y)), 2) // with the opposite wave
			}
			want := constant * math.Pow(c.separation*diameter, 5./3)
			if math.Abs(sum/want-1) > c.tolerance {
				t.Errorf("%g of the diameter at %.3g rad: the structure function is %.4g of that of turbulence", c.separation, direction, sum/want)
			}
		}
	}
}

func BenchmarkField(b *testing.B) {
	f := Field{Seed: 1, Period: 4, Power: kolmogorov, Low: true}
	for _, c := range []struct {
		name string
		n    int
	}{{"1024", 1024}, {"1000", 1000}} {
		a := onDisc(c.n, 2/float64(c.n))
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				f.On(a, a)
			}
		})
	}
}
