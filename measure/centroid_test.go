package measure

import (
	"math/rand/v2"
	"testing"

	"arago/grid"
)

func TestCentroidOfAnImageWithinTheFieldIsItsPlace(t *testing.T) {
	// A Gaussian of 3 pixels is sampled far beyond its band, so that sums over
	// samples equal integrals to 1e-15, and 12 sigmas away it is 1e-32.
	for _, p := range []Point{{0, 0}, {0.25, -0.5}, {-1.234, 2.345}} {
		m := pattern(90, 0.25, round(p.X, p.Y, 0.75))
		c, err := Centroid(m)
		ok(t, err)
		near(t, "x", c.X, p.X, 1e-13)
		near(t, "y", c.Y, p.Y, 1e-13)
	}
}

func TestCentroidFollowsTheGridsZero(t *testing.T) {
	m := grid.NewMap(grid.Grid{Y: grid.FFTCentered(4, 2), X: grid.Axis{N: 3, Step: 0.5, Center: 7}, Unit: grid.Radian})
	m.Data[1*3+2] = 5
	c, err := Centroid(m)
	ok(t, err)
	near(t, "x", c.X, (2-7)*0.5, 1e-15)
	near(t, "y", c.Y, (1-2)*2, 1e-15)
}

func TestFloatingCentroidFindsAShiftedAiryPattern(t *testing.T) {
	// Four samples per λ/D and a window of about the second dark ring. The
	// light in cut pixels is taken as spread evenly; what this moves the
	// centroid by is of the order of the slope there times the pixel cubed.
	rng := rand.New(rand.NewPCG(7, 8))
	for range 20 {
		p := Point{2*rng.Float64() - 1, 2*rng.Float64() - 1}
		m := pattern(81, 0.25, airy(p.X, p.Y))
		c, err := FloatingCentroid(m, Point{}, 2)
		ok(t, err)
		near(t, "x", c.X, p.X, 1e-3)
		near(t, "y", c.Y, p.Y, 1e-3)
	}
	// The plain centroid of the same image is drawn to the middle of the field.
	m := pattern(81, 0.25, airy(1, 0))
	plain, err := Centroid(m)
	ok(t, err)
	if plain.X > 0.995 {
		t.Errorf("the wings do not disturb the plain centroid, x = %v", plain.X)
	}
}

func TestFloatingCentroidAgreesWithPOPPY(t *testing.T) {
	// POPPY 1.1.2: fwcentroid of exp(−((x−20.3)²+(y−19.6)²)/18) on 41×41
	// samples, halfwidth=8, threshold=1e-10, maxiterations=200, gives
	// (20.300334879673148, 19.59980868661552). It places the light of a cut
	// pixel at the pixel's middle, Arago in the middle of the part inside; where
	// the window cuts, the image is at 2 % of its peak, hence 1e-3.
	m := pattern(41, 1, round(0.3, -0.4, 3))
	c, err := FloatingCentroid(m, Point{}, 8.5)
	ok(t, err)
	near(t, "x", c.X, 20.300334879673148-20, 1e-3)
	near(t, "y", c.Y, 19.59980868661552-20, 1e-3)
	// The truth is known here.
	near(t, "x", c.X, 0.3, 6e-4)
	near(t, "y", c.Y, -0.4, 6e-4)
}

func TestTheWindowCutsPixels(t *testing.T) {
	// On a flat image the centroid of any window is its middle.
	m := pattern(11, 1, flat)
	for _, p := range []Point{{0, 0}, {0.3, -0.2}, {1.77, 2.5}} {
		c, err := CentroidIn(m, p, 2.2)
		ok(t, err)
		near(t, "x", c.X, p.X, 1e-14)
		near(t, "y", c.Y, p.Y, 1e-14)
	}
	// A window over a corner sees the part within the field: 3.5 to 5.5 from the middle.
	for _, side := range []Point{{1, 1}, {1, -1}, {-1, 1}, {-1, -1}} {
		c, err := CentroidIn(m, Point{5 * side.X, 5 * side.Y}, 1.5)
		ok(t, err)
		near(t, "x", c.X, 4.5*side.X, 1e-14)
		near(t, "y", c.Y, 4.5*side.Y, 1e-14)
	}
	// A window within one pixel sees nothing but that pixel.
	c, err := CentroidIn(m, Point{0.1, 0.1}, 0.05)
	ok(t, err)
	near(t, "x", c.X, 0.1, 1e-14)
}

func TestCentroidWindowsThatCannotBeAreRefused(t *testing.T) {
	m := pattern(11, 1, round(0, 0, 2))
	for _, half := range []float64{0, -1} {
		if _, err := CentroidIn(m, Point{}, half); err == nil || err.Error() != "the half-width of the window is "+map[float64]string{0: "0", -1: "-1"}[half]+"; it must be positive" {
			t.Errorf("error %v", err)
		}
	}
	clear(m.Row(5))
	_, err := CentroidIn(m, Point{}, 0.5)
	refused(t, err, ErrNoLight, "the sum of the window about (0, 0) rad is 0")
	_, err = FloatingCentroid(m, Point{}, 0.5)
	refused(t, err, ErrNoLight, "the sum of the window")
}

func TestAWindowThatNeverSettlesIsReported(t *testing.T) {
	// A weak slope: every window's centroid lies a little further to the right,
	// so that the window creeps.
	m := pattern(801, 1, func(x, y float64) float64 { return 1000 + x })
	_, err := FloatingCentroid(m, Point{-200, 0}, 3)
	refused(t, err, ErrNotReached, "still moves after 200 steps")
}
