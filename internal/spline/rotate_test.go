package spline

import (
	"math"
	"math/cmplx"
	"testing"

	"arago/grid"
)

// field is a field without symmetry whose parts are multiples of 1/6.
func field(g grid.Grid) []complex128 {
	f := make([]complex128, g.Len())
	for i := range g.Y.N {
		for j := range g.X.N {
			v := float64((5*i+2*j+i*j*j)%13)/6 - 1
			f[i*g.X.N+j] = complex(v, 2-3*v)
		}
	}
	return f
}

func centred(rows, cols int) grid.Grid {
	return grid.Grid{Y: grid.Centered(rows, 0.1), X: grid.Centered(cols, 0.1)}
}

// scipy 1.11.4, numpy 1.26.4, with b the real part of field:
//
//	rotate(b, -30, reshape=False, order=3) for 5×5, rotate(b, -25, …) for 4×6
func TestRotatedFieldAgreesWithScipy(t *testing.T) {
	for _, c := range []struct {
		g       grid.Grid
		degrees float64
		want    []float64
	}{
		{centred(5, 5), 30, []float64{
			0, -0.4357315168688671, -0.4841208215064132, 0, 0,
			0, -0.03916661445551666, -0.40740164966068504, -0.6165474831661881, 0.1027196429512779,
			-0.5370703647149719, -0.2752779718512966, 0.5000000000000004, 0.22220297413473236, -0.3614088431317763,
			-0.6480857512322566, -0.5629456072314402, 0.2379554710079925, 0.5193533535419111, 0,
			0, 0, 0.6484435284676269, -0.2661926451053742, 0,
		}},
		{centred(4, 6), 25, []float64{
			0, -0.07456162483861199, -0.43125815308143634, 0, 0, 0,
			0.5638986718333918, -0.4903471806498565, -0.672403127257127, -0.15275543264161828, 0.04139520808676269, 0,
			0, -0.1265714340107442, 0.6087729010935826, 0.35293221352218235, -0.22556530504704175, -0.7110517755603581,
			0, 0, 0, 0.3538209445535243, 0.4029806122038355, 0,
		}},
	} {
		for k, v := range Rotate(field(c.g), c.g, c.degrees) {
			want := complex(c.want[k], 0)
			if c.want[k] != 0 { // inside the array, where the imaginary part is 2 − 3·real
				want += complex(0, 2-3*c.want[k])
			}
			if cmplx.Abs(v-want) > 3*tolerance {
				t.Errorf("%v°, sample %d: %v, scipy %v", c.degrees, k, v, want)
			}
		}
	}
}

// A counter-clockwise quarter turn takes +x to +y: what stood on the right
// stands on top (the last row).
func TestQuarterTurnIsCounterClockwiseAndMovesSamples(t *testing.T) {
	g := centred(4, 4)
	f := field(g)
	got := Rotate(f, g, 90)
	for i := range 4 {
		for j := range 4 {
			// The sample at (x, y) goes to (−y, x).
			if got[j*4+3-i] != f[i*4+j] {
				t.Errorf("sample (%d, %d) is not at (%d, %d) after 90°", i, j, j, 3-i)
			}
		}
	}
}

func TestQuarterTurnsAddUp(t *testing.T) {
	for name, g := range map[string]grid.Grid{
		"centred even":     centred(6, 6),
		"centred odd":      centred(5, 5),
		"FFT-centred even": grid.Square(grid.FFTCentered(6, 0.1), grid.Radian),
		"FFT-centred odd":  grid.Square(grid.FFTCentered(5, 0.1), grid.Radian),
	} {
		f := field(g)
		quarter := Rotate(f, g, 90)
		half := Rotate(quarter, g, 90)
		for k := range f {
			if half[k] != Rotate(f, g, 180)[k] || half[k] != Rotate(f, g, -180)[k] {
				t.Fatalf("%s: two quarter turns are not a half turn", name)
			}
			if Rotate(half, g, 180)[k] != f[k] || Rotate(quarter, g, 270)[k] != f[k] || Rotate(f, g, -720)[k] != f[k] {
				t.Fatalf("%s: a full turn does not give the field back", name)
			}
		}
	}
}

// On the grid of an FFT a half turn is the index map i → (N−i) mod N, the one
// that turns a field whose transform is turned likewise.
func TestHalfTurnOfAnFFTGridKeepsItsZero(t *testing.T) {
	const n = 6
	g := grid.Square(grid.FFTCentered(n, 1e-7), grid.Radian)
	f := field(g)
	got := Rotate(f, g, 180)
	for i := range n {
		for j := range n {
			if got[i*n+j] != f[(n-i)%n*n+(n-j)%n] {
				t.Errorf("sample (%d, %d) is not the one opposite the zero", i, j)
			}
		}
	}
}

func TestQuarterTurnOfAWideFieldLosesItsEnds(t *testing.T) {
	g := centred(2, 4)
	f := field(g)
	got := Rotate(f, g, 90)
	want := []complex128{0, f[4+1], f[1], 0, 0, f[4+2], f[2], 0}
	for k := range want {
		if got[k] != want[k] {
			t.Errorf("sample %d: %v, want %v", k, got[k], want[k])
		}
	}
}

// With one zero on a sample and the other between samples no quarter turn
// takes samples to samples: the field is interpolated.
func TestQuarterTurnBetweenSamplesInterpolates(t *testing.T) {
	g := grid.Grid{Y: grid.Centered(41, 0.1), X: grid.Centered(40, 0.1)}
	f, want := make([]complex128, g.Len()), make([]complex128, g.Len())
	blob := func(y, x float64) complex128 {
		return complex(math.Exp(-4*(x-0.3)*(x-0.3)-6*y*y), 0)
	}
	for i, y := range g.Y.Coordinates() {
		for j, x := range g.X.Coordinates() {
			f[i*g.X.N+j] = blob(y, x)
			want[i*g.X.N+j] = blob(-x, y)
		}
	}
	for k, v := range Rotate(f, g, 90) {
		// h⁴/384·|f''''| with h = 0.1 and fourth derivatives of 192 and 432, and a
		// quarter for the next order.
		if cmplx.Abs(v-want[k]) > 2e-4 {
			t.Fatalf("sample %d: %v, want %v", k, v, want[k])
		}
	}
}

// A grid with different steps turns by the same angle on the sky.
func TestRotationIsThatOfThePlaneNotOfTheArray(t *testing.T) {
	g := grid.Grid{Y: grid.Centered(60, 0.1), X: grid.Centered(120, 0.05)}
	blob := func(y, x float64) float64 { return math.Exp(-(x-1)*(x-1) - 3*(y-0.5)*(y-0.5)) }
	f := make([]complex128, g.Len())
	for i, y := range g.Y.Coordinates() {
		for j, x := range g.X.Coordinates() {
			f[i*g.X.N+j] = complex(blob(y, x), 0)
		}
	}
	sin, cos := math.Sincos(40 * grid.Degree)
	got := Rotate(f, g, 40)
	for i, y := range g.Y.Coordinates() {
		for j, x := range g.X.Coordinates() {
			if math.Hypot(x, y) > 2.5 {
				continue // from outside the array
			}
			want := blob(cos*y-sin*x, cos*x+sin*y)
			// h⁴/384·|f''''| with h = 0.1 and a fourth derivative of 108, and half as
			// much again for the next orders.
			if math.Abs(real(got[i*g.X.N+j])-want) > 4.2e-5 {
				t.Fatalf("(%g, %g): %v, want %g", x, y, got[i*g.X.N+j], want)
			}
		}
	}
}

func TestRotateRefusesAFieldOfAnotherSize(t *testing.T) {
	if !panics(func() { Rotate(make([]complex128, 3), centred(2, 2), 10) }) {
		t.Error("Rotate accepts 3 samples on a grid of 4")
	}
	if len(Rotate(nil, grid.Grid{}, 10)) != 0 {
		t.Error("an empty field does not stay empty")
	}
}
