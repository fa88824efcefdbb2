package measure

import (
	"errors"
	"math"
	"strings"
	"testing"

	"arago/grid"
)

// pattern samples an intensity on n×n samples that are step apart.
func pattern(n int, step float64, f func(x, y float64) float64) grid.Map {
	m := grid.NewMap(grid.Square(grid.Centered(n, step), grid.Radian))
	for i := range n {
		for j := range n {
			m.Data[i*n+j] = f(m.X.At(j), m.Y.At(i))
		}
	}
	return m
}

// airy is the image of a point at (x0, y0) behind a circular pupil, in units of
// λ/D: (2J₁(πr)/πr)², 1 at its peak (Born & Wolf §8.5.2 eq. 14).
func airy(x0, y0 float64) func(x, y float64) float64 {
	return func(x, y float64) float64 {
		v := math.Pi * math.Hypot(x-x0, y-y0)
		if v == 0 {
			return 1
		}
		a := 2 * math.J1(v) / v
		return a * a
	}
}

// airyFlux is the integral of airy over the whole plane: 4/π.
const airyFlux = 4 / math.Pi

// airyEnergy is the part of its light within radius r: 1 − J₀² − J₁² of πr
// (Born & Wolf §8.5.2 eq. 18).
func airyEnergy(r float64) float64 {
	j0, j1 := math.J0(math.Pi*r), math.J1(math.Pi*r)
	return 1 - j0*j0 - j1*j1
}

func round(x0, y0, sigma float64) func(x, y float64) float64 {
	return func(x, y float64) float64 {
		return math.Exp(-((x-x0)*(x-x0) + (y-y0)*(y-y0)) / (2 * sigma * sigma))
	}
}

func flat(x, y float64) float64 { return 1 }

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %.12g, want %.12g within %.2g", what, got, want, tolerance)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused asserts the kind of an error and a part of its sentence.
func refused(t *testing.T, err, kind error, says string) {
	t.Helper()
	if !errors.Is(err, kind) || !strings.Contains(err.Error(), says) {
		t.Errorf("error %v; want one of the kind %q that says %q", err, kind, says)
	}
}
