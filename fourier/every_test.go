package fourier_test

import (
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"arago/backend"
	"arago/fourier"
)

// Between grids of any size and shape, with zeros anywhere, both ways, every recipe gives
// the sums that define the transform.
func TestEveryRecipeIsTheSumThatDefinesIt(t *testing.T) {
	s := selection(t)
	for _, recipe := range every {
		t.Run(recipe, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				tr := grids(rt, 90)
				if recipe == fourier.RecipeFFT {
					// Steps that are one over the length of an FFT that holds both grids.
					fit := func(name string, in, out int) float64 {
						return 1 / float64(rapid.IntRange(max(in, out), 3*max(in, out)).Draw(rt, name))
					}
					tr.Out.Y.Step, tr.Out.X.Step = fit("length y", tr.In.Y.N, tr.Out.Y.N), fit("length x", tr.In.X.N, tr.Out.X.N)
				}
				in := randomField[complex128](rapid.Uint64().Draw(rt, "field"), tr.In.Y.N, tr.In.X.N)
				got := execute(planOf(t, s.Double, tr, recipe), tr, in)
				got32 := execute(planOf(t, s.Single, tr, recipe), tr, narrow(in))
				r := rand.New(rand.NewPCG(2, 0))
				at := [][2]int{{0, 0}, {got.Rows - 1, got.Cols - 1}}
				for range 4 {
					at = append(at, [2]int{r.IntN(got.Rows), r.IntN(got.Cols)})
				}
				scale := brightest(tr, in)
				for _, ij := range at {
					want := exactly(tr, in, ij[0], ij[1])
					if d := cmplx.Abs(got.At(ij[0], ij[1])-want) / scale; !(d <= 1e-13) {
						rt.Fatalf("sample %v off by %g of the brightest that could be", ij, d)
					}
					// What is predicted, with some bad luck, for fields of some hundred samples.
					if d := cmplx.Abs(complex128(got32.At(ij[0], ij[1]))-want) / scale; !(d <= 4e-6) {
						rt.Fatalf("single precision: sample %v off by %g of the brightest that could be", ij, d)
					}
				}
			})
		})
	}
}

// A recipe's predicted error is an upper bound of what it makes of light that is in
// phase, as that of a star is, and of light that is not.
func TestPredictedErrorsAreThoseOfTheRecipes(t *testing.T) {
	s := selection(t)
	for _, tr := range []fourier.Transform{imaging(128, 96, 32), imaging(90, 128, 64)} {
		tr.In.Y.N, tr.In.Y.Center = 70, 30.5
		noise, star := randomField[complex128](5, tr.In.Y.N, tr.In.X.N), backend.NewMatrix[complex128](tr.In.Y.N, tr.In.X.N)
		for k := range star.Data {
			star.Data[k] = 1
		}
		at := [][2]int{{0, 0}, {3, 40}, {tr.Out.Y.N / 2, tr.Out.X.N / 2}, {tr.Out.Y.N - 1, 7}}
		for name, in := range map[string]backend.Matrix[complex128]{"noise": noise, "star": star} {
			scale := brightest(tr, in)
			for _, single := range []bool{false, true} {
				for _, e := range fourier.Estimates(tr, nil, single) {
					if e.Reason != "" {
						continue
					}
					var got backend.Matrix[complex128]
					if single {
						got = wide(execute(planOf(t, s.Single, tr, e.Recipe), tr, narrow(in)))
					} else {
						got = execute(planOf(t, s.Double, tr, e.Recipe), tr, in)
					}
					for _, ij := range at {
						if d := cmplx.Abs(got.At(ij[0], ij[1])-exactly(tr, in, ij[0], ij[1])) / scale; !(d <= e.Error) {
							t.Errorf("%s, %s, single %v: sample %v off by %g of the brightest, and %g was predicted", name, e.Recipe, single, ij, d, e.Error)
						}
					}
				}
			}
		}
	}
}
