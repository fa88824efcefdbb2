package propagate_test

import (
	"errors"
	"math"
	"math/cmplx"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

// glassWedge is a mask of glass whose path grows along x.
type glassWedge struct{ slope float64 }

func (glassWedge) Validate() error { return nil }

func (w glassWedge) Sample(g grid.Grid) (optics.Sample, error) {
	s := optics.Sample{}
	for range g.Y.N {
		for j := range g.X.N {
			s.OPD = append(s.OPD, w.slope*g.X.At(j))
		}
	}
	return s, nil
}

// Each warning of the sampling stands before an image that is wrong, and goes where
// what it advises makes it right.
func TestEachWarningSavesFromAWrongImage(t *testing.T) {
	const wavelength, diameter = 1e-6, 6.5
	const unit = wavelength / diameter / grid.Arcsecond // λ/D
	stop := optics.CircularAperture{Radius: 2.75}
	lens := direct(64, 2, wavelength, 0.1, 64, optics.CircularAperture{Radius: 1}, optics.ThinLens{NWaves: 24, ReferenceWavelength: wavelength, Radius: 1})
	masked := func(mask optics.Element, oversample int) propagate.System {
		return lyot(48, oversample, wavelength, mask, stop, 24)
	}
	quadrants := masked(optics.IdealFQPM{Wavelength: wavelength}, 2)
	quadrants.Planes = []propagate.Plane{
		propagate.Pupil{Elements: []optics.Element{optics.CircularAperture{Radius: 3.25}, optics.FQPMFFTAligner{Direction: "forward"}}},
		quadrants.Planes[1],
		propagate.Pupil{Elements: []optics.Element{optics.FQPMFFTAligner{Direction: "backward"}, stop}}, quadrants.Planes[3],
	}
	// An array of 1 and 0 whose samples lie as close as those of the plane padded 8 times.
	spot := grid.NewMap(grid.Square(grid.FFTCentered(64, wavelength/diameter/8), grid.Radian))
	for i := range 64 {
		for j := range 64 {
			if math.Hypot(float64(i-32), float64(j-32)) > 20 {
				spot.Data[i*64+j] = 1
			}
		}
	}
	array, err := optics.NewArrayElement(optics.ArraySpec{Amplitude: spot})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range some(2, []struct {
		name   string
		system propagate.System
		recipe string
		words  string
		// wrong is by how much the image is wrong at least, of its peak, better how many
		// times more than with what is advised.
		wrong, better float64
	}{
		{"a lens steeper than its samples", lens, "", `raise npix to (\d+)`, 0.5, 100},
		{"an occulter's edge", masked(optics.CircularOcculter{Radius: 3 * unit}, 2), "fft", `raise oversample in \[system\] to (\d+)`, 0.05, 3},
		{"the edge of one sampled at the centres of pixels", masked(optics.CircularOcculter{Radius: 3 * unit, PixelCenters: true}, 2), "", `raise oversample in \[system\] to (\d+)`, 0.05, 1.9},
		{"the edge of one in an array", masked(array, 2), "fft", `raise oversample in \[system\] to (\d+)`, 0.05, 1.9},
		{"a pinhole", masked(optics.CircularFieldStop{Radius: 0.25 * unit}, 2), "fft", `across it at 1e-06 m; raise oversample in \[system\] to (\d+)`, 0.05, 5},
		{"a knife edge", masked(optics.KnifeEdge{Placement: optics.Placement{ShiftX: 0.013}}, 2), "fft", `raise oversample in \[system\] to (\d+)`, 0.03, 5},
		{"quadrants", quadrants, "fft", `raise oversample in \[system\] to (\d+)`, 1, 10},
		{"a smooth mask without padding", masked(optics.BandLimitedCoronagraph{Kind: "circular", Sigma: 10}, 1), "", `raise oversample in \[system\] to (\d+)`, 0.1, 1000},
		// A wedge that moves the pupil off the stop, by 0.8 of the padded width, which is the
		// same as by 0.2 the other way.
		{"a steep wedge in an image", masked(glassWedge{0.8 * 3 * diameter}, 3), "", `near x = .* raise oversample in \[system\] to (\d+)`, 0.5, 1e6},
	}) {
		o := propagate.Options{Recipe: c.recipe}
		said := warnings(t, c.system, o)
		if len(said) != 1 {
			t.Errorf("%s: warnings %q", c.name, said)
			continue
		}
		advice := regexp.MustCompile(c.words).FindStringSubmatch(said[0])
		if advice == nil {
			t.Errorf("%s: warning %q", c.name, said[0])
			continue
		}
		n, err := strconv.Atoi(advice[1])
		if err != nil {
			t.Fatal(err)
		}
		advised, truth := c.system, c.system
		if strings.Contains(c.words, "npix") {
			advised.Npix, truth.Npix = n, 4*n
		} else {
			advised.Oversample, truth.Oversample = n, 24
		}
		if left := warnings(t, advised, o); len(left) > 0 {
			t.Errorf("%s: with what is advised, warnings %q", c.name, left)
		}
		want := run(t, truth, o).Image
		wrong, right := relativeDifference(run(t, c.system, o).Image, want), relativeDifference(run(t, advised, o).Image, want)
		if !(wrong >= c.wrong) {
			t.Errorf("%s: warned of, the image is wrong by %.2g of its peak only", c.name, wrong)
		}
		if !(right <= wrong/c.better) {
			t.Errorf("%s: the image is wrong by %.2g of its peak, and with what is advised by %.2g", c.name, wrong, right)
		}
	}
}

// What is refused would be a sky of several stars, or one in the wrong place: the image of
// samples repeats itself after λ/Δ.
func TestAFieldThatIsRefusedWouldShowSeveralStars(t *testing.T) {
	const npix, diameter, wavelength = 16, 2.0, 1e-6
	from := grid.Square(grid.Centered(npix, diameter/npix), grid.Metre)
	carried := wavelength * npix / diameter
	// A field three times as wide as the samples carry, with a sample on every sixteenth of it.
	to := grid.Square(grid.Centered(49, carried/16), grid.Radian)
	light := make([]complex128, from.Len())
	for k := range light {
		light[k] = 1
	}
	image, stars := transformDirectly(light, from, to, wavelength, 1), 0
	for _, v := range image {
		if cmplx.Abs(v) > 0.999*cmplx.Abs(image[24*49+24]) {
			stars++
		}
	}
	if stars != 9 {
		t.Fatalf("samples of one star make %d", stars)
	}
	scale := to.X.Width() / grid.Arcsecond / 48
	s := direct(npix, diameter, wavelength, scale, 48)
	_, err := propagate.NewPlan(s, propagate.Options{Backend: selection(t)})
	if !errors.Is(err, propagate.ErrSampling) {
		t.Fatalf("error %v", err)
	}
	advice := regexp.MustCompile(`raise npix to (\d+)`).FindStringSubmatch(err.Error())
	if advice == nil {
		t.Fatalf("error %v", err)
	}
	if s.Npix, err = strconv.Atoi(advice[1]); err != nil {
		t.Fatal(err)
	}
	got := run(t, s, propagate.Options{}).Image
	row, col := peakIndex(got)
	stars = 0
	for _, v := range got.Data {
		// Between pixels, the star lies in four of them.
		if v > 0.9*got.At(row, col) {
			stars++
		}
	}
	if stars != 4 {
		t.Errorf("with as many samples as are advised, %d pixels have a star", stars)
	}

	// A star 0.6 of the sky away would stand 0.4 of it away on the other side.
	far := 0.6 * carried
	for k := range light {
		light[k] = cmplx.Rect(1, -2*math.Pi*from.X.At(k%npix)*far/wavelength)
	}
	sky := grid.Grid{Y: grid.Centered(1, 1e-9), X: grid.Centered(33, carried/32), Unit: grid.Radian}
	brightest := 0
	for k, v := range transformDirectly(light, from, sky, wavelength, 1) {
		if row := transformDirectly(light, from, sky, wavelength, 1); cmplx.Abs(v) > cmplx.Abs(row[brightest]) {
			brightest = k
		}
	}
	if at := sky.X.At(brightest); math.Abs(at+0.4*carried) > carried/32 {
		t.Errorf("the star appears at %g of the sky", at/carried)
	}
	s = direct(npix, diameter, wavelength, carried/grid.Arcsecond/64, 32)
	s.Source.OffsetR, s.Source.OffsetTheta = far/grid.Arcsecond, -90
	if _, err := propagate.NewPlan(s, propagate.Options{Backend: selection(t)}); !errors.Is(err, propagate.ErrSampling) || !strings.Contains(err.Error(), "the source lies") {
		t.Errorf("error %v", err)
	}
}

func TestNoPupilIsAdvisedThatCouldNotBe(t *testing.T) {
	for waves, want := range map[float64]string{24: "; raise npix to ", 1e24: "meant; weaken the wavefront"} {
		lens := optics.ThinLens{NWaves: waves, ReferenceWavelength: 1e-6, Radius: 1}
		said := warnings(t, direct(16, 2, 1e-6, 0.1, 16, optics.CircularAperture{Radius: 1}, lens), propagate.Options{})
		if len(said) != 1 || !strings.Contains(said[0], want) {
			t.Errorf("a lens of %g waves: warnings %q, want one with %q", waves, said, want)
		}
	}
}
