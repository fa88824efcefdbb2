package grid_test

import (
	"fmt"
	"math"
	"testing"

	"arago/grid"
)

func TestTheZeroOfACentredAxisIsInItsMiddle(t *testing.T) {
	for _, n := range []int{1, 4, 5} {
		a := grid.Centered(n, 0.5)
		if a.At(0) != -a.At(n-1) {
			t.Errorf("%d samples reach from %g to %g", n, a.At(0), a.At(n-1))
		}
		if want := float64(n) / 2; a.Width() != want {
			t.Errorf("%d samples are %g wide, want %g", n, a.Width(), want)
		}
	}
}

func TestTheZeroOfAnFFTAxisIsOnASample(t *testing.T) {
	for _, n := range []int{1, 4, 5} {
		if x := grid.FFTCentered(n, 2).Coordinates()[n/2]; x != 0 {
			t.Errorf("sample %d of %d lies at %g", n/2, n, x)
		}
	}
}

func TestPartsOfAGridKeepTheirCoordinates(t *testing.T) {
	g := grid.Square(grid.Centered(10, 0.3), grid.Metre)
	band := g.Rows(4, 7)
	if band.Y.N != 3 || band.X != g.X || band.Len() != 30 {
		t.Errorf("band %v", band)
	}
	for i := range 3 {
		if band.Y.At(i) != g.Y.At(4+i) {
			t.Errorf("row %d lies at %g, was at %g", i, band.Y.At(i), g.Y.At(4+i))
		}
	}
	if across := g.Cols(4, 7); across.Y != g.Y || across.X != band.Y {
		t.Errorf("columns %v", across)
	}
	for _, c := range []struct{ n, from int }{{4, 3}, {10, 0}, {5, 3}} {
		middle, from := g.X.Cropped(c.n)
		if from != c.from || middle.N != c.n || middle.At(0) != g.X.At(from) {
			t.Errorf("the middle %d of 10 begin at %d, want %d", c.n, from, c.from)
		}
	}
	// The zero may lie near an end: the part stays inside.
	if _, from := (grid.Axis{N: 10, Step: 1, Center: 0}).Cropped(4); from != 0 {
		t.Errorf("the 4 samples around sample 0 begin at %d", from)
	}
	defer func() {
		if recover() == nil {
			t.Error("11 samples were taken out of 10")
		}
	}()
	g.X.Cropped(11)
}

func TestBinningSumsBlocksAndKeepsTheirPlaces(t *testing.T) {
	m := grid.NewMap(grid.Grid{Y: grid.Centered(4, 1), X: grid.Centered(6, 1), Unit: grid.Radian})
	for i := range m.Data {
		m.Data[i] = float64(i)
	}
	b := m.Binned(2)
	if b.Y.N != 2 || b.X.N != 3 || b.X.Step != 2 {
		t.Fatalf("binned to %v", b.Grid)
	}
	if want := m.At(2, 4) + m.At(2, 5) + m.At(3, 4) + m.At(3, 5); b.At(1, 2) != want {
		t.Errorf("a pixel holds %g, want %g", b.At(1, 2), want)
	}
	if b.Sum() != m.Sum() || m.Sum() != 23*24/2 {
		t.Errorf("the sum %g became %g", m.Sum(), b.Sum())
	}
	if want := (m.X.At(4) + m.X.At(5)) / 2; math.Abs(b.X.At(2)-want) > 1e-15 {
		t.Errorf("a pixel lies at %g, want %g", b.X.At(2), want)
	}
	for _, factor := range []int{0, 4} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("binned by %d", factor)
				}
			}()
			m.Binned(factor)
		}()
	}
}

func TestGridsDescribeThemselves(t *testing.T) {
	g := grid.Grid{Y: grid.Centered(2, 0.5), X: grid.Centered(3, 0.25), Unit: grid.Radian}
	if got, want := g.String(), "2×3 samples of 0.5×0.25 rad"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := grid.Metre.String() + grid.Unit(7).String(); got != "mUnit(7)" {
		t.Errorf("units %q", got)
	}
}

func ExampleAxis() {
	pupil := grid.Centered(4, 0.5) // metres
	image := grid.FFTCentered(4, 0.1*grid.Arcsecond)
	fmt.Println(pupil.Coordinates())
	fmt.Printf("%.1f″\n", image.At(3)/grid.Arcsecond)
	// Output:
	// [-0.75 -0.25 0.25 0.75]
	// 0.1″
}
