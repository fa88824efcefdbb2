package house_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/cmplx"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"arago/backend"
	"arago/backend/gonum"
	"arago/fitsfile"
	"arago/fourier"
	"arago/grid"
	"arago/optics"
	"arago/propagate"
	"arago/system"
)

// conventions holds the test of each sentence of docs/conventions.md.
var conventions = map[string]func(*testing.T){
	"G1": func(t *testing.T) {
		for _, npix := range []int{4, 5} {
			g := snapshots(t, telescope(npix))[0].Grid
			for i := range npix {
				want := (float64(i) - float64(npix-1)/2) * 2 / float64(npix)
				near(t, g.X.At(i), want, 1e-15)
				near(t, g.Y.At(i), want, 1e-15)
			}
		}
	},
	"G2": func(t *testing.T) {
		for _, pixels := range []int{8, 9} {
			img := image(t, telescope(32, detector(pixels)))
			// A symmetric pupil gives an image symmetric about the axis.
			for i := range pixels {
				near(t, img.At(i, 1), img.At(pixels-1-i, 1), 1e-12)
			}
			near(t, img.X.At(0), -img.X.At(pixels-1), 1e-20)
		}
	},
	"G3": func(t *testing.T) {
		g := snapshots(t, telescope(16, propagate.Image{}))[1].Grid
		if g.X.N != 48 || g.X.Center != 24 || g.Y != g.X {
			t.Errorf("%d samples around sample %g", g.X.N, g.X.Center)
		}
		near(t, g.X.Step, 1e-6/(2*3), 1e-20)
	},
	"G4": func(t *testing.T) {
		align := func(direction string) propagate.Plane {
			return propagate.Pupil{Elements: []optics.Element{optics.FQPMFFTAligner{Direction: direction}}}
		}
		planes := snapshots(t, telescope(16, align("forward"), propagate.Image{}, propagate.Pupil{}, propagate.Image{}, align("backward"), propagate.Image{}))
		for _, c := range []struct {
			plane  int
			center float64
		}{{2, 23.5}, {4, 23.5}, {6, 24}} {
			if got := planes[c.plane].Grid.X.Center; got != c.center {
				t.Errorf("plane %d has its axis at sample %g, want %g", c.plane, got, c.center)
			}
		}
	},
	"G5": func(t *testing.T) {
		// A source at +y is in a later row; the file stores rows in this order.
		s := telescope(32, detector(21))
		s.Source.OffsetR = 0.3
		img := image(t, s)
		if row, _ := peak(img); row <= 10 {
			t.Errorf("the source at +y is in row %d of 21", row)
		}
		var file bytes.Buffer
		if err := fitsfile.Encode(&file, "test.fits", fitsfile.HDU{Shape: []int{2, 1}, Data: []float64{1, 2}}); err != nil {
			t.Fatal(err)
		}
		// Big-endian 1.0 begins the data, behind one block of header.
		if data := file.Bytes()[2880:]; data[0] != 0x3f || data[1] != 0xf0 || data[8] != 0x40 {
			t.Errorf("the data begin with % x", data[:16])
		}
	},
	"G6": func(t *testing.T) {
		// The same element on a band of rows is that band of the whole.
		g := grid.Square(grid.Centered(20, 0.1), grid.Metre)
		whole, band := amplitude(t, optics.CircularAperture{Radius: 0.77}, g), amplitude(t, optics.CircularAperture{Radius: 0.77}, g.Rows(5, 9))
		for k, v := range band {
			near(t, v, whole[5*20+k], 0)
		}
	},
	"G7": func(t *testing.T) {
		s := normalized(propagate.NormalizeFirst)
		finer := s
		finer.Oversample = 7
		for k, v := range image(t, s).Data {
			near(t, image(t, finer).Data[k], v, 0)
		}
		// Samples of the padded plane make another image, which comes closer as they do.
		want := image(t, s)
		worst := math.Inf(1)
		for _, s.Oversample = range []int{3, 12} {
			got := run(t, s, propagate.Options{Recipe: fourier.RecipeFFT}).Image
			last := worst
			worst = 0
			for k, v := range want.Data {
				worst = max(worst, math.Abs(got.Data[k]-v))
			}
			if worst > last/3 || worst < 1e-9 {
				t.Errorf("padded %d times the image differs by %g", s.Oversample, worst)
			}
		}
	},
	"G8": func(t *testing.T) {
		s := telescope(64, propagate.Image{Elements: []optics.Element{optics.BandLimitedCoronagraph{Kind: "circular", Sigma: 15}}}, pupilOf(optics.CircularAperture{Radius: 0.8}), detector(9))
		at := func(oversample int) []float64 {
			s.Oversample = oversample
			return image(t, s).Data
		}
		one, two, six := at(1), at(2), at(6)
		var worse, worst float64
		for k, v := range six {
			worse, worst = max(worse, math.Abs(one[k]-v)), max(worst, math.Abs(two[k]-v))
		}
		if worst > 1e-12 || worse < 1e-6 {
			t.Errorf("padded twice the image is off by %g, padded once by %g", worst, worse)
		}
	},

	"S1": func(t *testing.T) {
		s := telescope(8, propagate.Pupil{Elements: []optics.Element{optics.ScalarTransmission{Transmission: 0.5}, optics.ScalarOpticalPathDifference{OPD: 0.25e-6}}})
		planes := snapshots(t, s)
		ratio := planes[1].Field[27] / planes[0].Field[27]
		if cmplx.Abs(ratio-0.5i) > 1e-15 {
			t.Errorf("half the amplitude and a quarter wave multiply by %v, want 0.5i", ratio)
		}
	},
	"S2": func(t *testing.T) {
		s := telescope(8, pupilOf(optics.ParityTestAperture{Radius: 1}), propagate.Image{}, propagate.Pupil{})
		planes := snapshots(t, s)
		pupil, focus, back := planes[1], planes[2], planes[3]
		for _, at := range [][2]int{{0, 0}, {12, 12}, {3, 17}} {
			var sum complex128
			for k, e := range pupil.Field {
				phase := (pupil.Grid.Y.At(k/8)*focus.Grid.Y.At(at[0]) + pupil.Grid.X.At(k%8)*focus.Grid.X.At(at[1])) / 1e-6
				sum += e * cmplx.Rect(1./24, 2*math.Pi*phase)
			}
			if got := focus.Field[at[0]*24+at[1]]; cmplx.Abs(got-sum) > 1e-14 {
				t.Errorf("image sample %v is %v, the sum %v", at, got, sum)
			}
		}
		var sum complex128
		for k, e := range focus.Field {
			phase := (back.Grid.Y.At(2)*focus.Grid.Y.At(k/24) + back.Grid.X.At(5)*focus.Grid.X.At(k%24)) / 1e-6
			sum += e * cmplx.Rect(1./24, -2*math.Pi*phase)
		}
		if got := back.Field[2*back.Grid.X.N+5]; cmplx.Abs(got-sum) > 1e-14 {
			t.Errorf("pupil sample (2, 5) is %v, the sum %v", got, sum)
		}
	},
	"S3": func(t *testing.T) {
		g := grid.Square(grid.Centered(64, 2./64), grid.Metre)
		ramp := grid.NewMap(g)
		for i := range ramp.Data {
			ramp.Data[i] = 0.2 * grid.Arcsecond * g.X.At(i%64)
		}
		e, err := optics.NewArrayElement(optics.ArraySpec{OPD: ramp})
		if err != nil {
			t.Fatal(err)
		}
		expectStar(t, telescope(64, pupilOf(e), detector(41)), -0.2, 0)
	},
	"S4": func(t *testing.T) {
		tilt := optics.TiltOpticalPathDifference{TiltAngle: 0.3}
		expectStar(t, telescope(64, pupilOf(tilt), detector(41)), 0, 0.3)
		tilt.Rotation = 90
		expectStar(t, telescope(64, pupilOf(tilt), detector(41)), -0.3, 0)
	},
	"S5": func(t *testing.T) {
		for _, theta := range []float64{0, 30, 90, 225} {
			s := telescope(64, detector(41))
			s.Source.OffsetR, s.Source.OffsetTheta = 0.4, theta
			expectStar(t, s, -0.4*math.Sin(theta*grid.Degree), 0.4*math.Cos(theta*grid.Degree))
		}
	},
	"S6": func(t *testing.T) {
		s := telescope(64, propagate.Rotation{Angle: 90}, propagate.Inversion{Y: true}, detector(41))
		s.Source.OffsetR, s.Source.OffsetTheta = 0.4, 30
		expectStar(t, s, -0.2, 0.4*math.Cos(30*grid.Degree))
	},
	"S7": func(t *testing.T) {
		// A tilt towards +y, turned by 90° counter-clockwise, points to −x.
		tilt := pupilOf(optics.TiltOpticalPathDifference{TiltAngle: 0.3})
		expectStar(t, telescope(64, tilt, propagate.Rotation{Angle: 90}, detector(41)), -0.3, 0)
		// The corner of a hexagon at +x comes to +y.
		g := grid.Square(grid.Centered(41, 0.05), grid.Metre)
		a := amplitude(t, optics.HexagonAperture{Side: 0.98, Placement: optics.Placement{Rotation: 90}}, g)
		if top, right := a[(41-1)*41+20], a[20*41+41-1]; top == 0 || right != 0 {
			t.Errorf("turned hexagon: %g at the top, %g at the right", top, right)
		}
	},
	"S8": func(t *testing.T) {
		tilt := pupilOf(optics.TiltOpticalPathDifference{TiltAngle: 0.3, Placement: optics.Placement{Rotation: 45}})
		d := 0.3 * math.Sqrt2 / 2
		expectStar(t, telescope(64, tilt, propagate.Inversion{X: true}, detector(41)), d, d)
		expectStar(t, telescope(64, tilt, propagate.Inversion{Y: true}, detector(41)), -d, -d)
		expectStar(t, telescope(64, tilt, propagate.Inversion{X: true, Y: true}, detector(41)), d, -d)
	},
	"S9": func(t *testing.T) {
		planes := snapshots(t, telescope(16, pupilOf(optics.ParityTestAperture{Radius: 1}), propagate.Image{}, propagate.Pupil{}, detector(9)))
		for k, e := range planes[3].Field {
			if cmplx.Abs(e-planes[1].Field[k]) > 1e-14 {
				t.Fatalf("sample %d is %v, was %v", k, e, planes[1].Field[k])
			}
		}
	},
	"S10": func(t *testing.T) {
		lens, err := optics.ThinLens{NWaves: 2, ReferenceWavelength: 1e-6, Radius: 1}.Sample(grid.Square(grid.Centered(21, 0.09), grid.Metre))
		if err != nil {
			t.Fatal(err)
		}
		if edge, center := lens.OPD[10*21+20], lens.OPD[10*21+10]; edge <= center {
			t.Errorf("OPD %g at the edge, %g in the middle", edge, center)
		}
	},
	"S11": func(t *testing.T) {
		g := grid.Square(grid.Centered(40, 0.1), grid.Metre)
		a := amplitude(t, optics.CircularAperture{Radius: 0.5, Placement: optics.Placement{ShiftX: 1, ShiftY: -0.5}}, g)
		var x, y, sum float64
		for k, v := range a {
			x, y, sum = x+v*g.X.At(k%40), y+v*g.Y.At(k/40), sum+v
		}
		near(t, x/sum, 1, 1e-12)
		near(t, y/sum, -0.5, 1e-12)
	},

	"N1": func(t *testing.T) {
		planes := snapshots(t, normalized(propagate.NormalizeFirst))
		near(t, power(planes[0]), 1, 1e-14)
	},
	"N2": func(t *testing.T) {
		near(t, image(t, normalized(propagate.NormalizeLast)).Sum(), 1, 1e-14)
	},
	"N3": func(t *testing.T) {
		exit := snapshots(t, normalized(propagate.NormalizeExitPupil))[2]
		near(t, power(exit), 1, 1e-14)
		if exit.Grid.X.N != 48 {
			t.Errorf("the pupil behind the image plane is counted over %d samples, want the padded 48", exit.Grid.X.N)
		}
	},
	"N4": func(t *testing.T) {
		s := telescope(16)
		s.Normalize = propagate.NormalizeNone
		s.Planes = append([]propagate.Plane{propagate.Pupil{}}, s.Planes...)
		for _, e := range snapshots(t, s)[0].Field {
			if e != 1 {
				t.Fatalf("the field begins with %v", e)
			}
		}
	},
	"N5": func(t *testing.T) {
		s := telescope(32, detector(15))
		var want []float64
		for i, l := range []propagate.Line{{Wavelength: 1e-6, Weight: 6}, {Wavelength: 1.2e-6, Weight: 2}} {
			s.Source.Spectrum = []propagate.Line{l}
			one := image(t, s)
			if i == 0 {
				want = make([]float64, len(one.Data))
			}
			for k, v := range one.Data {
				want[k] += l.Weight / 8 * v
			}
		}
		s.Source.Spectrum = []propagate.Line{{Wavelength: 1e-6, Weight: 6}, {Wavelength: 1.2e-6, Weight: 2}}
		for k, v := range image(t, s).Data {
			near(t, v, want[k], 1e-16)
		}
	},
	"N6": func(t *testing.T) {
		sum := func(oversample int) float64 {
			return image(t, telescope(64, propagate.Detector{ScaleY: 0.2, ScaleX: 0.2, PixelsY: 21, PixelsX: 21, Oversample: oversample})).Sum()
		}
		// Sampled finely or more finely, the field holds the same light, but for
		// the curvature of the pattern across the samples at its border.
		near(t, sum(9), sum(3), 2e-5)
		img := image(t, telescope(64, propagate.Detector{ScaleY: 0.2, ScaleX: 0.2, PixelsY: 21, PixelsX: 21, Oversample: 3}))
		near(t, img.Binned(3).At(10, 10), img.At(30, 30)+img.At(30, 31)+img.At(30, 32)+img.At(31, 30)+img.At(31, 31)+img.At(31, 32)+
			img.At(32, 30)+img.At(32, 31)+img.At(32, 32), 1e-15)
	},
	"N7": func(t *testing.T) {
		planes := snapshots(t, telescope(16, propagate.Image{}, propagate.Pupil{}, propagate.Image{}))
		for _, p := range planes {
			near(t, power(p), 1, 1e-14)
		}
	},

	"E1": func(t *testing.T) {
		a, b := optics.CircularAperture{Radius: 0.9}, optics.ZernikeWFE{Radius: 1, Coefficients: []float64{0, 1e-7, 0, 5e-8}}
		c := optics.ScalarOpticalPathDifference{OPD: 3e-8}
		together := snapshots(t, telescope(16, pupilOf(a, b, c)))[1].Field
		apart := snapshots(t, telescope(16, pupilOf(a), pupilOf(b), pupilOf(c)))[3].Field
		for k := range together {
			if cmplx.Abs(together[k]-apart[k]) > 1e-16 {
				t.Fatalf("sample %d is %v together and %v one after the other", k, together[k], apart[k])
			}
		}
	},
	"E2": func(t *testing.T) {
		const step = 0.0371
		g := grid.Square(grid.Centered(80, step), grid.Metre)
		for name, c := range map[string]struct {
			element optics.Element
			area    float64
		}{
			"disc":      {optics.CircularAperture{Radius: 1.234}, math.Pi * 1.234 * 1.234},
			"rectangle": {optics.RectangleAperture{Width: 1.1, Height: 0.7, Placement: optics.Placement{Rotation: 33}}, 1.1 * 0.7},
			"hexagon":   {optics.HexagonAperture{Side: 1.01}, 3 * math.Sqrt(3) / 2 * 1.01 * 1.01},
			"segments":  {optics.MultiHexagonAperture{Side: 0.31, Gap: 0.013, Rings: 1}, 6 * 3 * math.Sqrt(3) / 2 * 0.31 * 0.31},
			"pentagon":  {optics.NgonAperture{NSides: 5, Radius: 1}, 2.5 * math.Sin(72*grid.Degree)},
		} {
			var sum float64
			for _, v := range amplitude(t, c.element, g) {
				sum += v * step * step
			}
			if math.Abs(sum/c.area-1) > 1e-12 {
				t.Errorf("%s covers %.15g, want %.15g", name, sum, c.area)
			}
		}
	},
	"E3": func(t *testing.T) {
		g := grid.Square(grid.Centered(30, 0.1), grid.Metre)
		for k, v := range amplitude(t, optics.CircularAperture{Radius: 1, PixelCenters: true}, g) {
			want := 0.0
			if math.Hypot(g.X.At(k%30), g.Y.At(k/30)) < 1 {
				want = 1
			}
			near(t, v, want, 0)
		}
	},
	"E4": func(t *testing.T) {
		// Noll 1976, table I: the fourth is the defocus √3·(2ρ² − 1).
		w, err := optics.ZernikeWFE{Radius: 2, Coefficients: []float64{0, 0, 0, 1e-7}}.Sample(grid.Square(grid.Centered(3, 1), grid.Metre))
		if err != nil {
			t.Fatal(err)
		}
		near(t, w.OPD[4], -math.Sqrt(3)*1e-7, 1e-21)
		near(t, w.OPD[5], math.Sqrt(3)*(2*0.25-1)*1e-7, 1e-21)
	},
	"E5": func(t *testing.T) {
		for unit, ratio := range map[string]float64{"meter": 2, "radian": 1} {
			angle := func(wavelength float64) float64 {
				s := telescope(16)
				s.Source.Spectrum[0].Wavelength = wavelength
				s.Planes = append(s.Planes, pupilOf(mapOf(t, unit)))
				return cmplx.Phase(snapshots(t, s)[1].Field[8*16+8])
			}
			near(t, angle(1e-6)/angle(2e-6), ratio, 1e-12)
		}
	},
	"E6": func(t *testing.T) {
		s, err := system.Parse("test.toml", []byte(`
			[system]
			diameter = 2.0
			npix = 64
			[source]
			wavelengths = [1e-6]
			offset_r = 0.3
			offset_theta = 90.0
			[[plane]]
			kind = "pupil"
			elements = [ { type = "rectangle_aperture", width = 1.0, height = 0.5, rotation = 90.0 } ]
			[[plane]]
			kind = "detector"
			pixelscale = 0.02
			fov_arcsec = 0.82
		`), ".")
		if err != nil {
			t.Fatal(err)
		}
		expectStar(t, s, -0.3, 0)
		field := snapshots(t, s)[0]
		var width, height float64
		for k, e := range field.Field {
			if e != 0 {
				width, height = max(width, 2*math.Abs(field.Grid.X.At(k%64))), max(height, 2*math.Abs(field.Grid.Y.At(k/64)))
			}
		}
		near(t, width, 0.5, 2./64)
		near(t, height, 1, 2./64)
	},

	"D1": func(t *testing.T) {
		// The edges of a turned square are neither open nor closed.
		g := grid.Square(grid.Centered(30, 0.1), grid.Metre)
		partly := 0
		for _, v := range amplitude(t, optics.SquareAperture{Size: 1.5, Placement: optics.Placement{Rotation: 20}}, g) {
			if v > 0 && v < 1 {
				partly++
			}
		}
		if partly < 50 {
			t.Errorf("%d samples are partly open", partly)
		}
	},
	"D2": func(t *testing.T) {
		g := grid.Square(grid.Centered(60, 0.05), grid.Metre)
		var sum float64
		for _, v := range amplitude(t, optics.CircularAperture{Radius: 1, Placement: optics.Placement{Rotation: 30, InclinationY: 60}}, g) {
			sum += v * 0.05 * 0.05
		}
		near(t, sum, math.Pi/2, 1e-12)
	},
	"D3": func(t *testing.T) {
		// A square turned by 45° is the other square; turned twice, itself.
		g := grid.Square(grid.Centered(40, 0.06), grid.Metre)
		turned := amplitude(t, optics.NgonAperture{NSides: 4, Radius: 1, Placement: optics.Placement{Rotation: 45}}, g)
		plain := amplitude(t, optics.NgonAperture{NSides: 4, Radius: 1}, g)
		var difference float64
		for k := range turned {
			difference += math.Abs(turned[k] - plain[k])
		}
		if difference < 100 {
			t.Errorf("turning changes only %g samples", difference)
		}
	},
	"D4": func(t *testing.T) {
		s := telescope(32, propagate.Detector{ScaleY: 0.1, ScaleX: 0.1, PixelsY: 34, PixelsX: 34, Oversample: 1})
		if _, err := propagate.NewPlan(s, propagate.Options{Backend: pureGo(t)}); !errors.Is(err, propagate.ErrSampling) {
			t.Errorf("a field of 3.4″ with 3.3″ carried: error %v", err)
		}
		s = telescope(32, detector(9))
		s.Source.OffsetR = 1.7
		if _, err := propagate.NewPlan(s, propagate.Options{Backend: pureGo(t)}); !errors.Is(err, propagate.ErrSampling) {
			t.Errorf("a source at 1.7″ with ±1.65″ carried: error %v", err)
		}
	},
	"D5": func(t *testing.T) {
		s := telescope(32, propagate.Image{}, propagate.Inversion{X: true}, propagate.Pupil{}, detector(41))
		expectStar(t, s, 0, 0)
	},
	"D6": func(t *testing.T) {
		tilt := pupilOf(optics.TiltOpticalPathDifference{TiltAngle: 0.3})
		expectStar(t, telescope(32, tilt, propagate.Image{}, propagate.Rotation{Angle: 90}, propagate.Pupil{}, detector(41)), -0.3, 0)
	},
	"D7": func(t *testing.T) {
		s := telescope(31, propagate.Image{}, propagate.Pupil{}, detector(41))
		s.Oversample = 2
		expectStar(t, s, 0, 0)
	},
	"D8": func(t *testing.T) {
		focus := snapshots(t, telescope(32, propagate.Image{}))[1]
		// A symmetric pupil has a real positive field around the axis.
		for _, k := range []int{48*96 + 48, 48*96 + 49, 49*96 + 48, 49*96 + 49} {
			if e := focus.Field[k]; real(e) <= 0 || math.Abs(imag(e)) > 1e-15 {
				t.Errorf("beside the axis the field is %v", e)
			}
		}
	},
	"D9": func(t *testing.T) {
		s := telescope(8, pupilOf(optics.ScalarTransmission{Transmission: 0}), detector(3))
		s.Normalize = propagate.NormalizeLast
		plan, err := propagate.NewPlan(s, propagate.Options{Backend: pureGo(t)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := plan.Run(context.Background()); !errors.Is(err, propagate.ErrDark) {
			t.Errorf("error %v", err)
		}
	},
	"D10": func(t *testing.T) {
		s := telescope(16)
		s.Planes = []propagate.Plane{pupilOf(optics.CircularAperture{Radius: 1}, optics.ScalarTransmission{Transmission: 0.1})}
		near(t, power(snapshots(t, s)[0]), 1, 1e-14)
	},
	"D11": func(t *testing.T) {
		recipes := func(o propagate.Options) (list []string) {
			for _, step := range run(t, normalized(propagate.NormalizeFirst), o).Steps {
				list = append(list, step.Recipe)
			}
			return list
		}
		if got := recipes(propagate.Options{}); got[1] != propagate.RecipeBabinet || got[2] != propagate.RecipeBabinet {
			t.Errorf("recipes %q", got)
		}
		if got := recipes(propagate.Options{Recipe: fourier.RecipeFFT}); !slices.Equal(got, []string{"", "fft", "fft", "dense"}) {
			t.Errorf("recipes of POPPY %q", got)
		}
	},
}

func TestConventions(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "conventions.md"))
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^- \*\*([A-Z]\d+)\*\* (.*)$`).FindAllSubmatch(page, -1) {
		number, sentence := string(m[1]), string(m[2])
		if written[number] {
			t.Errorf("%s stands twice in docs/conventions.md", number)
		}
		written[number] = true
		t.Run(number, func(t *testing.T) {
			test, ok := conventions[number]
			if !ok {
				t.Fatalf("nothing tests this sentence: %s", sentence)
			}
			test(t)
		})
	}
	for number := range conventions {
		if !written[number] {
			t.Errorf("the test %s has no sentence in docs/conventions.md", number)
		}
	}
}

// telescope is a round pupil 2 m wide at 1 µm, npix samples across, with the
// planes behind it; image planes are padded three times.
func telescope(npix int, planes ...propagate.Plane) propagate.System {
	return propagate.System{
		Diameter: 2, Npix: npix, Oversample: 3,
		Source: propagate.Source{Spectrum: []propagate.Line{{Wavelength: 1e-6, Weight: 1}}},
		Planes: append([]propagate.Plane{pupilOf(optics.CircularAperture{Radius: 1})}, planes...),
	}
}

// normalized is a coronagraph whose light is counted where n says.
func normalized(n propagate.Normalization) propagate.System {
	s := telescope(16, propagate.Image{Elements: []optics.Element{optics.CircularOcculter{Radius: 0.1}}}, propagate.Pupil{}, detector(9))
	s.Normalize = n
	return s
}

func pupilOf(e ...optics.Element) propagate.Pupil { return propagate.Pupil{Elements: e} }

func detector(pixels int) propagate.Detector {
	return propagate.Detector{ScaleY: 0.02, ScaleX: 0.02, PixelsY: pixels, PixelsX: pixels, Oversample: 1}
}

func pureGo(t *testing.T) backend.Selection {
	t.Helper()
	var r backend.Registry
	r.Register(gonum.Name, gonum.New)
	s, err := r.Select(gonum.Name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func run(t *testing.T, s propagate.System, o propagate.Options) *propagate.Result {
	t.Helper()
	o.Backend = pureGo(t)
	plan, err := propagate.NewPlan(s, o)
	if err != nil {
		t.Fatal(err)
	}
	r, err := plan.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func image(t *testing.T, s propagate.System) grid.Map {
	t.Helper()
	return run(t, s, propagate.Options{}).Image
}

// snapshots returns the field behind each plane.
func snapshots(t *testing.T, s propagate.System) []propagate.Snapshot {
	t.Helper()
	var all []propagate.Snapshot
	run(t, s, propagate.Options{Observe: func(s propagate.Snapshot) { all = append(all, s) }})
	return all
}

func amplitude(t *testing.T, e optics.Element, g grid.Grid) []float64 {
	t.Helper()
	s, err := e.Sample(g)
	if err != nil {
		t.Fatal(err)
	}
	return s.Amplitude
}

func power(s propagate.Snapshot) float64 {
	var sum float64
	for _, e := range s.Field {
		sum += real(e)*real(e) + imag(e)*imag(e)
	}
	return sum
}

func peak(m grid.Map) (row, col int) {
	best := 0
	for i, v := range m.Data {
		if v > m.Data[best] {
			best = i
		}
	}
	return best / m.X.N, best % m.X.N
}

// expectStar fails unless the brightest sample is at (x, y) arcseconds, to half a pixel of 0.02″.
func expectStar(t *testing.T, s propagate.System, x, y float64) {
	t.Helper()
	m := image(t, s)
	i, j := peak(m)
	if gotX, gotY := m.X.At(j)/grid.Arcsecond, m.Y.At(i)/grid.Arcsecond; math.Abs(gotX-x) > 0.0101 || math.Abs(gotY-y) > 0.0101 {
		t.Errorf("the star is at (%.3f, %.3f)″, want (%.3f, %.3f)″", gotX, gotY, x, y)
	}
}

func near(t *testing.T, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%.17g, want %.17g", got, want)
	}
}

// mapOf is a constant map of OPD 10 nm, or of phase 0.1 rad, by the unit that
// its file would name.
func mapOf(t *testing.T, unit string) optics.Element {
	t.Helper()
	m := grid.NewMap(grid.Square(grid.Centered(16, 2./16), grid.Metre))
	metres, radian, err := fitsfile.LengthUnit(unit)
	if err != nil {
		t.Fatal(err)
	}
	spec := optics.ArraySpec{OPD: m}
	if radian {
		spec = optics.ArraySpec{Phase: m}
	}
	for i := range m.Data {
		m.Data[i] = 0.1
		if !radian {
			m.Data[i] = 1e-8 * metres
		}
	}
	e, err := optics.NewArrayElement(spec)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
