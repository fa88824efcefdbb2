package optics

import (
	"errors"
	"math"
	"strings"
	"testing"

	"arago/grid"
)

// pattern8 is an 8×8 array without symmetry, of steps of 1/16 over 2 m.
func pattern8() grid.Map {
	m := grid.NewMap(pupilOf(8, 2))
	for k := range m.Data {
		m.Data[k] = float64((5*k+k*k/3)%17) / 16
	}
	return m
}

func arrayOf(t *testing.T, spec ArraySpec) *ArrayElement {
	t.Helper()
	e, err := NewArrayElement(spec)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// smooth returns a map of f.
func smooth(g grid.Grid, f func(x, y float64) float64) grid.Map {
	m := grid.NewMap(g)
	for i, y := range g.Y.Coordinates() {
		for j, x := range g.X.Coordinates() {
			m.Data[i*g.X.N+j] = f(x, y)
		}
	}
	return m
}

func TestArrayOnItsOwnGridIsCopied(t *testing.T) {
	a, o, p := pattern8(), pattern8(), pattern8()
	for k := range a.Data {
		o.Data[k] = -1e-7 * a.Data[k]
		p.Data[k] = 3 - a.Data[k]
	}
	s := sampled(t, arrayOf(t, ArraySpec{Amplitude: a, OPD: o, Phase: p}), a.Grid)
	for k := range a.Data {
		if s.Amplitude[k] != a.Data[k] || s.OPD[k] != o.Data[k] || s.Phase[k] != p.Data[k] {
			t.Fatalf("sample %d is not that of the array", k)
		}
	}
}

func TestWholeMovesOfAnArrayChangeNoValue(t *testing.T) {
	m := pattern8()
	at := func(i, j int) float64 {
		if i < 0 || i > 7 || j < 0 || j > 7 {
			return 0
		}
		return m.At(i, j)
	}
	for name, c := range map[string]struct {
		spec ArraySpec
		want func(i, j int) float64
	}{
		"flip x":           {ArraySpec{FlipX: true}, func(i, j int) float64 { return at(i, 7-j) }},
		"flip y":           {ArraySpec{FlipY: true}, func(i, j int) float64 { return at(7-i, j) }},
		"quarter turn":     {ArraySpec{Rotation: 90}, func(i, j int) float64 { return at(7-j, i) }},
		"half turn":        {ArraySpec{Rotation: -180}, func(i, j int) float64 { return at(7-i, 7-j) }},
		"shift in metres":  {ArraySpec{ShiftX: 0.5, ShiftY: -0.25}, func(i, j int) float64 { return at(i+1, j-2) }},
		"shift of an 8th":  {ArraySpec{Shift: [2]float64{0.125, -0.375}}, func(i, j int) float64 { return at(i+3, j-1) }},
		"flip, turn, move": {ArraySpec{FlipX: true, Rotation: 90, ShiftX: 0.25}, func(i, j int) float64 { return at(7-(j-1), 7-i) }},
	} {
		c.spec.OPD = m
		s := sampled(t, arrayOf(t, c.spec), m.Grid)
		for i := range 8 {
			for j := range 8 {
				if got, want := s.OPD[i*8+j], c.want(i, j); got != want {
					t.Fatalf("%s: (%d, %d) is %v, want %v", name, i, j, got, want)
				}
			}
		}
	}
}

// POPPY's order: the shift is along the axes of the plane, after the turn.
func TestArrayIsFlippedThenTurnedThenShifted(t *testing.T) {
	f := func(x, y float64) float64 { return math.Exp(-20*(x-0.2)*(x-0.2) - 35*(y+0.1)*(y+0.1)) }
	e := arrayOf(t, ArraySpec{OPD: smooth(pupilOf(80, 2), f), FlipX: true, Rotation: 30, ShiftX: 0.11, ShiftY: 0.07})
	g := pupilOf(50, 1)
	sin, cos := 0.5, math.Sqrt(0.75)
	// h⁴/384·|f''''| = (1/40)⁴/384·12·(20²+35²), with half as much again for the
	// next orders.
	check(t, g, sampled(t, e, g).OPD, 3e-5, func(x, y float64) float64 {
		x, y = x-0.11, y-0.07
		return f(-(cos*x + sin*y), cos*y-sin*x)
	})
}

// Finer and non-square planes, in metres and in arcseconds.
func TestArrayIsInterpolatedAtItsPlace(t *testing.T) {
	f := func(x, y float64) float64 { return math.Cos(2*x+1) * math.Cos(3*y) }
	m := smooth(grid.Grid{Y: grid.Centered(60, 0.02), X: grid.FFTCentered(51, 0.03)}, f)
	e := arrayOf(t, ArraySpec{OPD: m})
	g := grid.Grid{Y: grid.Centered(31, 0.011), X: grid.Centered(44, 0.017)}
	// h⁴/384·|f''''|: 0.03⁴·16/384 + 0.02⁴·81/384 = 7e-8. The plane stays 12
	// samples and more from the edges, which disturb the spline by 0.27 per sample.
	check(t, g, sampled(t, e, g).OPD, 2e-7, f)

	m.Unit = grid.Radian
	m.Y.Step *= grid.Arcsecond
	m.X.Step *= grid.Arcsecond
	e = arrayOf(t, ArraySpec{OPD: m, ShiftX: 0.05})
	g.Unit = grid.Radian
	g.Y.Step *= grid.Arcsecond
	g.X.Step *= grid.Arcsecond
	check(t, g, sampled(t, e, g).OPD, 2e-7, func(x, y float64) float64 { return f(x-0.05, y) })
}

// scipy 1.11.4 through POPPY 1.1.2: FITSOpticalElement(opd=m, rotation=30),
// samples (3, 2), (3, 5) and (5, 4) of its opd, m as in pattern8.
func TestRotatedArrayAgreesWithPOPPY(t *testing.T) {
	s := sampled(t, arrayOf(t, ArraySpec{OPD: pattern8(), Rotation: 30}), pupilOf(8, 2))
	for _, c := range []struct {
		i, j int
		want float64
	}{
		{3, 2, 0.7002554528397303},
		{3, 5, 0.7436828910710901},
		{5, 4, 0.9547239111884517},
	} {
		if got := s.OPD[c.i*8+c.j]; math.Abs(got-c.want) > 1e-14 { // as in the package spline
			t.Errorf("(%d, %d): %.17g, POPPY %.17g", c.i, c.j, got, c.want)
		}
	}
}

func TestArrayEndsHalfASampleBeyondItsMiddles(t *testing.T) {
	m := smooth(pupilOf(4, 1), func(_, _ float64) float64 { return 1 })
	g := pupilOf(16, 2) // samples of an eighth: the array's pixels are two wide
	inside := func(x, y float64) float64 {
		if math.Abs(x) < 0.5 && math.Abs(y) < 0.5 {
			return 1
		}
		return 0
	}
	for name, spec := range map[string]ArraySpec{
		"amplitude": {Amplitude: m},
		"opd":       {OPD: m},
		"phase":     {Phase: m},
	} {
		s := sampled(t, arrayOf(t, spec), g)
		check(t, g, s.Amplitude, 0, inside)
		if (s.OPD != nil) != (name == "opd") || (s.Phase != nil) != (name == "phase") {
			t.Errorf("%s: the sample holds what the element does not have", name)
		}
		if s.OPD != nil {
			check(t, g, s.OPD, 1e-15, inside)
		}
	}
}

// A cubic spline overshoots a step by about a tenth; a passive element cannot.
func TestAmplitudeStaysInTheRangeOfItsArray(t *testing.T) {
	step := smooth(pupilOf(16, 2), func(x, _ float64) float64 {
		if x < 0 {
			return 0.25
		}
		return 1
	})
	g := pupilOf(40, 1.5)
	s := sampled(t, arrayOf(t, ArraySpec{Amplitude: step, OPD: step}), g)
	var over bool
	for k, v := range s.Amplitude {
		if v < 0.25 || v > 1 {
			t.Fatalf("amplitude %d is %v, outside 0.25 … 1", k, v)
		}
		over = over || s.OPD[k] > 1.01
	}
	if !over {
		t.Error("the spline does not overshoot: this test shows nothing")
	}
}

func TestArrayOnACoarserPlaneIsAveraged(t *testing.T) {
	m := pattern8()
	// A plane sample is 2×4 samples of the array.
	g := grid.Grid{Y: grid.Centered(4, 0.5), X: grid.Centered(2, 1)}
	s := sampled(t, arrayOf(t, ArraySpec{Amplitude: m}), g)
	for i := range 4 {
		for j := range 2 {
			var want float64
			for k := range 2 {
				for l := range 4 {
					want += m.At(2*i+k, 4*j+l) / 8
				}
			}
			if got := s.Amplitude[i*2+j]; math.Abs(got-want) > 1e-15 {
				t.Errorf("(%d, %d) is %v, the mean of its block %v", i, j, got, want)
			}
		}
	}
}

// A ripple as fine as the array can hold would appear as a coarse one on a
// plane that is sampled 3.3 times more coarsely.
func TestFineRippleDoesNotAlias(t *testing.T) {
	ripple := smooth(pupilOf(330, 2), func(x, _ float64) float64 { return math.Cos(2 * math.Pi * x * 51) })
	g := pupilOf(100, 2)
	s := sampled(t, arrayOf(t, ArraySpec{OPD: ripple}), g)
	for k, v := range s.OPD {
		// The mean of a cosine over 1.02 periods is sinc(1.02) = 0.02; four points
		// a sample make it a little more. Without averaging it is 1.
		if j := k % 100; j > 2 && j < 97 && math.Abs(v) > 0.05 {
			t.Fatalf("sample %d is %v", k, v)
		}
	}
}

// A pixel scale that was rounded in a header makes a plane no coarser.
func TestARoundedPixelScaleDoesNotBlur(t *testing.T) {
	m := pattern8()
	m.X.Step, m.Y.Step = 0.2499, 0.2499
	s := sampled(t, arrayOf(t, ArraySpec{OPD: m}), pupilOf(8, 2))
	for k, v := range s.OPD {
		// 4 samples from the middle a ten-thousandth is 0.0016 samples, and the
		// steepest slope is about 2 per sample.
		if math.Abs(v-m.Data[k]) > 0.004 {
			t.Errorf("sample %d is %v, want %v", k, v, m.Data[k])
		}
	}
}

func TestArrayElementKeepsItsOwnCopy(t *testing.T) {
	m := pattern8()
	e := arrayOf(t, ArraySpec{OPD: m})
	before := sampled(t, e, m.Grid).OPD[3]
	m.Data[3] = 100
	if sampled(t, e, m.Grid).OPD[3] != before {
		t.Error("changing the map after NewArrayElement changed the element")
	}
}

func TestArrayElementRefusesImpossibleSpecs(t *testing.T) {
	with := func(change func(*grid.Map)) grid.Map {
		m := pattern8()
		change(&m)
		return m
	}
	image := with(func(m *grid.Map) { m.Unit = grid.Radian })
	for _, c := range []struct {
		spec      ArraySpec
		parameter string
		problem   string
	}{
		{ArraySpec{}, "transmission", "opd"},
		{ArraySpec{OPD: with(func(m *grid.Map) { m.Data[8+5] = math.NaN() })}, "opd", "NaN at row 1, column 5"},
		{ArraySpec{Phase: with(func(m *grid.Map) { m.Data[7] = math.Inf(-1) })}, "opd", "-Inf at row 0, column 7"},
		{ArraySpec{Amplitude: with(func(m *grid.Map) { m.Data = m.Data[1:] })}, "transmission", "63 samples on a grid of 8×8"},
		{ArraySpec{Amplitude: with(func(m *grid.Map) { m.X.Step = 0 })}, "pixelscale", "positive"},
		{ArraySpec{Amplitude: with(func(m *grid.Map) { m.Y.Step = math.NaN() })}, "pixelscale", "positive"},
		{ArraySpec{Amplitude: with(func(m *grid.Map) { m.Y.Center = math.NaN() })}, "transmission", "finite"},
		{ArraySpec{Amplitude: pattern8(), OPD: image}, "opd", "rad"},
		{ArraySpec{OPD: pattern8(), Shift: [2]float64{0, 0.6}}, "shift", "0.6"},
		{ArraySpec{OPD: pattern8(), Shift: [2]float64{math.NaN(), 0}}, "shift", "NaN"},
		{ArraySpec{OPD: pattern8(), Shift: [2]float64{0.1, 0}, ShiftY: 1}, "shift", "shift_y"},
		{ArraySpec{OPD: pattern8(), ShiftX: math.NaN()}, "shift_x", "NaN"},
		{ArraySpec{OPD: pattern8(), Rotation: math.Inf(1)}, "rotation", "finite"},
	} {
		_, err := NewArrayElement(c.spec)
		p, ok := errors.AsType[*ParameterError](err)
		if !ok || p.Parameter != c.parameter || !strings.Contains(p.Problem, c.problem) {
			t.Errorf("error is %v, want one about %q that says %q", err, c.parameter, c.problem)
		}
	}
}
