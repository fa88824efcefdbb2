package measure

import (
	"math"
	"slices"
	"testing"

	"arago/grid"
)

func TestAiryEnergyAtTheDarkRings(t *testing.T) {
	// Radii of the dark rings and the light inside them: Born & Wolf, table
	// 8.2. At a dark ring the intensity is zero on the circle, so taking the
	// light in cut pixels as spread evenly costs next to nothing; the sums of
	// an image sampled beyond its band equal integrals.
	const step = 0.1
	m := pattern(200, step, airy(0, 0))
	e, err := EncircledEnergy(m, Point{})
	ok(t, err)
	for _, ring := range []struct{ radius, energy float64 }{
		{1.219670, 0.838}, {2.233131, 0.910}, {3.238315, 0.938},
	} {
		near(t, "the truth", airyEnergy(ring.radius), ring.energy, 5e-4)
		near(t, "the energy inside a dark ring", e.Within(ring.radius)*step*step/airyFlux, airyEnergy(ring.radius), 5e-4)
	}
}

func TestAiryEnergyConvergesWithThePixelSquared(t *testing.T) {
	// Elsewhere the light within cut pixels is taken as spread evenly, and the
	// curve is interpolated: the error falls as the pixel squared.
	worst := func(step float64) (w float64) {
		m := pattern(int(8/step), step, airy(0.03, -0.02))
		e, err := EncircledEnergy(m, Point{0.03, -0.02})
		ok(t, err)
		for r := 0.0; r < 3.5; r += 0.013 {
			w = max(w, math.Abs(e.Within(r)*step*step/airyFlux-airyEnergy(r)))
		}
		return w
	}
	coarse, fine := worst(0.2), worst(0.1)
	if coarse > 0.01 || fine > coarse/3.5 {
		t.Errorf("errors %v at 5 and %v at 10 pixels per λ/D", coarse, fine)
	}
}

func TestEnergyOfAFlatImageIsTheAreaOfTheCircle(t *testing.T) {
	m := pattern(40, 0.5, flat)
	for _, p := range []Point{{}, {0.1, 0.23}, {-1.3, 0.5}} {
		e, err := EncircledEnergy(m, p)
		ok(t, err)
		for _, r := range []float64{0, 0.1, 0.5, 1.234, 5, 7.9} {
			near(t, "the energy", e.Within(r), math.Pi*r*r/0.25, 1e-10)
		}
		near(t, "the total", e.Total(), 1600, 1e-9)
		near(t, "beyond the field", e.Within(99), e.Total(), 0)
		near(t, "a negative radius", e.Within(-1), 0, 0)
	}
}

func TestRadiusOfIsTheInverseOfWithin(t *testing.T) {
	e, err := EncircledEnergy(pattern(64, 0.25, airy(0.1, 0)), Point{0.1, 0})
	ok(t, err)
	for f := 0.01; f < 1; f += 0.01 {
		r, err := e.RadiusOf(f * e.Total())
		ok(t, err)
		near(t, "the energy within the radius of an energy", e.Within(r), f*e.Total(), 1e-12*e.Total())
	}
	r, err := e.RadiusOf(0)
	ok(t, err)
	near(t, "the radius of no energy", r, 0, 0)
	if !slices.IsSorted(e.Inside) || !slices.IsSorted(e.Radius) {
		t.Error("the curve falls")
	}
	// Half of a Gaussian's light lies within σ·√(2 ln 2); light spread over
	// pixels of side h adds h²/12 to σ². The rest is the interpolation between
	// radii that are one eighth apart.
	e, err = EncircledEnergy(pattern(128, 0.125, round(0, 0, 1)), Point{})
	ok(t, err)
	r, err = e.RadiusOf(e.Total() / 2)
	ok(t, err)
	near(t, "the half-light radius", r, math.Sqrt(2*math.Ln2*(1+0.125*0.125/12)), 3e-4)

	_, err = e.RadiusOf(1.01 * e.Total())
	refused(t, err, ErrNotReached, "is more than any circle holds")
	for _, bad := range []float64{-1, math.NaN()} {
		if _, err := e.RadiusOf(bad); err == nil {
			t.Errorf("an energy of %v has a radius", bad)
		}
	}
}

func TestProfileOfAnAiryPatternIsTheAiryPattern(t *testing.T) {
	m := pattern(160, 0.05, airy(0.01, 0.02))
	p, err := RadialProfile(m, Point{0.01, 0.02})
	ok(t, err)
	f := airy(0, 0)
	for k, r := range p.Radius {
		if r > 3.9 {
			break // from here on annuli leave the field
		}
		// Pixel and annulus average over two pixels: h²·f″/6 or so.
		near(t, "the profile", p.Mean[k], f(r, 0), 3e-3)
	}
}

func TestProfileOfAFlatImageIsFlatToTheCorners(t *testing.T) {
	m := grid.NewMap(grid.Grid{Y: grid.Centered(7, 0.3), X: grid.Centered(20, 0.1), Unit: grid.Radian})
	for k := range m.Data {
		m.Data[k] = 2
	}
	p, err := RadialProfile(m, Point{0.02, -0.13})
	ok(t, err)
	for k, mean := range p.Mean {
		near(t, "the mean", mean, 2, 1e-12)
		if k > 0 && p.Radius[k]-p.Radius[k-1] > 0.31 {
			t.Errorf("radii jump from %v to %v", p.Radius[k-1], p.Radius[k])
		}
	}
	corner := math.Hypot(1.02, 0.92+0.26)
	if last := p.Radius[len(p.Radius)-1]; last < corner-0.3 || last > corner+0.3 {
		t.Errorf("the last radius is %v, the corner lies at %v", last, corner)
	}
}

func TestOnePixelIsAnImage(t *testing.T) {
	m := pattern(1, 1, flat)
	e, err := EncircledEnergy(m, Point{})
	ok(t, err)
	near(t, "the energy", e.Total(), 1, 1e-15)
	near(t, "the energy within half a pixel", e.Within(0.5), 0.25, 1e-15)
}
