package propagate_test

import (
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"slices"
	"strings"
	"testing"

	"arago/fourier"
	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

// lyotPlane returns the field behind the images of a system whose plane after them is
// a pupil, at each wavelength, and that of the pupil before them.
func lyotPlane(t *testing.T, s propagate.System, o propagate.Options, entrance, exit int) (before, after []propagate.Snapshot) {
	t.Helper()
	s.Normalize = propagate.NormalizeNone
	o.Workers = 1
	o.Observe = func(p propagate.Snapshot) {
		switch p.Plane {
		case entrance:
			before = append(before, p)
		case exit:
			after = append(after, p)
		}
	}
	for i, step := range run(t, s, o).Steps {
		if i > entrance && i <= exit && step.Recipe != propagate.RecipeBabinet {
			t.Fatalf("plane %d is reached by %s: %v", i+1, step.Recipe, step.Alternatives)
		}
	}
	return before, after
}

// shape is a part of an image by its Fourier transform ∫exp(−2πi·u·f)du, with u in
// arcseconds, and what it adds to the factor on the field.
type shape struct {
	hat  func(fx, fy float64) float64
	x, y float64
	adds func(wavelength float64) complex128
}

func disc(radius float64) func(fx, fy float64) float64 {
	return func(fx, fy float64) float64 {
		f := math.Hypot(fx, fy)
		if f == 0 {
			return math.Pi * radius * radius
		}
		return radius * math.J1(2*math.Pi*radius*f) / f
	}
}

func rectangle(width, height float64) func(fx, fy float64) float64 {
	return func(fx, fy float64) float64 {
		return width * sinc(math.Pi*width*fx) * height * sinc(math.Pi*height*fy)
	}
}

func always(v complex128) func(float64) complex128 {
	return func(float64) complex128 { return v }
}

// Behind an image plane of transmission t₀ + Σ c·[in the shape], the field is
//
//	t₀·P(x) + Σ c·(Δ/λ)²·Σ P(x′)·M̂((x−x′)/λ)
//
// with the shape's Fourier transform M̂: discs have that of Airy, rectangles a product of
// sines. It knows no samples of the image.
func TestTheFieldBehindMasksIsTheirDefiningIntegral(t *testing.T) {
	const npix, width = 24, 6.5
	occulter := optics.CircularOcculter{Radius: 0.1}
	shifted := optics.Placement{ShiftX: 0.08, ShiftY: -0.03}
	step := optics.ScalarOpticalPathDifference{OPD: 0.5e-6}
	// A disc of glass, half a wave thick at 1 µm (Roddier and Roddier 1997).
	roddier := optics.CompoundAnalyticOptic{MergeMode: "or", Optics: []optics.Element{
		optics.CircularOcculter{Radius: 0.017},
		optics.CompoundAnalyticOptic{MergeMode: "and", Optics: []optics.Element{optics.CircularFieldStop{Radius: 0.017}, step}},
	}}
	glass := func(wavelength float64) complex128 { return cmplx.Rect(1, 2*math.Pi*0.5e-6/wavelength) - 1 }
	for _, c := range []struct {
		name    string
		images  [][]optics.Element
		outside func(wavelength float64) complex128
		shapes  []shape
	}{
		{"an occulter", [][]optics.Element{{occulter}}, always(1), []shape{{disc(0.1), 0, 0, always(-1)}}},
		{"one beside the axis", [][]optics.Element{{optics.CircularOcculter{Radius: 0.07, Placement: shifted}}}, always(1), []shape{{disc(0.07), 0.08, -0.03, always(-1)}}},
		{"a bar", [][]optics.Element{{optics.BarOcculter{Width: 0.05, Height: 0.3}}}, always(1), []shape{{rectangle(0.05, 0.3), 0, 0, always(-1)}}},
		{"a field stop", [][]optics.Element{{optics.CircularFieldStop{Radius: 0.12}}}, always(0), []shape{{disc(0.12), 0, 0, always(1)}}},
		{"a ring", [][]optics.Element{{optics.AnnularFieldStop{RadiusInner: 0.05, RadiusOuter: 0.15, Placement: shifted}}}, always(0), []shape{
			{disc(0.15), 0.08, -0.03, always(1)}, {disc(0.05), 0.08, -0.03, always(-1)},
		}},
		{"a phase mask", [][]optics.Element{{roddier}}, always(1), []shape{{disc(0.017), 0, 0, glass}}},
		{"a phase mask in two planes", [][]optics.Element{{roddier}, {roddier}}, always(1), []shape{{disc(0.017), 0, 0, func(l float64) complex128 {
			g := glass(l) + 1
			return g*g - 1
		}}}},
		{"an occulter in a stop behind glass", [][]optics.Element{{occulter, step}, {optics.SquareFieldStop{Size: 0.3}, optics.ScalarTransmission{Transmission: 0.5}}}, always(0), []shape{
			{rectangle(0.3, 0.3), 0, 0, func(l float64) complex128 { return (glass(l) + 1) / 2 }},
			{disc(0.1), 0, 0, func(l float64) complex128 { return -(glass(l) + 1) / 2 }},
		}},
		{"an occulter behind glass", [][]optics.Element{{occulter, step}}, func(l float64) complex128 { return glass(l) + 1 }, []shape{
			{disc(0.1), 0, 0, func(l float64) complex128 { return -glass(l) - 1 }},
		}},
		{"glass alone", [][]optics.Element{{step, optics.ScalarTransmission{Transmission: 0.5}}}, func(l float64) complex128 { return (glass(l) + 1) / 2 }, nil},
		{"what is left of an occulter", [][]optics.Element{{optics.InverseTransmission{Optic: occulter}}}, always(0), []shape{{disc(0.1), 0, 0, always(1)}}},
		{"two occulters beside each other", [][]optics.Element{{optics.CircularOcculter{Radius: 0.03}}, {optics.CircularOcculter{Radius: 0.04, Placement: shifted}}}, always(1), []shape{
			{disc(0.03), 0, 0, always(-1)}, {disc(0.04), 0.08, -0.03, always(-1)},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := lyot(npix, 8, 1e-6, nil, optics.ScalarTransmission{Transmission: 1}, 9)
			s.Source.Spectrum = append(s.Source.Spectrum, propagate.Line{Wavelength: 1.13e-6, Weight: 1})
			s.Source.OffsetR, s.Source.OffsetTheta = 0.05, 70
			entrance := propagate.Pupil{Elements: []optics.Element{optics.ParityTestAperture{Radius: 3.1}}}
			s.Planes = append([]propagate.Plane{entrance}, s.Planes[2:]...)
			for i, elements := range c.images {
				s.Planes = slices.Insert(s.Planes, 1+i, propagate.Plane(propagate.Image{Elements: elements}))
			}
			before, after := lyotPlane(t, s, propagate.Options{}, 0, 1+len(c.images))
			compareWithIntegral(t, before, after, c.outside, c.shapes)
		})
	}
}

// A pupil without a stop between two image planes is wider than its array, and so are
// the distances that light goes by way of the second mask.
func TestMasksActOnLightBesideThePupilArrayToo(t *testing.T) {
	s := lyot(16, 8, 1e-6, optics.KnifeEdge{Placement: optics.Placement{ShiftX: 0.05}}, nil, 9)
	s.Planes = []propagate.Plane{
		s.Planes[0], s.Planes[1], propagate.Pupil{},
		propagate.Image{Elements: []optics.Element{optics.CircularOcculter{Radius: 0.02, Placement: optics.Placement{ShiftX: 0.02}}}}, propagate.Pupil{}, s.Planes[3],
	}
	before, after := lyotPlane(t, s, propagate.Options{}, 2, 4)
	if n := before[0].Grid.X.N; n != 128 {
		t.Fatalf("the pupil between the images is %d samples wide", n)
	}
	compareWithIntegral(t, before, after, always(1), []shape{{disc(0.02), 0.02, 0, always(-1)}})
}

// compareWithIntegral compares the field behind masks with the integral that defines
// it, at each wavelength.
func compareWithIntegral(t *testing.T, before, after []propagate.Snapshot, outside func(float64) complex128, shapes []shape) {
	t.Helper()
	for line, p := range before {
		want, removed := integral(p, after[line].Grid, outside, shapes)
		worst, changed := 0.0, 0.0
		for k, got := range after[line].Field {
			worst = max(worst, cmplx.Abs(got-want[k]))
			changed = max(changed, cmplx.Abs(removed[k]))
		}
		// A millionth, for each of the shapes and twice for those with straight edges;
		// at 1 µm two half-wave masks are none.
		if worst > 2e-6*changed*float64(len(shapes))+1e-12 {
			t.Errorf("at %g m the field is wrong by %.2g of what the masks change", p.Wavelength, worst/changed)
		}
	}
}

// integral returns the field of a pupil on the samples of the next one, behind masks, and
// what they change, by the integral that defines it.
func integral(p propagate.Snapshot, to grid.Grid, outside func(float64) complex128, shapes []shape) (behind, removed []complex128) {
	from, wavelength := p.Grid, p.Wavelength
	// Differences of coordinates are whole steps.
	known := map[[2]int]complex128{}
	kernel := func(dy, dx int) complex128 {
		sum, ok := known[[2]int{dy, dx}]
		if !ok {
			fx, fy := float64(dx)*from.X.Step/wavelength*grid.Arcsecond, float64(dy)*from.Y.Step/wavelength*grid.Arcsecond
			for _, m := range shapes {
				sum += m.adds(wavelength) * cmplx.Rect(m.hat(fx, fy), -2*math.Pi*(fx*m.x+fy*m.y))
			}
			sum *= complex(math.Pow(from.X.Step/wavelength*grid.Arcsecond, 2), 0)
			known[[2]int{dy, dx}] = sum
		}
		return sum
	}
	// Sample (0, 0) behind the masks is sample (offset, offset) before them.
	offset := int(from.Y.Center - to.Y.Center)
	behind, removed = make([]complex128, to.Len()), make([]complex128, to.Len())
	for k := range behind {
		i, j := offset+k/to.X.N, offset+k%to.X.N
		for l, e := range p.Field {
			if e != 0 {
				removed[k] += e * kernel(i-l/from.X.N, j-l%from.X.N)
			}
		}
		behind[k] = outside(wavelength)*p.Field[i*from.X.N+j] + removed[k]
	}
	return behind, removed
}

func TestThePaddedFFTComesCloserToBabinetAsItIsPaddedMore(t *testing.T) {
	for name, mask := range map[string]optics.Element{
		"occulter":       optics.CircularOcculter{Radius: 0.1},
		"beside":         optics.CircularOcculter{Radius: 0.05, Placement: optics.Placement{ShiftX: 0.07, ShiftY: 0.02}},
		"hexagonal stop": optics.HexagonFieldStop{Side: 0.2, Placement: optics.Placement{Rotation: 10}},
	} {
		s := lyot(48, 2, 1e-6, mask, optics.CircularAperture{Radius: 2.6}, 31)
		s.Source.OffsetR = 0.02
		want := run(t, s, propagate.Options{Recipe: fourier.RecipeFolded}).Image
		last := math.Inf(1)
		for _, s.Oversample = range []int{1, 4, 16} {
			d := relativeDifference(run(t, s, propagate.Options{Recipe: fourier.RecipeFFT}).Image, want)
			// Samples twice as close are about four times as good, give or take where edges
			// fall among them.
			if d > last/4 {
				t.Errorf("%s: padded %d times the image differs by %.2g of its peak, padded a quarter as much by %.2g", name, s.Oversample, d, last)
			}
			last = d
		}
		if last > 5e-3 {
			t.Errorf("%s: padded 16 times the image differs by %.2g of its peak", name, last)
		}
	}
}

// Babinet's principle itself: a mask and its complement together are no mask.
func TestAMaskAndItsComplementTogetherAreNoMask(t *testing.T) {
	field := func(mask optics.Element, recipe string) []complex128 {
		s := lyot(96, 4, 1e-6, mask, optics.ScalarTransmission{Transmission: 1}, 31)
		_, after := lyotPlane(t, s, propagate.Options{Recipe: recipe}, 0, 2)
		return after[0].Field
	}
	none := field(optics.ScalarTransmission{Transmission: 1}, "")
	for _, recipe := range []string{fourier.RecipeDense, fourier.RecipeFolded, fourier.RecipeChirpZ, ""} {
		occulter, stop := field(optics.CircularOcculter{Radius: 0.2}, recipe), field(optics.CircularFieldStop{Radius: 0.2}, recipe)
		for k, v := range none {
			// Amplitudes are 1 in the pupil: 1e-12 of the field is 1e-24 of the light.
			if d := cmplx.Abs(occulter[k] + stop[k] - v); d > 1e-12 {
				t.Fatalf("%q: sample %d is off by %g", recipe, k, d)
			}
		}
	}
}

func TestACoronagraphIsTheSameByAllRecipes(t *testing.T) {
	s := lyot(256, 4, 1e-6, optics.CircularOcculter{Radius: 0.1}, optics.CircularAperture{Radius: 2.6}, 60)
	s.Source.OffsetR = 0.01
	without := s
	without.Planes = []propagate.Plane{s.Planes[0], s.Planes[3]}
	peak := slices.Max(image(t, without).Data)
	for _, precision := range []propagate.Precision{propagate.Double, propagate.Single} {
		want := run(t, s, propagate.Options{Recipe: fourier.RecipeDense}).Image
		for _, recipe := range []string{"", fourier.RecipeFolded, fourier.RecipeCompressed, fourier.RecipeChirpZ} {
			got := run(t, s, propagate.Options{Recipe: recipe, Precision: precision})
			// Amplitudes agree to a few roundings of the star's; the contrast is that squared,
			// or times what is left of the star, a hundredth.
			bound := 1e-16
			if precision == propagate.Single {
				bound = 1e-8
			}
			for k, v := range got.Image.Data {
				if d := math.Abs(v - want.Data[k]); d > bound*peak {
					t.Fatalf("%s precision, %q: sample %d differs by %.2g of the star's peak", precision, recipe, k, d/peak)
				}
			}
			if recipe == "" {
				continue
			}
			if last := got.Steps[3].Recipe; last != recipe {
				t.Errorf("asked for %s, the detector is reached by %s", recipe, last)
			}
			if first := got.Steps[3].Alternatives[0].Recipe; first != recipe {
				t.Errorf("asked for %s, the first recipe that was considered is %s", recipe, first)
			}
			if note := got.Steps[1].Note; !strings.Contains(note, recipe+" there and back") {
				t.Errorf("asked for %s, the mask's note is %q", recipe, note)
			}
		}
	}
}

func TestWhoLooksAtAnImageSeesTheMiddleOfThePaddedOne(t *testing.T) {
	s := lyot(192, 4, 1e-6, optics.CircularOcculter{Radius: 0.1}, optics.CircularAperture{Radius: 2.6}, 31)
	see := func(recipe string) (seen propagate.Snapshot) {
		run(t, s, propagate.Options{Recipe: recipe, Observe: func(p propagate.Snapshot) {
			if p.Plane == 1 {
				seen = p
			}
		}})
		return seen
	}
	part, whole := see(""), see(fourier.RecipeFFT)
	if part.Grid.X.N != 512 || whole.Grid.X.N != 768 || part.Grid.X.At(256) != 0 {
		t.Fatalf("the part has %v, the whole %v", part.Grid, whole.Grid)
	}
	for i := range 512 {
		for j := range 512 {
			if d := cmplx.Abs(part.Field[i*512+j] - whole.Field[(i+128)*768+j+128]); d > 1e-15 {
				t.Fatalf("sample (%d, %d) differs by %g", i, j, d)
			}
		}
	}
}

// What is not done in a box says why.
func TestImagesThatHaveNoBoxSayWhy(t *testing.T) {
	occulter := optics.CircularOcculter{Radius: 0.1}
	stop := optics.CircularAperture{Radius: 2.6}
	measured := grid.NewMap(grid.Square(grid.Centered(8, 1e-8), grid.Radian))
	paths, err := optics.NewArrayElement(optics.ArraySpec{OPD: measured})
	if err != nil {
		t.Fatal(err)
	}
	measured.Data[3] = 1
	open, err := optics.NewArrayElement(optics.ArraySpec{Amplitude: measured})
	if err != nil {
		t.Fatal(err)
	}
	measured.Data[3], measured.Data[27] = 0, 1
	array, err := optics.NewArrayElement(optics.ArraySpec{Amplitude: measured})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		mask   optics.Element
		change func(*propagate.System)
		want   string
	}{
		{mask: optics.CircularOcculter{Radius: 0.1, PixelCenters: true}, want: "the circular occulter is to be sampled at the centres of the pixels, which are those of the FFT"},
		{mask: optics.BandLimitedCoronagraph{Kind: "linear", Sigma: 9}, want: "a band-limited mask goes on without end; padding by 2 or more is exact for it"},
		{mask: optics.KnifeEdge{}, want: "the mask goes on without end"},
		{mask: optics.IdealFQPM{Wavelength: 1e-6}, want: "a four-quadrant phase mask is not made of even parts with bounds"},
		{mask: paths, want: "an array of path differences is not made of even parts with bounds"},
		{mask: open, want: "an array whose rim is not the same all around has no bounds within which it differs from it"},
		{mask: optics.CompoundAnalyticOptic{MergeMode: "and", Optics: []optics.Element{array, occulter}}, want: "an array and other shapes in one plane are not made of even parts"},
		{mask: optics.CompoundAnalyticOptic{MergeMode: "or", Optics: []optics.Element{array, occulter}}, want: "an array that is an opening beside others is not made of even parts"},
		{mask: optics.CircularOcculter{Radius: 2}, want: "the masks reach to 2\u2033, and the image to 0.7616\u2033"},
		{mask: optics.SquareFieldStop{Size: 1.1}, want: "a box around the masks has 292×292 samples, more than an image padded 4 times"},
		{mask: optics.CompoundAnalyticOptic{MergeMode: "and", Optics: []optics.Element{
			optics.CircularOcculter{Radius: 0.1, Placement: optics.Placement{InclinationX: 30}}, occulter,
		}}, want: "the circular occulter is inclined in another way than what stands beside it"},
		{mask: occulter, change: func(s *propagate.System) { s.Normalize = propagate.NormalizeExitPupil; s.Planes[2] = propagate.Pupil{} }, want: "the light beside the next pupil's array counts"},
		{mask: occulter, change: func(s *propagate.System) { s.Planes = s.Planes[:2] }, want: "the image as a whole is asked for"},
		{mask: occulter, change: func(s *propagate.System) {
			s.Planes = slices.Insert(s.Planes, 2, propagate.Plane(propagate.Inversion{X: true}))
		}, want: "the image as a whole is asked for"},
	} {
		s := lyot(48, 4, 1e-6, c.mask, stop, 9)
		if c.change != nil {
			c.change(&s)
		}
		step := run(t, s, propagate.Options{}).Steps[1]
		var reasons []string
		for _, e := range step.Alternatives {
			// Straight edges need neither.
			if e.Recipe != propagate.RecipeConvolution {
				reasons = append(reasons, e.Recipe+": "+e.Reason)
			}
		}
		if want := []string{"fft: ", "babinet: " + c.want}; step.Recipe == propagate.RecipeBabinet || !slices.Equal(reasons, want) {
			t.Errorf("%T: by %s, considered %q, want %q", c.mask, step.Recipe, reasons, want)
		}
	}
}

// Whoever insists on a box is told which mask has none, and why; nothing is computed.
func TestInsistingOnBabinetNamesTheMaskThatHasNoBox(t *testing.T) {
	occulter := optics.CircularOcculter{Radius: 0.1}
	edge := optics.KnifeEdge{}
	images := func(planes ...[]optics.Element) func(*propagate.System) {
		return func(s *propagate.System) {
			s.Planes = slices.Delete(s.Planes, 1, 2)
			for i, elements := range planes {
				s.Planes = slices.Insert(s.Planes, 1+i, propagate.Plane(propagate.Image{Elements: elements}))
			}
		}
	}
	for name, c := range map[string]struct {
		change func(*propagate.System)
		want   string
	}{
		"a mask without end": {images([]optics.Element{edge}),
			`plane 2 (image): the recipe "babinet" cannot pass element 1 (knife edge): the mask goes on without end; choose another one, or none`},
		"one of several": {images([]optics.Element{occulter}, []optics.Element{occulter, optics.BandLimitedCoronagraph{Kind: "linear", Sigma: 9}}),
			`plane 3 (image): the recipe "babinet" cannot pass element 2 (band limited coronagraph): a band-limited mask goes on without end; padding by 2 or more is exact for it; choose another one, or none`},
		"a mask beyond the image": {images([]optics.Element{optics.CircularOcculter{Radius: 2}}),
			"plane 2 (image): the recipe \"babinet\" cannot pass element 1 (circular occulter): the masks reach to 2\u2033, and the image to 0.7616\u2033; choose another one, or none"},
		"two, one of them beyond it": {images([]optics.Element{occulter}, []optics.Element{optics.CircularOcculter{Radius: 2}}),
			"plane 2 (image): the recipe \"babinet\" cannot pass its masks together: the masks reach to 2\u2033, and the image to 0.7616\u2033; choose another one, or none"},
		"an image that is the last plane": {func(s *propagate.System) { s.Planes = s.Planes[:2] },
			`plane 2 (image): the recipe "babinet" cannot pass element 1 (circular occulter): the image as a whole is asked for; choose another one, or none`},
		"light beside the array": {func(s *propagate.System) {
			s.Normalize = propagate.NormalizeExitPupil
			s.Planes[2] = propagate.Pupil{}
		}, `plane 2 (image): the recipe "babinet" cannot pass element 1 (circular occulter): the light beside the next pupil's array counts; choose another one, or none`},
	} {
		s := lyot(48, 4, 1e-6, occulter, optics.CircularAperture{Radius: 2.6}, 9)
		c.change(&s)
		_, err := propagate.NewPlan(s, propagate.Options{Backend: selection(t), Recipe: propagate.RecipeBabinet})
		if !errors.Is(err, propagate.ErrSystem) || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant … %s", name, err, c.want)
		}
	}
}

// Where there is nothing to insist on, or a box is taken anyway, the image is that of no
// recipe; a mask about as wide as the image gets its box too, and is right behind it.
func TestInsistingOnBabinetChangesNoOtherImage(t *testing.T) {
	stop := optics.CircularAperture{Radius: 2.6}
	asked := propagate.Options{Recipe: propagate.RecipeBabinet}
	empty := lyot(48, 4, 1e-6, nil, nil, 9)
	empty.Planes, empty.Normalize = []propagate.Plane{empty.Planes[0], propagate.Image{}}, propagate.NormalizeNone
	for name, s := range map[string]propagate.System{
		"no image": direct(48, 6.5, 1e-6, 0.02, 9, optics.CircularAperture{Radius: 3}),
		"occulter": lyot(48, 4, 1e-6, optics.CircularOcculter{Radius: 0.1}, stop, 9),
		"an image without masks that is the last plane": empty,
	} {
		if !slices.Equal(run(t, s, asked).Image.Data, run(t, s, propagate.Options{}).Image.Data) {
			t.Errorf("%s: the image is another one", name)
		}
	}
	wide := lyot(24, 4, 1e-6, nil, optics.ScalarTransmission{Transmission: 1}, 9)
	const size = 0.55 // of 0.76″
	wide.Planes[1] = propagate.Image{Elements: []optics.Element{optics.SquareFieldStop{Size: size}}}
	if step := planOf(t, wide, propagate.Options{}).Steps()[1]; step.Recipe == propagate.RecipeBabinet {
		t.Fatalf("unasked, the image is passed by %s", step.Recipe)
	}
	before, after := lyotPlane(t, wide, asked, 0, 2)
	compareWithIntegral(t, before, after, always(0), []shape{{rectangle(size, size), 0, 0, always(1)}})
}

func TestNormalizationsCountTheLightBehindMasksToo(t *testing.T) {
	s := lyot(64, 4, 1e-6, optics.CircularOcculter{Radius: 0.1}, optics.SquareAperture{Size: 5}, 60)
	total := func(n propagate.Normalization, plane int) float64 {
		s.Normalize = n
		var sum float64
		run(t, s, propagate.Options{Observe: func(p propagate.Snapshot) {
			if p.Plane == plane {
				for _, v := range p.Field {
					sum += real(v)*real(v) + imag(v)*imag(v)
				}
			}
		}})
		return sum
	}
	for _, c := range []struct {
		n     propagate.Normalization
		plane int
	}{{propagate.NormalizeFirst, 0}, {propagate.NormalizeExitPupil, 2}, {propagate.NormalizeLast, 3}} {
		if got := total(c.n, c.plane); math.Abs(got-1) > 1e-12 {
			t.Errorf("%v: plane %d holds %.15g", c.n, c.plane+1, got)
		}
	}
}

func TestARecipeThatNobodyKnowsIsAnError(t *testing.T) {
	_, err := propagate.NewPlan(coronagraph(), propagate.Options{Backend: selection(t), Recipe: "semianalytic"})
	want := `"semianalytic" is no recipe; it must be one of ["dense" "folded" "compressed" "chirp-z" "fft" "babinet"], or none`
	if !errors.Is(err, propagate.ErrSystem) || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
}

func TestTheStepSaysHowTheMasksAreSampled(t *testing.T) {
	s := lyot(48, 4, 1e-6, optics.CircularOcculter{Radius: 0.1}, optics.CircularAperture{Radius: 2.6}, 9)
	r := run(t, s, propagate.Options{Recipe: fourier.RecipeDense})
	// 0.2″ are 6.3 λ/D; the box is 1.8 wider.
	want := "image babinet 66×66: box of 66×66 samples, 0.2618″ × 0.2618″, 8 per λ/D, dense there and back; masks good to "
	if got := fmt.Sprintf("%s %s %d×%d: %s", r.Steps[1].Label, r.Steps[1].Recipe, r.Steps[1].Rows, r.Steps[1].Cols, r.Steps[1].Note); !strings.HasPrefix(got, want) {
		t.Errorf("step %s\nwant %s…", got, want)
	}
	s.Planes[1] = propagate.Image{}
	if got := run(t, s, propagate.Options{}).Steps[1].Note; got != "nothing in it changes the light's shape" {
		t.Errorf("of an empty image the note is %q", got)
	}
}

// Dark samples at the rim of a pupil are never transformed; the image is that of the
// array with them.
func TestDarkSamplesDoNotChangeTheImage(t *testing.T) {
	const npix, wavelength, pixels = 20, 1e-6, 7
	for name, p := range map[string]optics.Placement{
		"about the axis": {}, "in a corner": {ShiftX: 1.7, ShiftY: -1.6}, "at the left": {ShiftX: -2},
	} {
		s := direct(npix, 6.5, wavelength, 0.05, pixels, optics.CircularAperture{Radius: 1, Placement: p})
		s.Normalize = propagate.NormalizeNone
		got := image(t, s)
		g := grid.Square(grid.Centered(npix, 6.5/npix), grid.Metre)
		sample, err := optics.CircularAperture{Radius: 1, Placement: p}.Sample(g)
		if err != nil {
			t.Fatal(err)
		}
		field := make([]complex128, g.Len())
		for k, v := range sample.Amplitude {
			field[k] = complex(v, 0)
		}
		want := grid.NewMap(got.Grid)
		for k, e := range transformDirectly(field, g, got.Grid, wavelength, 1) {
			want.Data[k] = real(e)*real(e) + imag(e)*imag(e)
		}
		if d := relativeDifference(got, want); d > 1e-13 {
			t.Errorf("%s: differs by %g of the peak", name, d)
		}
	}
}

// A mask is passed by Babinet's principle or not whatever Oversample is, and whatever
// recipe the transforms have; where it is, the image has the same bits.
func TestOversampleAndRecipeDoNotDecideHowAMaskIsPassed(t *testing.T) {
	const npix = 32
	resolution := 1e-6 / 6.5 / grid.Arcsecond
	for _, c := range []struct {
		width   float64 // of the field stop, in samples of the pupil times λ/D
		babinet bool
	}{{0.2, true}, {0.4, true}, {0.7, false}} {
		stop := optics.SquareFieldStop{Size: c.width * npix * resolution}
		s := lyot(npix, 2, 1e-6, stop, optics.CircularAperture{Radius: 3}, 9)
		var want []float64
		oversamples := []int{1, 2, 3, 4, 8}
		if raceEnabled {
			oversamples = oversamples[:2]
		}
		for _, s.Oversample = range oversamples {
			r := run(t, s, propagate.Options{})
			if got := r.Steps[1].Recipe == propagate.RecipeBabinet; got != c.babinet {
				t.Errorf("a field stop of %g, oversample %d: the image is passed by %s", c.width, s.Oversample, r.Steps[1].Recipe)
			}
			if want == nil {
				want = r.Image.Data
			}
			if c.babinet && !slices.Equal(r.Image.Data, want) {
				t.Errorf("a field stop of %g: oversample %d changes the image", c.width, s.Oversample)
			}
			for _, recipe := range []string{fourier.RecipeDense, fourier.RecipeFolded, fourier.RecipeChirpZ} {
				plan := planOf(t, s, propagate.Options{Recipe: recipe})
				if got := plan.Steps()[1].Recipe == propagate.RecipeBabinet; got != c.babinet {
					t.Errorf("a field stop of %g, oversample %d, recipe %s: the image is passed by %s", c.width, s.Oversample, recipe, plan.Steps()[1].Recipe)
				}
			}
		}
	}
}
