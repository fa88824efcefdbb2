package propagate_test

import (
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

// behindEdges returns the light before a mask and behind it, in the pupils at the indices of
// their planes.
func behindEdges(t *testing.T, s propagate.System, o propagate.Options, recipe string) (before, after []propagate.Snapshot) {
	t.Helper()
	s.Normalize = propagate.NormalizeNone
	o.Workers = 1
	o.Observe = func(p propagate.Snapshot) {
		switch p.Plane {
		case 0:
			before = append(before, p)
		case 2:
			after = append(after, p)
		}
	}
	if step := run(t, s, o).Steps[1]; step.Recipe != recipe {
		t.Fatalf("the image is passed by %s: %v", step.Recipe, step.Alternatives)
	}
	return before, after
}

// part is a rectangle of an image, in arcseconds, in which a mask multiplies by a factor.
type part struct {
	x0, x1, y0, y1 float64
	factor         complex128
}

// gauss returns points and weights of Gauss and Legendre's rule for the integral from low to
// high.
func gauss(n int, low, high float64) (x, w []float64) {
	for k := range n {
		v := math.Cos(math.Pi * (float64(k) + 0.75) / (float64(n) + 0.5))
		slope := 0.0
		for range 100 {
			p, before := 1.0, 0.0
			for i := range n {
				p, before = ((2*float64(i)+1)*v*p-float64(i)*before)/float64(i+1), p
			}
			slope = float64(n) * (v*p - before) / (v*v - 1)
			step := p / slope
			v -= step
			if math.Abs(step) < 1e-16 {
				break
			}
		}
		x = append(x, (low+high)/2+(high-low)/2*v)
		w = append(w, (high-low)/((1-v*v)*slope*slope))
	}
	return x, w
}

// byQuadrature returns the light behind a mask of parts: that of a pupil in the whole image
// that its samples carry, λ/Δ wide, and back, by quadrature in each part.
func byQuadrature(p propagate.Snapshot, to grid.Grid, parts []part) []complex128 {
	step := p.Grid.X.Step
	half := p.Wavelength / step / 2 / grid.Arcsecond
	within := func(v float64) float64 { return min(max(v, -half), half) }
	waves := func(a grid.Axis, u []float64, sign float64) [][]complex128 {
		list := make([][]complex128, len(u))
		for k, v := range u {
			for i := range a.N {
				list[k] = append(list[k], cmplx.Rect(1, sign*2*math.Pi*a.At(i)*v*grid.Arcsecond/p.Wavelength))
			}
		}
		return list
	}
	out := make([]complex128, to.Len())
	for _, r := range parts {
		x, wx := gauss(64, within(r.x0), within(r.x1))
		y, wy := gauss(64, within(r.y0), within(r.y1))
		toX, toY := waves(p.Grid.X, x, 1), waves(p.Grid.Y, y, 1)
		backX, backY := waves(to.X, x, -1), waves(to.Y, y, -1)
		for k := range y {
			rows := make([]complex128, p.Grid.X.N)
			for i, by := range toY[k] {
				for j := range rows {
					rows[j] += by * p.Field[i*p.Grid.X.N+j]
				}
			}
			line := make([]complex128, to.X.N)
			for l := range x {
				var light complex128
				for j, v := range rows {
					light += v * toX[l][j]
				}
				light *= r.factor * complex(wx[l]*wy[k]/(4*half*half), 0)
				for j := range line {
					line[j] += light * backX[l][j]
				}
			}
			for i, by := range backY[k] {
				for j, v := range line {
					out[i*to.X.N+j] += by * v
				}
			}
		}
	}
	return out
}

func TestTheLightBehindStraightEdgesIsTheIntegralOverTheImage(t *testing.T) {
	const far = 1e3 // beyond any image
	at := func(x, y, degrees float64) optics.Placement {
		return optics.Placement{ShiftX: x, ShiftY: y, Rotation: degrees}
	}
	half := func(wavelength float64) complex128 { return cmplx.Rect(1, math.Pi*1e-6/wavelength) }
	for name, c := range map[string]struct {
		masks []optics.Element
		parts func(wavelength float64) []part
	}{
		"a knife edge lets pass what is at negative x": {[]optics.Element{optics.KnifeEdge{}},
			func(float64) []part { return []part{{-far, 0, -far, far, 1}} }},
		"one that is shifted": {[]optics.Element{optics.KnifeEdge{Placement: at(0.0377, 0, 0)}},
			func(float64) []part { return []part{{-far, 0.0377, -far, far, 1}} }},
		"one that is turned by 90 degrees, and negative y passes": {[]optics.Element{optics.KnifeEdge{Placement: at(3, -0.02, 90)}},
			func(float64) []part { return []part{{-far, far, -far, -0.02, 1}} }},
		"one that is turned by 180": {[]optics.Element{optics.KnifeEdge{Placement: at(0.01, 0, 180)}},
			func(float64) []part { return []part{{0.01, far, -far, far, 1}} }},
		"a knife edge and its complement behind gray glass": {
			[]optics.Element{optics.CompoundAnalyticOptic{MergeMode: "or", Optics: []optics.Element{optics.KnifeEdge{}, optics.ScalarTransmission{Transmission: 0.3}}}},
			func(float64) []part { return []part{{-far, 0, -far, far, 1}, {0, far, -far, far, 0.3}} }},
		"four quadrants": {[]optics.Element{optics.IdealFQPM{Wavelength: 1e-6}}, func(w float64) []part {
			return []part{{-far, 0, 0, far, half(w)}, {0, far, 0, far, 1}, {-far, 0, -far, 0, 1}, {0, far, -far, 0, half(w)}}
		}},
		"four quadrants, shifted and turned": {[]optics.Element{optics.IdealFQPM{Wavelength: 1e-6, Placement: at(-0.011, 0.02, 270)}}, func(w float64) []part {
			return []part{{-far, -0.011, 0.02, far, 1}, {-0.011, far, 0.02, far, half(w)}, {-far, -0.011, -far, 0.02, half(w)}, {-0.011, far, -far, 0.02, 1}}
		}},
		"a bar longer than the image": {[]optics.Element{optics.BarOcculter{Width: 0.1, Height: 10}},
			func(float64) []part { return []part{{-far, -0.05, -far, far, 1}, {0.05, far, -far, far, 1}} }},
		"a field stop about as wide as the image": {[]optics.Element{optics.RectangularFieldStop{Width: 0.72, Height: 0.5, Placement: at(0.01, 0, 90)}},
			func(float64) []part { return []part{{-0.24, 0.26, -0.36, 0.36, 1}} }},
		"a bar across four quadrants, behind an edge": {
			[]optics.Element{optics.IdealFQPM{Wavelength: 1e-6}, optics.BarOcculter{Width: 10, Height: 0.04}, optics.KnifeEdge{Placement: at(0.05, 0, 0)}},
			func(w float64) []part {
				return []part{{-far, 0, 0.02, far, half(w)}, {0, 0.05, 0.02, far, 1}, {-far, 0, -far, -0.02, 1}, {0, 0.05, -far, -0.02, half(w)}}
			}},
	} {
		for _, npix := range []int{24, 17} {
			t.Run(fmt.Sprint(name, ", ", npix), func(t *testing.T) {
				s := lyot(npix, 2, 1e-6, nil, nil, 9)
				s.Source.Spectrum = append(s.Source.Spectrum, propagate.Line{Wavelength: 1.3e-6, Weight: 1})
				s.Source.OffsetR, s.Source.OffsetTheta = 0.03, 20
				s.Planes[1] = propagate.Image{Elements: c.masks}
				s.Planes[2] = propagate.Pupil{}
				before, after := behindEdges(t, s, propagate.Options{}, propagate.RecipeConvolution)
				for line, p := range before {
					want := byQuadrature(p, after[line].Grid, c.parts(p.Wavelength))
					for k, got := range after[line].Field {
						// Some roundings of each sum.
						if d := cmplx.Abs(got - want[k]); d > 2e-14 {
							t.Fatalf("at %g m sample %d is %v, want %v", p.Wavelength, k, got, want[k])
						}
					}
				}
			})
		}
	}
}

func TestPaddedImagesConvergeToWhatIsExactForEdges(t *testing.T) {
	// The sample on the edge passes half of its light, which is wrong by its light's slope: a
	// quarter as much for twice the padding.
	s := lyot(16, 2, 1e-6, optics.KnifeEdge{}, nil, 9)
	s.Planes[2] = propagate.Pupil{}
	_, exact := behindEdges(t, s, propagate.Options{}, propagate.RecipeConvolution)
	padded := func(oversample int) (field []complex128, off float64) {
		s.Oversample = oversample
		_, after := behindEdges(t, s, propagate.Options{Recipe: fourier.RecipeFFT}, fourier.RecipeFFT)
		for k, v := range after[0].Field {
			off = max(off, cmplx.Abs(v-exact[0].Field[k]))
		}
		return after[0].Field, off
	}
	_, first := padded(8)
	coarse, second := padded(16)
	fine, third := padded(32)
	for _, ratio := range []float64{first / second, second / third} {
		if !(first > 1e-3 && math.Abs(ratio-4) < 0.05) {
			t.Errorf("padded 8, 16 and 32 times the field is off by %.3g, %.3g and %.3g", first, second, third)
		}
	}
	// L. F. Richardson (1911): the two finest without what falls with the square.
	for k, v := range exact[0].Field {
		if d := cmplx.Abs((4*fine[k]-coarse[k])/3 - v); d > third/100 {
			t.Fatalf("sample %d: what padded planes come to is off by %.2g", k, d)
		}
	}
}

func TestAKnifeEdgeAndFourQuadrantsMakeHilbertTransforms(t *testing.T) {
	// For a square pupil from −a to a the half-planes of an image add ±H[P]/2 to P/2, and the
	// quadrants make H_x[H_y[P]], with the Hilbert transform ln|(x+a)/(x−a)|/π·i of a box.
	const npix, a = 128, 2.0
	logarithm := func(x float64) float64 { return math.Log(math.Abs((x+a)/(x-a))) / math.Pi }
	for name, c := range map[string]struct {
		mask optics.Element
		want func(x, y float64) complex128
	}{
		"knife edge":     {optics.KnifeEdge{}, func(x, y float64) complex128 { return complex(0.5, logarithm(x)/2) }},
		"four quadrants": {optics.IdealFQPM{Wavelength: 1e-6}, func(x, y float64) complex128 { return complex(-logarithm(x)*logarithm(y), 0) }},
	} {
		s := direct(npix, 2*a, 1e-6, 0.02, 9)
		s.Planes = []propagate.Plane{s.Planes[0], propagate.Image{Elements: []optics.Element{c.mask}}, propagate.Pupil{}, s.Planes[1]}
		_, after := behindEdges(t, s, propagate.Options{}, propagate.RecipeConvolution)
		g, field := after[0].Grid, after[0].Field
		at := func(i, j int) complex128 { return field[i*g.X.N+j] }
		for i := npix / 8; i < npix*7/8; i += 5 {
			for j := npix / 8; j < npix*7/8; j += 5 {
				// Samples see the end of the box half a sample farther or nearer by turns.
				got := (at(i, j) + at(i+1, j) + at(i, j+1) + at(i+1, j+1)) / 4
				want := c.want((g.X.At(j)+g.X.At(j+1))/2, (g.Y.At(i)+g.Y.At(i+1))/2)
				// The trapezoidal rule over twice the step, an eighth of the pupil from its end.
				if d := cmplx.Abs(got - want); d > 2.0/(npix/8*npix/8) {
					t.Fatalf("%s: between samples %d and %d of rows %d and %d the field is %.5f, want %.5f", name, j, j+1, i, i+1, got, want)
				}
			}
		}
	}
}

func TestFourQuadrantsNullAStarOnAClearCircle(t *testing.T) {
	// D. Rouan et al. 2000, L. Abe et al. 2003: no light at all within the pupil. What is left
	// is that of the circle's edge on the pupil's samples, and falls with their number; no
	// padding and no aligner has a part in it.
	leak := func(npix, oversample int) float64 {
		s := lyot(npix, oversample, 2e-6, optics.IdealFQPM{Wavelength: 2e-6}, optics.CircularAperture{Radius: 2.6}, 9)
		_, after := behindEdges(t, s, propagate.Options{}, propagate.RecipeConvolution)
		sum, lit := 0.0, 0.0
		for _, v := range after[0].Field {
			sum += real(v)*real(v) + imag(v)*imag(v)
			lit += float64(btoi(v != 0))
		}
		return sum / lit
	}
	few, many := leak(64, 2), leak(256, 2)
	if few > 2e-4 || many > few/12 {
		t.Errorf("64 samples across leave %.2g of the light in the stop, 256 leave %.2g", few, many)
	}
	if other := leak(64, 7); other != few {
		t.Errorf("padding has a part in it: %g and %g", few, other)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestDirectConvolutionConfirmsWhatIsBehindEdges(t *testing.T) {
	with := func(change func(*propagate.System), masks ...optics.Element) propagate.System {
		s := lyot(32, 3, 1e-6, nil, optics.CircularAperture{Radius: 2.6}, 15)
		s.Source.Spectrum = append(s.Source.Spectrum, propagate.Line{Wavelength: 1.2e-6, Weight: 2})
		s.Source.OffsetR = 0.02
		s.Planes[1] = propagate.Image{Elements: masks}
		if change != nil {
			change(&s)
		}
		return s
	}
	edge, quadrants := optics.KnifeEdge{Placement: optics.Placement{ShiftX: 0.02}}, optics.IdealFQPM{Wavelength: 1e-6}
	for name, s := range map[string]propagate.System{
		"knife edge":     with(nil, edge),
		"four quadrants": with(nil, quadrants),
		"both":           with(nil, quadrants, edge),
		"odd array, exit pupil": with(func(s *propagate.System) {
			s.Npix, s.Normalize = 33, propagate.NormalizeExitPupil
		}, quadrants),
		"a pupil beside the axis": with(func(s *propagate.System) {
			s.Planes[0] = propagate.Pupil{Elements: []optics.Element{optics.CircularAperture{Radius: 1, Placement: optics.Placement{ShiftX: 1.7, ShiftY: -0.4}}}}
			s.Planes[2] = propagate.Pupil{Elements: []optics.Element{optics.CircularAperture{Radius: 0.7, Placement: optics.Placement{ShiftX: -2, ShiftY: 1}}}}
		}, edge),
		"two image planes, twice": with(func(s *propagate.System) {
			last := len(s.Planes) - 1
			s.Planes = append(s.Planes[:last:last], propagate.Image{Elements: []optics.Element{edge}}, propagate.Image{Elements: []optics.Element{quadrants}}, s.Planes[2], s.Planes[last])
		}, quadrants),
	} {
		for _, precision := range bothPrecisions() {
			r, v := verified(t, s, propagate.Options{Precision: precision}, 8)
			if r.Steps[1].Recipe != propagate.RecipeConvolution || r.MaskError != 0 {
				t.Errorf("%s: passed by %s, masks wrong by %g", name, r.Steps[1].Recipe, r.MaskError)
			}
			if err := v.Err(); err != nil {
				t.Errorf("%s, %v precision: %v", name, precision, err)
			}
		}
	}
}

func TestEdgesTakePaddedImagesWhereNoConvolutionServesAndSayWhy(t *testing.T) {
	for want, c := range map[string]struct {
		mask   optics.Element
		change func(*propagate.System)
	}{
		"the knife edge is turned by 30 degrees, and its edges do not run along the axes": {mask: optics.KnifeEdge{Placement: optics.Placement{Rotation: 30}}},
		"the knife edge is to be sampled at the centres of the pixels":                    {mask: optics.KnifeEdge{PixelCenters: true}},
		"the annular field stop has no straight edges along the axes": {mask: optics.AnnularFieldStop{RadiusInner: 0.1}, change: func(s *propagate.System) {
			s.Planes[1] = propagate.Image{Elements: []optics.Element{optics.AnnularFieldStop{RadiusInner: 0.1}, optics.KnifeEdge{}}}
		}},
		"a smooth element has no straight edges along the axes": {mask: optics.BandLimitedCoronagraph{Kind: "linear", Sigma: 5}},
		"the image as a whole is asked for":                     {mask: optics.KnifeEdge{}, change: func(s *propagate.System) { s.Planes = s.Planes[:2] }},
		"the light beside the next pupil's array counts": {mask: optics.KnifeEdge{}, change: func(s *propagate.System) {
			s.Planes[2] = propagate.Pupil{}
			s.Normalize = propagate.NormalizeExitPupil
		}},
	} {
		s := lyot(24, 4, 1e-6, c.mask, optics.CircularAperture{Radius: 2.6}, 9)
		if c.change != nil {
			c.change(&s)
		}
		step := planOf(t, s, propagate.Options{}).Steps()[1]
		if step.Recipe != fourier.RecipeFFT || !slices.ContainsFunc(step.Alternatives, func(e fourier.Estimate) bool {
			return e.Recipe == propagate.RecipeConvolution && strings.HasPrefix(e.Reason, want)
		}) {
			t.Errorf("want %q: passed by %s: %v", want, step.Recipe, step.Alternatives)
		}
	}
}
