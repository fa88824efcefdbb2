package fourier_test

import (
	"fmt"
	"math/cmplx"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"arago/backend"
	"arago/fourier"
	"arago/grid"
)

// halves are the recipes of even and odd parts.
var halves = []string{fourier.RecipeFolded, fourier.RecipeCompressed}

func planOf[R backend.Real, C backend.Complex](tb testing.TB, core backend.Core[R, C], t fourier.Transform, recipe string) fourier.Plan[C] {
	tb.Helper()
	p, err := fourier.New(core, newCache(), t, recipe)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// imaging is the transform of n samples across a pupil to m samples across a field of
// so many λ/D.
func imaging(n, m int, field float64) fourier.Transform {
	const d, wavelength = 6.5, 2e-6
	return fourier.Transform{
		In:         grid.Square(grid.Centered(n, d/float64(n)), grid.Metre),
		Out:        grid.Square(grid.Centered(m, field*wavelength/d/float64(m)), grid.Radian),
		Wavelength: wavelength, Sign: 1,
	}
}

// grids draws pairs of grids: of sizes and with zeros that mirror or do not.
func grids(rt *rapid.T, most int) fourier.Transform {
	axis := func(name string) grid.Axis {
		n := rapid.OneOf(rapid.IntRange(1, 4), rapid.IntRange(5, most)).Draw(rt, name)
		a := grid.Axis{N: n, Step: 1, Center: float64(n-1) / 2}
		if rapid.Bool().Draw(rt, name+" off centre") {
			a.Center = rapid.Float64Range(-10, float64(n)+10).Draw(rt, name+" centre")
		}
		return a
	}
	t := fourier.Transform{
		In:         grid.Grid{Y: axis("in y"), X: axis("in x"), Unit: grid.Metre},
		Out:        grid.Grid{Y: axis("out y"), X: axis("out x"), Unit: grid.Radian},
		Wavelength: 1, Sign: 1 - 2*rapid.IntRange(0, 1).Draw(rt, "sign"),
	}
	if rapid.Bool().Draw(rt, "one of a band") {
		t.Shortest = rapid.Float64Range(0.3, 1).Draw(rt, "shortest")
	}
	// Fields of up to a λ/D for each sample of the pupil or of the image, mostly small.
	field := func(name string, in, out grid.Axis) float64 {
		share := rapid.Float64Range(0.001, 1).Draw(rt, name)
		return share * share / float64(max(in.N, out.N))
	}
	t.Out.Y.Step, t.Out.X.Step = field("field y", t.In.Y, t.Out.Y), field("field x", t.In.X, t.Out.X)
	return t
}

func TestFoldedTransformsAreTheSumThatDefinesThem(t *testing.T) {
	s := selection(t)
	for _, recipe := range halves {
		t.Run(recipe, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) { checkAgainstSums(rt, s, grids(rt, 90), recipe) })
		})
	}
}

func checkAgainstSums(rt *rapid.T, s backend.Selection, tr fourier.Transform, recipe string) {
	in := randomField[complex128](1, tr.In.Y.N, tr.In.X.N)
	double, err := fourier.New(s.Double, newCache(), tr, recipe)
	if err != nil {
		rt.Fatal(err)
	}
	half, err := fourier.New(s.Single, newCache(), tr, recipe)
	if err != nil {
		rt.Fatal(err)
	}
	got, got32 := execute(double, tr, in), execute(half, tr, narrow(in))
	r := rand.New(rand.NewPCG(2, 0))
	at := [][2]int{{0, 0}, {got.Rows - 1, got.Cols - 1}, {got.Rows / 2, got.Cols / 2}}
	for range 5 {
		at = append(at, [2]int{r.IntN(got.Rows), r.IntN(got.Cols)})
	}
	scale := brightest(tr, in)
	for _, ij := range at {
		want := exactly(tr, in, ij[0], ij[1])
		// Kernels are off by a few 1e-15 of their largest element, and each of a few
		// sums of up to 90 terms by less.
		if d := cmplx.Abs(got.At(ij[0], ij[1]) - want); !(d <= 3e-14*scale) {
			rt.Fatalf("sample %v off by %g of %g", ij, d, scale)
		}
		if d := cmplx.Abs(complex128(got32.At(ij[0], ij[1])) - want); !(d <= 2e-6*scale) {
			rt.Fatalf("single precision: sample %v off by %g of %g", ij, d, scale)
		}
	}
}

func TestFoldedTransformsOfOpticsAreTheSumThatDefinesThem(t *testing.T) {
	s := selection(t)
	for _, c := range []struct {
		n, m  int
		field float64
	}{{256, 156, 25}, {301, 96, 40}, {512, 128, 16}, {128, 400, 90}, {200, 200, 199}} {
		tr := imaging(c.n, c.m, c.field)
		back := tr.Inverse()
		back.In.X.Center, back.Out.Y.Center = 17.5, float64(c.n)/2
		for direction, tr := range map[string]fourier.Transform{"forward": tr, "back": back} {
			in := randomField[complex128](3, tr.In.Y.N, tr.In.X.N)
			at := [][2]int{{0, 0}, {1, 5}, {tr.Out.Y.N / 2, tr.Out.X.N / 2}, {tr.Out.Y.N - 1, 3}}
			want, scale := make([]complex128, len(at)), brightest(tr, in)
			for k, ij := range at {
				want[k] = exactly(tr, in, ij[0], ij[1])
			}
			for _, recipe := range halves {
				t.Run(fmt.Sprintf("%s/%d to %d %s", recipe, c.n, c.m, direction), func(t *testing.T) {
					got := execute(planOf(t, s.Double, tr, recipe), tr, in)
					half := execute(planOf(t, s.Single, tr, recipe), tr, narrow(in))
					for k, ij := range at {
						if d := cmplx.Abs(got.At(ij[0], ij[1])-want[k]) / scale; !(d <= 1e-14) {
							t.Errorf("sample %v off by %g", ij, d)
						}
						if d := cmplx.Abs(complex128(half.At(ij[0], ij[1]))-want[k]) / scale; !(d <= 3e-7) {
							t.Errorf("single precision: sample %v off by %g", ij, d)
						}
					}
				})
			}
		}
	}
}

// Of a broad strip and a narrow one the order of the axes costs a large factor; the
// result is the same.
func TestTheCheaperAxisComesFirst(t *testing.T) {
	s := selection(t)
	wide := imaging(400, 300, 40)
	wide.Out.X.N, wide.Out.X.Center = 4, 1.5
	tall := wide
	tall.Out.X, tall.Out.Y = wide.Out.Y, wide.Out.X
	for _, recipe := range halves {
		for _, tr := range []fourier.Transform{wide, tall} {
			in := randomField[complex128](3, tr.In.Y.N, tr.In.X.N)
			got := execute(planOf(t, s.Double, tr, recipe), tr, in)
			for _, ij := range [][2]int{{0, 0}, {3, 1}, {got.Rows - 1, got.Cols - 1}} {
				if d := cmplx.Abs(got.At(ij[0], ij[1])-exactly(tr, in, ij[0], ij[1])) / brightest(tr, in); !(d <= 1e-14) {
					t.Errorf("%s: sample %v off by %g", recipe, ij, d)
				}
			}
		}
		operations := func(tr fourier.Transform) (sum float64) {
			for _, e := range fourier.Estimates(tr, nil, false) {
				for _, p := range e.Each.Products {
					if e.Recipe == recipe {
						sum += p.Operations()
					}
				}
			}
			return sum
		}
		if a, b := operations(wide), operations(tall); a != b {
			t.Errorf("%s: %g operations for a strip, and %g for one across", recipe, a, b)
		}
	}
}

func TestFoldedTransformsGiveTheSameBitsForAnyNumberOfGoroutines(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	s, tr := selection(t), imaging(301, 95, 30)
	in := randomField[complex128](4, 301, 301)
	for _, recipe := range halves {
		var want backend.Matrix[complex128]
		for _, procs := range []int{1, 2, 5} {
			runtime.GOMAXPROCS(procs)
			got := execute(planOf(t, s.Double, tr, recipe), tr, in)
			if want.Data == nil {
				want = got
			}
			if d := distance(got, want); d != 0 {
				t.Errorf("%s: %d goroutines change the result by %g", recipe, procs, d)
			}
		}
	}
}

func TestFoldedPlansMayBeUsedByManyAtOnce(t *testing.T) {
	s, tr := selection(t), imaging(160, 61, 20)
	in := randomField[complex128](5, 160, 160)
	for _, recipe := range halves {
		plan := planOf(t, s.Double, tr, recipe)
		want := execute(plan, tr, in)
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				for range 5 {
					if d := distance(execute(plan, tr, in), want); d != 0 {
						t.Errorf("%s: differs by %g from the same transform alone", recipe, d)
					}
				}
			})
		}
		wg.Wait()
	}
}

func TestSubtractingATransformIsThat(t *testing.T) {
	s, tr := selection(t), imaging(120, 47, 15).Inverse()
	shifted := tr
	shifted.In.Y.Center++
	across := imaging(120, 48, 15)
	across.Out.X.N, across.Out.X.Center = 2, 0.5
	for _, tr := range []fourier.Transform{tr, shifted, across, imaging(120, 48, 15)} {
		in, from := randomField[complex128](6, tr.In.Y.N, tr.In.X.N), randomField[complex128](7, tr.Out.Y.N, tr.Out.X.N)
		plan, err := fourier.NewCompressed(s.Double, newCache(), tr)
		if err != nil {
			t.Fatal(err)
		}
		want := execute[complex128](plan, tr, in)
		for i := range want.Data {
			want.Data[i] = from.Data[i] - want.Data[i]
		}
		src := backend.NewMatrix[complex128](in.Rows, in.Cols)
		copy(src.Data, in.Data)
		plan.ExecuteSubtract(from, src)
		// One rounding in another place.
		if d := distance(from, want); !(d <= 1e-14*norm(in)) {
			t.Errorf("differs by %g", d)
		}
	}
}

// A plan of a wavelength, of the way back, or of another axis alike takes from the
// cache what the first has put there: kernels, and the basis of its part of the band.
func TestBasesAndKernelsAreShared(t *testing.T) {
	s, tr := selection(t), imaging(200, 121, 20)
	other := tr
	other.Wavelength, other.Shortest = 1.15*tr.Wavelength, tr.Wavelength
	apart := other
	apart.Wavelength *= 1.15
	narrow := tr
	narrow.Sign = -1
	for _, c := range []struct {
		name   string
		then   fourier.Transform
		values int // that are new
	}{
		{"the same", tr, 0}, {"the other sign", narrow, 0},
		{"the way back", tr.Inverse(), 2}, // the factors, and the basis in the order of an output
		{"another wavelength", other, 1},  // the factors
		{"one far away", apart, 2},        // and a basis
	} {
		cache := newCache()
		plan := func(tr fourier.Transform) {
			if _, err := fourier.NewCompressed(s.Double, cache, tr); err != nil {
				t.Fatal(err)
			}
		}
		plan(tr)
		if cache.Len() != 2 {
			t.Errorf("a square transform made %d values, not a basis and its factors", cache.Len())
		}
		plan(c.then)
		if got := cache.Len() - 2; got != c.values {
			t.Errorf("%s: %d values are new, want %d", c.name, got, c.values)
		}
	}
}

func TestTheBoundOfCompressedKernelsIsWhatWasAskedFor(t *testing.T) {
	s := selection(t)
	for _, c := range []struct {
		n, m  int
		field float64
	}{{1024, 624, 100}, {1024, 156, 25}, {512, 512, 60}, {100, 400, 7}, {63, 64, 0.1}} {
		tr := imaging(c.n, c.m, c.field)
		double, err := fourier.NewCompressed(s.Double, newCache(), tr)
		if err != nil {
			t.Fatal(err)
		}
		half, err := fourier.NewCompressed(s.Single, newCache(), tr)
		if err != nil {
			t.Fatal(err)
		}
		// On each axis 1e-14 and the rounding of sums over the rank, or 1e-7.
		if b := double.Bound(); !(b > 0 && b < 6e-14) {
			t.Errorf("%v: kernels are off by %g", c, b)
		}
		if b := half.Bound(); !(b > 1e-13 && b < 2e-7) {
			t.Errorf("%v: kernels in single precision are off by %g", c, b)
		}
	}
}

func TestFoldedTransformsConservePowerBetweenWholeFFTGrids(t *testing.T) {
	const n, dx, wavelength = 48, 0.01, 1e-6
	s := selection(t)
	for _, recipe := range halves {
		for _, center := range []float64{n / 2, (n - 1) / 2.0, 3.25} {
			tr := fourier.Transform{
				In:         grid.Square(grid.Centered(n, dx), grid.Metre),
				Out:        grid.Square(grid.Axis{N: n, Step: wavelength / (n * dx), Center: center}, grid.Radian),
				Wavelength: wavelength, Sign: 1,
			}
			in := randomField[complex128](3, n, n)
			image := execute(planOf(t, s.Double, tr, recipe), tr, in)
			if d := norm(image)/norm(in) - 1; !(d < 1e-13 && d > -1e-13) {
				t.Errorf("%s: Parseval: norm changes by %g", recipe, d)
			}
			back := execute(planOf(t, s.Double, tr.Inverse(), recipe), tr.Inverse(), image)
			if d := distance(back, in); !(d < 1e-13) {
				t.Errorf("%s: there and back differs by %g", recipe, d)
			}
		}
	}
}

// However long or short the steps are, a plan is made and gives what the matrix
// transform gives.
func TestFoldedTransformsOfExtremeSteps(t *testing.T) {
	s := selection(t)
	for _, step := range []float64{1e-140, 1e-30, 1e-9, 0.5, 1, 1.37, 1e9, 1e200} {
		tr := fourier.Transform{
			In:         grid.Square(grid.Centered(33, 1), grid.Metre),
			Out:        grid.Square(grid.Centered(20, step), grid.Radian),
			Wavelength: 1, Sign: -1,
		}
		in := randomField[complex128](10, 33, 33)
		want := execute(dense(t, tr), tr, in)
		for _, recipe := range halves {
			if d := distance(execute(planOf(t, s.Double, tr, recipe), tr, in), want); !(d <= 1e-13*brightest(tr, in)) {
				t.Errorf("%s: steps of %g: differs by %g", recipe, step, d)
			}
		}
	}
}

// ⟨to(a), b⟩ = ⟨a, back(b)⟩: the way back is the adjoint, whatever part of the image
// there is.
func TestTheWayBackIsTheAdjoint(t *testing.T) {
	s := selection(t)
	rapid.Check(t, func(rt *rapid.T) {
		tr := grids(rt, 70)
		for _, recipe := range halves {
			a, b := randomField[complex128](8, tr.In.Y.N, tr.In.X.N), randomField[complex128](9, tr.Out.Y.N, tr.Out.X.N)
			to, err := fourier.New(s.Double, newCache(), tr, recipe)
			if err != nil {
				rt.Fatal(err)
			}
			back, err := fourier.New(s.Double, newCache(), tr.Inverse(), recipe)
			if err != nil {
				rt.Fatal(err)
			}
			left, right := product(execute(to, tr, a), b), product(a, execute(back, tr.Inverse(), b))
			// Every sample may be off by 3e-14 of the brightest.
			var magnitudes float64
			for _, v := range b.Data {
				magnitudes += cmplx.Abs(v)
			}
			if d := cmplx.Abs(left - right); !(d <= 6e-14*brightest(tr, a)*magnitudes) {
				rt.Fatalf("%s: %v and %v", recipe, left, right)
			}
		}
	})
}

// product returns Σ a·b̄.
func product(a, b backend.Matrix[complex128]) (sum complex128) {
	for i, v := range a.Data {
		sum += v * cmplx.Conj(b.Data[i])
	}
	return sum
}

func TestEstimatesCountTheRanksThatPlansHave(t *testing.T) {
	s := selection(t)
	for _, c := range []struct {
		n, m  int
		field float64
	}{{1024, 624, 100}, {1024, 156, 25}, {300, 500, 33}, {64, 64, 60}} {
		tr := imaging(c.n, c.m, c.field)
		for _, recipe := range halves {
			plan := planOf(t, s.Double, tr, recipe).(*fourier.Folded[float64, complex128])
			for _, e := range fourier.Estimates(tr, nil, false) {
				if e.Recipe != recipe {
					continue
				}
				even, odd := plan.Ranks()
				if p := e.Each.Products; abs(p[0].Rows-even) > 1 || abs(p[1].Rows-odd) > 1 {
					t.Errorf("%s %v: estimated %d and %d rows, there are %d and %d", recipe, c, p[0].Rows, p[1].Rows, even, odd)
				}
			}
		}
	}
}

func abs(i int) int { return max(i, -i) }
