package optics_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"arago/grid"
	"arago/optics"
)

// hardEdgedCase is an element with hard edges that stands in pupils or images
// and has an area, in m² or arcsec². For an element that is not bounded it is
// minus the area that it stops.
type hardEdgedCase struct {
	name  string
	make  func(p optics.Placement, pixelCenters bool) optics.Element
	image bool
	area  float64
}

var hardEdged = []hardEdgedCase{
	{"circular aperture", func(p optics.Placement, c bool) optics.Element {
		return optics.CircularAperture{Placement: p, Radius: 0.61, PixelCenters: c}
	}, false, math.Pi * 0.61 * 0.61},
	{"square aperture", func(p optics.Placement, c bool) optics.Element {
		return optics.SquareAperture{Placement: p, Size: 0.9, PixelCenters: c}
	}, false, 0.81},
	{"rectangle aperture", func(p optics.Placement, c bool) optics.Element {
		return optics.RectangleAperture{Placement: p, Width: 0.3, Height: 1.1, PixelCenters: c}
	}, false, 0.33},
	{"hexagon aperture by side", func(p optics.Placement, c bool) optics.Element {
		return optics.HexagonAperture{Placement: p, Side: 0.6, PixelCenters: c}
	}, false, 1.5 * math.Sqrt(3) * 0.36},
	{"hexagon aperture by diameter", func(p optics.Placement, c bool) optics.Element {
		return optics.HexagonAperture{Placement: p, Diameter: 1.2, PixelCenters: c}
	}, false, 1.5 * math.Sqrt(3) * 0.36},
	{"hexagon aperture by flats", func(p optics.Placement, c bool) optics.Element {
		return optics.HexagonAperture{Placement: p, FlatToFlat: 1, PixelCenters: c}
	}, false, math.Sqrt(3) / 2},
	{"pentagon", func(p optics.Placement, c bool) optics.Element {
		return optics.NgonAperture{Placement: p, NSides: 5, Radius: 0.7, PixelCenters: c}
	}, false, 2.5 * 0.49 * math.Sin(2*math.Pi/5)},
	{"hexagon segments", func(p optics.Placement, c bool) optics.Element {
		return optics.MultiHexagonAperture{Placement: p, Side: 0.15, Gap: 0.02, Rings: 2, PixelCenters: c}
	}, false, 18 * 1.5 * math.Sqrt(3) * 0.15 * 0.15},
	{"hexagon segments and the central one", func(p optics.Placement, c bool) optics.Element {
		return optics.MultiHexagonAperture{Placement: p, FlatToFlat: 0.35, Rings: 1, Center: true, PixelCenters: c}
	}, false, 7 * math.Sqrt(3) / 2 * 0.35 * 0.35},
	{"chosen hexagon segments", func(p optics.Placement, c bool) optics.Element {
		return optics.MultiHexagonAperture{Placement: p, FlatToFlat: 0.2, Gap: 0.01, SegmentList: []int{2, 9, 17, 9}, PixelCenters: c}
	}, false, 3 * math.Sqrt(3) / 2 * 0.04},
	{"round segments", func(p optics.Placement, c bool) optics.Element {
		return optics.MultiCircularAperture{Placement: p, SegmentRadius: 0.16, Gap: 0.01, Rings: 1, Center: true, PixelCenters: c}
	}, false, 7 * math.Pi * 0.16 * 0.16},
	{"secondary mirror alone", func(p optics.Placement, c bool) optics.Element {
		return optics.SecondaryObscuration{Placement: p, SecondaryRadius: 0.4, PixelCenters: c}
	}, false, -math.Pi * 0.16},
	{"asymmetric obscuration without supports", func(p optics.Placement, c bool) optics.Element {
		return optics.AsymmetricSecondaryObscuration{Placement: p, SecondaryRadius: 0.4, PixelCenters: c}
	}, false, -math.Pi * 0.16},
	// The notches take the disc beyond 0.5 and 0.75 radii within half-widths of
	// 0.1 and 0.2 radii.
	{"parity test aperture", func(p optics.Placement, c bool) optics.Element {
		return optics.ParityTestAperture{Placement: p, Radius: 0.7, PixelCenters: c}
	}, false, 0.49 * (math.Pi - (strip(1, 0.1) - strip(0.5, 0.1)) - (strip(1, 0.2) - strip(0.75, 0.2)))},
	{"rectangular field stop", func(p optics.Placement, c bool) optics.Element {
		return optics.RectangularFieldStop{Placement: p, Width: 1.3, Height: 0.5, PixelCenters: c}
	}, true, 0.65},
	{"square field stop", func(p optics.Placement, c bool) optics.Element {
		return optics.SquareFieldStop{Placement: p, Size: 0.8, PixelCenters: c}
	}, true, 0.64},
	{"hexagon field stop", func(p optics.Placement, c bool) optics.Element {
		return optics.HexagonFieldStop{Placement: p, Side: 0.6, PixelCenters: c}
	}, true, 1.5 * math.Sqrt(3) * 0.36},
	{"circular field stop", func(p optics.Placement, c bool) optics.Element {
		return optics.CircularFieldStop{Placement: p, Radius: 0.6, PixelCenters: c}
	}, true, math.Pi * 0.36},
	{"annular field stop", func(p optics.Placement, c bool) optics.Element {
		return optics.AnnularFieldStop{Placement: p, RadiusInner: 0.2, RadiusOuter: 0.6, PixelCenters: c}
	}, true, math.Pi * 0.32},
	{"annular field stop without outer edge", func(p optics.Placement, c bool) optics.Element {
		return optics.AnnularFieldStop{Placement: p, RadiusInner: 0.4, PixelCenters: c}
	}, true, -math.Pi * 0.16},
	{"circular occulter", func(p optics.Placement, c bool) optics.Element {
		return optics.CircularOcculter{Placement: p, Radius: 0.3, PixelCenters: c}
	}, true, -math.Pi * 0.09},
	{"bar occulter", func(p optics.Placement, c bool) optics.Element {
		return optics.BarOcculter{Placement: p, Width: 0.2, Height: 1.3, PixelCenters: c}
	}, true, -0.26},
}

// strip returns half the area of the part of a disc within h of a diameter.
func strip(r, h float64) float64 { return h*math.Sqrt(r*r-h*h) + r*r*math.Asin(h/r) }

// planeFor returns a grid of 48×64 pixels that spans 2.4×3.2 metres or arcseconds.
func planeFor(inImage bool) grid.Grid {
	if inImage {
		return grid.Grid{Y: grid.FFTCentered(48, 0.05*grid.Arcsecond), X: grid.FFTCentered(64, 0.05*grid.Arcsecond), Unit: grid.Radian}
	}
	return grid.Grid{Y: grid.Centered(48, 0.05), X: grid.Centered(64, 0.05), Unit: grid.Metre}
}

func amplitude(t *testing.T, e optics.Element, g grid.Grid) grid.Map {
	t.Helper()
	s, err := e.Sample(g)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Amplitude) != g.Len() || s.OPD != nil || s.Phase != nil {
		t.Fatalf("%T: %d amplitudes for %d samples, OPD %v, phase %v", e, len(s.Amplitude), g.Len(), s.OPD, s.Phase)
	}
	return grid.Map{Grid: g, Data: s.Amplitude}
}

var placements = []optics.Placement{
	{},
	{ShiftX: 0.123, ShiftY: -0.087},
	{Rotation: 33},
	{Rotation: 90},
	{ShiftX: -0.1, Rotation: -71, InclinationX: 50},
	{ShiftY: 0.05, Rotation: 200, InclinationY: -75},
}

// Amplitudes are exact to about 1e-14 each, and some 1000 pixels lie on edges.
func TestAmplitudesAddUpToTheArea(t *testing.T) {
	for _, c := range hardEdged {
		g := planeFor(c.image)
		for _, p := range placements {
			sum := amplitude(t, c.make(p, false), g).Sum()
			if c.area < 0 {
				sum -= float64(g.Len())
			}
			want := c.area * math.Cos(p.InclinationX*grid.Degree) * math.Cos(p.InclinationY*grid.Degree)
			if got := sum * 0.05 * 0.05; math.Abs(got-want) > 1e-12 {
				t.Errorf("%s, %+v: area %.15g, want %.15g", c.name, p, got, want)
			}
		}
	}
}

// Each element says twice where light passes; here the two meet.
func TestPixelCentersAgreeWithTheExactEdges(t *testing.T) {
	unbounded := []hardEdgedCase{
		{name: "secondary with three supports", make: func(p optics.Placement, c bool) optics.Element {
			return optics.SecondaryObscuration{Placement: p, SecondaryRadius: 0.4, NSupports: 3, SupportWidth: 0.11, SupportAngleOffset: 20, PixelCenters: c}
		}},
		{name: "asymmetric secondary", make: func(p optics.Placement, c bool) optics.Element {
			return optics.AsymmetricSecondaryObscuration{Placement: p, SecondaryRadius: 0.3, SupportAngle: []float64{10, 150, 270}, SupportWidth: []float64{0.1, 0.2, 0.15},
				SupportOffsetX: []float64{0.2, 0, -0.1}, SupportOffsetY: []float64{0.13}, PixelCenters: c}
		}},
		{name: "knife edge in an image", make: func(p optics.Placement, c bool) optics.Element {
			return optics.KnifeEdge{Placement: p, PixelCenters: c}
		}, image: true},
	}
	for _, c := range append(unbounded, hardEdged...) {
		g := planeFor(c.image)
		for _, p := range placements {
			exact, binary := amplitude(t, c.make(p, false), g), amplitude(t, c.make(p, true), g)
			gray := 0
			for k, v := range exact.Data {
				b := binary.Data[k]
				if b != 0 && b != 1 {
					t.Fatalf("%s, %+v: sample at a pixel centre is %g", c.name, p, b)
				}
				if v > 0 && v < 1 {
					gray++
				} else if v != b {
					t.Errorf("%s, %+v: pixel (%d, %d) is %g, its centre %g", c.name, p, k/g.X.N, k%g.X.N, v, b)
				}
			}
			if gray > g.Len()/3 {
				t.Errorf("%s, %+v: %d of %d pixels are gray", c.name, p, gray, g.Len())
			}
		}
	}
}

func TestSupportsStartAtTheCentreAndPointWhereTheyShould(t *testing.T) {
	g := pupil(41, 4.1) // pixels of 0.1 m; sample (20+i, 20+j) lies at (0.1·j, 0.1·i)
	for _, c := range []struct {
		name    string
		element optics.Element
		dark    [][2]int // y, x from the middle, in pixels
	}{
		{"one support along +x", optics.SecondaryObscuration{NSupports: 1, SupportWidth: 0.1}, [][2]int{{0, 1}, {0, 20}}},
		{"offset of 90° is along +y", optics.SecondaryObscuration{NSupports: 1, SupportWidth: 0.1, SupportAngleOffset: 90}, [][2]int{{1, 0}, {20, 0}}},
		{"two of three at ±120°", optics.SecondaryObscuration{NSupports: 3, SupportWidth: 0.4}, [][2]int{{0, 10}, {9, -5}, {-9, -5}}},
		{"asymmetric angles count from +y", optics.AsymmetricSecondaryObscuration{SupportAngle: []float64{0}, SupportWidth: []float64{0.1}}, [][2]int{{1, 0}, {20, 0}}},
		{"and counter-clockwise", optics.AsymmetricSecondaryObscuration{SupportAngle: []float64{90}, SupportWidth: []float64{0.1}}, [][2]int{{0, -1}, {0, -20}}},
		{"from an offset point", optics.AsymmetricSecondaryObscuration{SupportAngle: []float64{0}, SupportWidth: []float64{0.1}, SupportOffsetX: []float64{0.5}, SupportOffsetY: []float64{-1}}, [][2]int{{-9, 5}, {20, 5}}},
	} {
		m := amplitude(t, c.element, g)
		for _, d := range c.dark {
			if v := m.At(20+d[0], 20+d[1]); v > 0.01 {
				t.Errorf("%s: %g of the light passes at (%d, %d)", c.name, v, d[0], d[1])
			}
			if v := m.At(20-d[0], 20-d[1]); v != 1 {
				t.Errorf("%s: %g of the light passes on the opposite side of (%d, %d)", c.name, v, d[0], d[1])
			}
		}
	}
}

// A support of 0.04 m in pixels of 0.1 m would vanish at pixel centres.
func TestThinSupportsTakeTheirShare(t *testing.T) {
	g := pupil(40, 4)
	thin := optics.SecondaryObscuration{NSupports: 1, SupportWidth: 0.04, SupportAngleOffset: 15}
	dark := float64(g.Len()) - amplitude(t, thin, g).Sum()
	// The middle line leaves the array at x = 2: a parallelogram of this length,
	// and a triangle more or less at both ends, which are symmetric.
	if want := 0.04 * 2 / math.Cos(15*grid.Degree) / 0.01; math.Abs(dark-want) > 1e-9+0.04*0.04*math.Tan(15*grid.Degree)/0.01 {
		t.Errorf("the support takes %g pixels, want %g", dark, want)
	}
	thin.PixelCenters = true
	if dark := float64(g.Len()) - amplitude(t, thin, g).Sum(); dark > 2*40*0.4 {
		t.Errorf("at pixel centres it takes %g pixels", dark)
	}
}

// centroid returns the centre of light in units of the grid.
func centroid(m grid.Map) (x, y float64) {
	for i := range m.Y.N {
		for j, v := range m.Row(i) {
			x += v * m.X.At(j)
			y += v * m.Y.At(i)
		}
	}
	sum := m.Sum()
	return x / sum, y / sum
}

func TestSegmentsAreCountedClockwiseFromTheTop(t *testing.T) {
	const spacing = 0.3 + 0.02
	h := spacing * math.Sqrt(3) / 2
	for _, c := range []struct {
		segment int
		x, y    float64
	}{
		{0, 0, 0},
		{1, 0, spacing}, {2, h, spacing / 2}, {3, h, -spacing / 2}, {4, 0, -spacing}, {5, -h, -spacing / 2}, {6, -h, spacing / 2},
		{7, 0, 2 * spacing}, {8, h, 1.5 * spacing}, {9, 2 * h, spacing}, {10, 2 * h, 0}, {12, h, -1.5 * spacing}, {13, 0, -2 * spacing},
		{16, -2 * h, 0}, {18, -h, 1.5 * spacing},
		{19, 0, 3 * spacing}, {20, h, 2.5 * spacing}, {36, -h, 2.5 * spacing},
	} {
		for _, e := range []optics.Element{
			optics.MultiHexagonAperture{FlatToFlat: 0.3, Gap: 0.02, SegmentList: []int{c.segment}},
			optics.MultiCircularAperture{SegmentRadius: 0.15, Gap: 0.02, SegmentList: []int{c.segment}},
		} {
			// What a pixel on an edge holds counts at its centre, half a pixel off
			// at most and to either side: 1/20 of a pixel is left of that.
			g := pupil(50, 2.4)
			x, y := centroid(amplitude(t, e, g))
			if math.Hypot(x-c.x, y-c.y) > g.X.Step/20 {
				t.Errorf("%T: segment %d lies at (%.4f, %.4f), want (%.4f, %.4f)", e, c.segment, x, y, c.x, c.y)
			}
		}
	}
}

// POPPY turns this aperture twice. A triangle, turned by 90°, points upwards;
// turned by 180°, as POPPY would have it, to the left.
func TestNgonTurnsOnce(t *testing.T) {
	m := amplitude(t, optics.NgonAperture{NSides: 3, Radius: 1, Placement: optics.Placement{Rotation: 90}}, pupil(60, 3))
	top := 0.0
	for i := range m.Y.N {
		for j, v := range m.Row(i) {
			if v > 0 {
				top = max(top, m.Y.At(i))
				if m.Y.At(i) > 0.9 && math.Abs(m.X.At(j)) > 0.1 {
					t.Errorf("light passes at (%g, %g), beside the corner at (0, 1)", m.X.At(j), m.Y.At(i))
				}
			}
		}
	}
	if math.Abs(top-0.975) > 1e-12 {
		t.Errorf("the highest pixel lies at %g, want 0.975, below the corner at (0, 1)", top)
	}
}

func TestKnifeEdgeStopsTheRight(t *testing.T) {
	g := pupil(20, 2)
	for _, c := range []struct {
		p     optics.Placement
		x, y  float64 // where light passes, and not at −x, −y
		share float64
	}{
		{optics.Placement{}, -0.55, 0.25, 0.5},
		{optics.Placement{Rotation: 90}, 0.25, -0.55, 0.5},
		{optics.Placement{Rotation: 180}, 0.55, 0.25, 0.5},
		{optics.Placement{ShiftX: 0.13}, -0.55, 0.25, 0.565},
	} {
		m := amplitude(t, optics.KnifeEdge{Placement: c.p}, g)
		at := func(x, y float64) float64 {
			return m.At(int(math.Round(y/0.1+9.5)), int(math.Round(x/0.1+9.5)))
		}
		if at(c.x, c.y) != 1 || at(-c.x, -c.y) != 0 {
			t.Errorf("%+v: %g passes at (%g, %g) and %g opposite", c.p, at(c.x, c.y), c.x, c.y, at(-c.x, -c.y))
		}
		if got := m.Sum() / 400; math.Abs(got-c.share) > 1e-13 {
			t.Errorf("%+v: %g of the light passes, want %g", c.p, got, c.share)
		}
	}
}

// Samples that lie exactly on an edge, also where the pixel scale has gone from
// arcseconds to radians and back: edges belong to hexagons, rectangles and round
// apertures, but not to obscurations and round segments.
func TestPixelCentersOnAnEdgeCountAsInPOPPY(t *testing.T) {
	count := func(e optics.Element, g grid.Grid) float64 { return amplitude(t, e, g).Sum() }
	for _, c := range []struct {
		name string
		got  float64
		want float64
	}{
		{"square of 10 steps", count(optics.SquareAperture{Size: 1, PixelCenters: true}, pupil(21, 2.1)), 11 * 11},
		{"square field stop of 10 steps", count(optics.SquareFieldStop{Size: 1, PixelCenters: true}, imageOnSample(20, 0.1)), 11 * 11},
		{"bar of 4×10 steps", 400 - count(optics.BarOcculter{Width: 0.4, Height: 1, PixelCenters: true}, imageOnSample(20, 0.1)), 5 * 11},
		// Lattice points within 5 of the origin: 81, of which 12 lie on the circle.
		{"circle through 12 samples", count(optics.CircularAperture{Radius: 5, PixelCenters: true}, pupil(21, 21)), 81},
		{"obscuration through 12 samples", 441 - count(optics.SecondaryObscuration{SecondaryRadius: 5, PixelCenters: true}, pupil(21, 21)), 81 - 12},
		{"round segment through 12 samples", count(optics.MultiCircularAperture{SegmentRadius: 5, Center: true, PixelCenters: true}, pupil(21, 21)), 81 - 12},
		{"round stop through 12 samples", count(optics.CircularFieldStop{Radius: 5, PixelCenters: true}, imageOnSample(21, 1)), 81 - 12},
		{"support 4 steps wide", 441 - count(optics.SecondaryObscuration{NSupports: 1, SupportWidth: 4, PixelCenters: true}, pupil(21, 21)), 3 * 10},
		{"knife edge through samples", count(optics.KnifeEdge{PixelCenters: true}, pupil(21, 21)), 21 * 10},
	} {
		if c.got != c.want {
			t.Errorf("%s: %g samples, want %g", c.name, c.got, c.want)
		}
	}
}

func TestBandOfAnElementIsThatBandOfTheWhole(t *testing.T) {
	p := optics.Placement{ShiftX: 0.03, Rotation: 12, InclinationY: 20}
	for _, c := range hardEdged {
		for _, pixelCenters := range []bool{false, true} {
			e, g := c.make(p, pixelCenters), planeFor(c.image)
			whole := amplitude(t, e, g)
			for from := 0; from < g.Y.N; from += 7 {
				to := min(from+7, g.Y.N)
				band := amplitude(t, e, g.Rows(from, to))
				for k, v := range band.Data {
					if v != whole.Data[from*g.X.N+k] {
						t.Fatalf("%s: sample %d of rows %d to %d is %v, in the whole %v", c.name, k, from, to, v, whole.Data[from*g.X.N+k])
					}
				}
			}
			for from := 0; from < g.X.N; from += 7 {
				to := min(from+7, g.X.N)
				band := amplitude(t, e, g.Cols(from, to))
				for i := range g.Y.N {
					if !slices.Equal(band.Row(i), whole.Row(i)[from:to]) {
						t.Fatalf("%s: row %d of columns %d to %d is %v, in the whole %v", c.name, i, from, to, band.Row(i), whole.Row(i)[from:to])
					}
				}
			}
		}
	}
}

func TestElementsRefuseTheOtherPlane(t *testing.T) {
	for _, c := range hardEdged {
		_, err := c.make(optics.Placement{}, false).Sample(planeFor(!c.image))
		wrong, ok := errors.AsType[*optics.PlaneError](err)
		if !ok {
			t.Errorf("%s in the other plane: %v", c.name, err)
			continue
		}
		want := grid.Metre
		if c.image {
			want = grid.Radian
		}
		if wrong.Want != want || wrong.Got != planeFor(!c.image) || !strings.HasPrefix(err.Error(), wrong.Element) {
			t.Errorf("%s in the other plane: %v", c.name, err)
		}
	}
}

func TestGridsWithoutPositiveStepsAreRefused(t *testing.T) {
	for _, step := range []float64{0, -1, math.NaN()} {
		_, err := optics.CircularAperture{Radius: 1}.Sample(grid.Square(grid.Centered(4, step), grid.Metre))
		if err == nil || !strings.Contains(err.Error(), "must be positive") {
			t.Errorf("step %g: %v", step, err)
		}
	}
}

func TestImpossibleParametersAreNamedAsPOPPYDoes(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		parameter string
		element   optics.Element
	}{
		{"radius", optics.CircularAperture{}},
		{"radius", optics.CircularAperture{Radius: nan}},
		{"radius", optics.CircularAperture{Radius: inf}},
		{"shift_x", optics.CircularAperture{Radius: 1, Placement: optics.Placement{ShiftX: nan}}},
		{"shift_y", optics.CircularAperture{Radius: 1, Placement: optics.Placement{ShiftY: inf}}},
		{"rotation", optics.CircularAperture{Radius: 1, Placement: optics.Placement{Rotation: nan}}},
		{"inclination_x", optics.CircularAperture{Radius: 1, Placement: optics.Placement{InclinationX: 90}}},
		{"inclination_y", optics.CircularAperture{Radius: 1, Placement: optics.Placement{InclinationY: nan}}},
		{"inclination_y", optics.CircularAperture{Radius: 1, Placement: optics.Placement{InclinationX: 10, InclinationY: 10}}},
		{"size", optics.SquareAperture{Size: -1}},
		{"width", optics.RectangleAperture{Height: 1}},
		{"height", optics.RectangleAperture{Width: 1}},
		{"side", optics.HexagonAperture{}},
		{"side", optics.HexagonAperture{Side: -1}},
		{"diameter", optics.HexagonAperture{Side: 1, Diameter: 2}},
		{"flattoflat", optics.HexagonAperture{Diameter: 2, FlatToFlat: 1}},
		{"nsides", optics.NgonAperture{NSides: 2, Radius: 1}},
		{"radius", optics.NgonAperture{NSides: 3}},
		{"side", optics.MultiHexagonAperture{}},
		{"gap", optics.MultiHexagonAperture{Side: 1, Gap: -0.1}},
		{"rings", optics.MultiHexagonAperture{Side: 1, Rings: -1}},
		{"rings", optics.MultiHexagonAperture{Side: 1, Rings: 101}},
		{"segmentlist", optics.MultiHexagonAperture{Side: 1, SegmentList: []int{}}},
		{"segmentlist", optics.MultiHexagonAperture{Side: 1, SegmentList: []int{-1}}},
		{"segmentlist", optics.MultiCircularAperture{SegmentRadius: 1, SegmentList: []int{40000}}},
		{"segment_radius", optics.MultiCircularAperture{}},
		{"secondary_radius", optics.SecondaryObscuration{SecondaryRadius: -1}},
		{"n_supports", optics.SecondaryObscuration{NSupports: -1}},
		{"support_width", optics.SecondaryObscuration{SupportWidth: nan}},
		{"support_angle_offset", optics.SecondaryObscuration{SupportAngleOffset: inf}},
		{"secondary_radius", optics.AsymmetricSecondaryObscuration{SecondaryRadius: nan}},
		{"support_angle", optics.AsymmetricSecondaryObscuration{SupportAngle: []float64{nan}, SupportWidth: []float64{1}}},
		{"support_width", optics.AsymmetricSecondaryObscuration{SupportAngle: []float64{0}}},
		{"support_width", optics.AsymmetricSecondaryObscuration{SupportAngle: []float64{0}, SupportWidth: []float64{-1}}},
		{"support_width", optics.AsymmetricSecondaryObscuration{SupportAngle: []float64{0, 1, 2}, SupportWidth: []float64{1, 1}}},
		{"support_offset_x", optics.AsymmetricSecondaryObscuration{SupportAngle: []float64{0}, SupportWidth: []float64{1}, SupportOffsetX: []float64{nan}}},
		{"support_offset_y", optics.AsymmetricSecondaryObscuration{SupportAngle: []float64{0, 1}, SupportWidth: []float64{1}, SupportOffsetY: []float64{1, 2, 3}}},
		{"rotation", optics.AsymmetricSecondaryObscuration{Placement: optics.Placement{Rotation: inf}}},
		{"rotation", optics.KnifeEdge{Placement: optics.Placement{Rotation: inf}}},
		{"radius", optics.ParityTestAperture{}},
		{"width", optics.RectangularFieldStop{}},
		{"size", optics.SquareFieldStop{}},
		{"side", optics.HexagonFieldStop{}},
		{"radius", optics.CircularFieldStop{}},
		{"radius_inner", optics.AnnularFieldStop{RadiusInner: -1}},
		{"radius_outer", optics.AnnularFieldStop{RadiusOuter: -1}},
		{"radius_inner", optics.AnnularFieldStop{RadiusInner: 1, RadiusOuter: 1}},
		{"radius", optics.CircularOcculter{}},
		{"height", optics.BarOcculter{Width: 1}},
	} {
		err := c.element.Validate()
		wrong, ok := errors.AsType[*optics.ParameterError](err)
		if !ok || wrong.Parameter != c.parameter {
			t.Errorf("%#v: error %v, want one about %s", c.element, err, c.parameter)
			continue
		}
		if _, err := c.element.Sample(planeFor(false)); err == nil || err.Error() != wrong.Error() {
			t.Errorf("%#v is sampled with error %v, want %v", c.element, err, wrong)
		}
	}
}

// A hexagon aperture on a coarse grid. The corners at x = ±1 and the flat sides
// at y = ±0.866 fall within pixels.
func ExampleHexagonAperture() {
	pupil := grid.Square(grid.Centered(6, 0.4), grid.Metre)
	s, err := optics.HexagonAperture{Side: 1}.Sample(pupil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range 6 {
		fmt.Printf("%.2f\n", s.Amplitude[i*6:(i+1)*6])
	}
	m := grid.Map{Grid: pupil, Data: s.Amplitude}
	fmt.Printf("area %.6f m², exactly %.6f\n", m.Sum()*0.4*0.4, 1.5*math.Sqrt(3))
	// Output:
	// [0.00 0.05 0.17 0.17 0.05 0.00]
	// [0.00 0.63 1.00 1.00 0.63 0.00]
	// [0.22 0.99 1.00 1.00 0.99 0.22]
	// [0.22 0.99 1.00 1.00 0.99 0.22]
	// [0.00 0.63 1.00 1.00 0.63 0.00]
	// [0.00 0.05 0.17 0.17 0.05 0.00]
	// area 2.598076 m², exactly 2.598076
}
