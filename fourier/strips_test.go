package fourier_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"arago/backend"
	"arago/fourier"
	"arago/grid"
)

// holed returns a field that is dark but for some blocks.
func holed(seed uint64, rows, cols int, lit []fourier.Block) backend.Matrix[complex128] {
	all, field := randomField[complex128](seed, rows, cols), backend.NewMatrix[complex128](rows, cols)
	for _, b := range lit {
		for i := b.Y0; i < b.Y1; i++ {
			copy(field.Row(i)[b.X0:b.X1], all.Row(i)[b.X0:b.X1])
		}
	}
	return field
}

// Wherever holes lie, overlapping, on the axis or at the edges, a transform that is told of them
// gives what one gives that is not.
func TestATransformOfHolesIsThatOfTheWholeField(t *testing.T) {
	s := selection(t)
	for _, recipe := range halves {
		t.Run(recipe, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				tr := grids(rt, 90)
				in := tr.In
				interval := func(name string, a grid.Axis) (from, to int) {
					from = rapid.IntRange(0, a.N-1).Draw(rt, name)
					return from, min(a.N, from+rapid.IntRange(1, 1+a.N/8).Draw(rt, name+" size"))
				}
				var lit []fourier.Block
				for range rapid.IntRange(1, 4).Draw(rt, "holes") {
					var b fourier.Block
					b.Y0, b.Y1 = interval("row", in.Y)
					b.X0, b.X1 = interval("column", in.X)
					lit = append(lit, b)
				}
				field := holed(rapid.Uint64().Draw(rt, "field"), in.Y.N, in.X.N, lit)
				want := execute(planOf(t, s.Double, tr, recipe), tr, field)
				tr.Lit = lit
				got := execute(planOf(t, s.Double, tr, recipe), tr, field)
				if d := distance(got, want); !(d <= 1e-13*brightest(tr, field)*float64(len(got.Data))) {
					rt.Fatalf("differs by %g of %g", d, norm(want))
				}
			})
		})
	}
}

func TestHolesTakeLessWorkThanAPupil(t *testing.T) {
	tr := imaging(1024, 156, 25)
	whole := estimateOf(t, tr, fourier.RecipeCompressed)
	r := rand.New(rand.NewPCG(3, 0))
	for range 7 {
		y, x := r.IntN(984), r.IntN(984)
		tr.Lit = append(tr.Lit, fourier.Block{Y0: y, Y1: y + 40, X0: x, X1: x + 40})
	}
	if holes := estimateOf(t, tr, fourier.RecipeCompressed); !(holes.Each.Operations() < whole.Each.Operations()/4 && holes.Seconds < whole.Seconds/2) {
		t.Errorf("%g operations and %g s, %g and %g for the whole pupil", holes.Each.Operations(), holes.Seconds, whole.Each.Operations(), whole.Seconds)
	}
}

// Whether it pays to go from hole to hole goes by predicted time, that of their products and
// copies against that of all of the field at once; however many samples are lit.
func TestFieldsAreTransformedHoleByHoleWhereThatIsPredictedToBeFaster(t *testing.T) {
	// tiles returns n² holes of a given width, evenly over 1024².
	tiles := func(n, width int) (lit []fourier.Block) {
		for i := range n {
			for j := range n {
				y, x := (2*i+1)*512/n-width/2, (2*j+1)*512/n-width/2
				lit = append(lit, fourier.Block{Y0: y, Y1: y + width, X0: x, X1: x + width})
			}
		}
		return lit
	}
	slits := func(n int) (lit []fourier.Block) {
		for i := range n {
			lit = append(lit, fourier.Block{Y1: 1024, X0: 1024 / n * i, X1: 1024/n*i + 2})
		}
		return lit
	}
	for name, c := range map[string]struct {
		lit   []fourier.Block
		holes bool
	}{
		"9 holes of 60":          {tiles(3, 60), true},
		"9 holes of 200":         {tiles(3, 200), true},
		"9 holes of 335":         {tiles(3, 335), false},
		"a third of it":          {[]fourier.Block{{Y0: 0, Y1: 1024, X0: 0, X1: 340}}, true},
		"two thirds of it":       {[]fourier.Block{{Y0: 0, Y1: 1024, X0: 0, X1: 700}}, false},
		"all but a dark rim":     {[]fourier.Block{{Y0: 1, Y1: 1023, X0: 1, X1: 1023}}, false},
		"256 slits of 2 columns": {slits(256), false}, // a tenth of the rate
		"two thin slits":         {[]fourier.Block{{Y0: 0, Y1: 1024, X0: 100, X1: 110}, {Y0: 0, Y1: 1024, X0: 914, X1: 924}}, true},
	} {
		for _, recipe := range []string{fourier.RecipeFolded, fourier.RecipeCompressed} {
			tr := imaging(1024, 156, 25)
			whole := estimateOf(t, tr, recipe)
			tr.Lit = c.lit
			e := estimateOf(t, tr, recipe)
			if e.Holes != c.holes {
				t.Errorf("%s, %s: hole by hole: %v, in %.3g s; as a whole in %.3g s", name, recipe, e.Holes, e.Seconds, whole.Seconds)
			}
			if !e.Holes && e.Seconds != whole.Seconds {
				t.Errorf("%s, %s: as a whole it takes %g s, and %g s without holes", name, recipe, e.Seconds, whole.Seconds)
			}
		}
	}
}

func TestABlockBeyondTheGridIsAnError(t *testing.T) {
	tr := imaging(64, 32, 8)
	for _, b := range []fourier.Block{{Y0: -1, Y1: 2, X0: 0, X1: 2}, {Y0: 0, Y1: 2, X0: 60, X1: 65}, {Y0: 3, Y1: 3, X0: 0, X1: 2}} {
		tr.Lit = []fourier.Block{b}
		if _, err := fourier.New(selection(t).Double, newCache(), tr, fourier.RecipeFolded); !errors.Is(err, fourier.ErrGrid) {
			t.Errorf("%+v: %v", b, err)
		}
	}
}
