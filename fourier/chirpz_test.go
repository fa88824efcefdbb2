package fourier_test

import (
	"fmt"
	"math"
	"math/cmplx"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"arago/backend"
	"arago/fourier"
	"arago/grid"
	"arago/internal/truth"
)

// factor returns exp(Sign·2πi·cycles·(k − in.Center)·(i − out.Center)), with the
// phase in twice double precision until its whole cycles are gone.
func factor(t fourier.Transform, in, out grid.Axis, k, i int) complex128 {
	phase := truth.Of(float64(k)).Sub(truth.Of(in.Center)).
		Mul(truth.Of(float64(i)).Sub(truth.Of(out.Center))).
		Mul(truth.Of(in.Step * out.Step / t.Wavelength))
	whole := math.RoundToEven(phase.Hi)
	sin, cos := math.Sincos(2 * math.Pi * float64(t.Sign) * phase.Sub(truth.Of(whole)).Float())
	return complex(cos, sin)
}

// exactly returns one sample of a transform by compensated sums.
func exactly(t fourier.Transform, in backend.Matrix[complex128], i, j int) complex128 {
	rows := make([]complex128, in.Cols)
	for l := range rows {
		rows[l] = factor(t, t.In.X, t.Out.X, l, j)
	}
	var total truth.Sum
	for k := range in.Rows {
		var row truth.Sum
		for l, f := range rows {
			row.Add(in.At(k, l), f)
		}
		total.AddSum(row, factor(t, t.In.Y, t.Out.Y, k, i))
	}
	area := t.In.Y.Step * t.Out.Y.Step / t.Wavelength * t.In.X.Step * t.Out.X.Step / t.Wavelength
	return total.Value() * complex(math.Sqrt(area), 0)
}

// brightest returns the largest sample that a transform of a field with such
// magnitudes could have.
func brightest(t fourier.Transform, in backend.Matrix[complex128]) float64 {
	var sum float64
	for _, v := range in.Data {
		sum += cmplx.Abs(v)
	}
	return sum * math.Sqrt(t.In.Y.Step*t.Out.Y.Step/t.Wavelength*t.In.X.Step*t.Out.X.Step/t.Wavelength)
}

func narrow(m backend.Matrix[complex128]) backend.Matrix[complex64] {
	out := backend.NewMatrix[complex64](m.Rows, m.Cols)
	for i, v := range m.Data {
		out.Data[i] = complex64(v)
	}
	return out
}

func chirpZ(tb testing.TB, t fourier.Transform) (double fourier.Plan[complex128], single fourier.Plan[complex64]) {
	tb.Helper()
	d, err := fourier.NewChirpZ(selection(tb).Double, newCache(), t)
	if err != nil {
		tb.Fatal(err)
	}
	s, err := fourier.NewChirpZ(selection(tb).Single, newCache(), t)
	if err != nil {
		tb.Fatal(err)
	}
	return d, s
}

func TestTheChirpZTransformIsTheSumThatDefinesIt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		axis := func(name string, step float64) grid.Axis {
			n := rapid.IntRange(1, 40).Draw(rt, name)
			return grid.Axis{N: n, Step: step * rapid.Float64Range(0.01, 3).Draw(rt, name+" step"),
				Center: rapid.Float64Range(-30, 60).Draw(rt, name+" center")}
		}
		tr := fourier.Transform{
			In:         grid.Grid{Y: axis("in y", 0.01), X: axis("in x", 0.01), Unit: grid.Metre},
			Out:        grid.Grid{Y: axis("out y", 1e-5), X: axis("out x", 1e-5), Unit: grid.Radian},
			Wavelength: 1e-6, Sign: 1 - 2*rapid.IntRange(0, 1).Draw(rt, "sign"),
		}
		in := randomField[complex128](1, tr.In.Y.N, tr.In.X.N)
		double, single := chirpZ(t, tr)
		got, got32 := execute(double, tr, in), execute(single, tr, narrow(in))
		peak := brightest(tr, in)
		for i := range got.Rows {
			for j := range got.Cols {
				want := exactly(tr, in, i, j)
				if d := cmplx.Abs(got.At(i, j) - want); d > 1e-14*peak {
					rt.Fatalf("element (%d, %d) off by %g of the peak", i, j, d/peak)
				}
				// Inputs, factors and spectra are rounded to 24 bits, and the sums
				// over up to 80 numbers in the transforms.
				if d := cmplx.Abs(complex128(got32.At(i, j)) - want); d > 4e-6*peak {
					rt.Fatalf("single precision: element (%d, %d) off by %g of the peak", i, j, d/peak)
				}
			}
		}
	})
}

// samples checks some samples of a transform of a random field, and returns the
// largest error relative to the peak.
func samples(t *testing.T, tr fourier.Transform, plan fourier.Plan[complex128]) float64 {
	t.Helper()
	in := randomField[complex128](11, tr.In.Y.N, tr.In.X.N)
	got := execute(plan, tr, in)
	var worst float64
	for _, i := range []int{0, got.Rows / 3, got.Rows - 1} {
		for _, j := range []int{0, 2 * got.Cols / 3, got.Cols - 1} {
			worst = max(worst, cmplx.Abs(got.At(i, j)-exactly(tr, in, i, j))/brightest(tr, in))
		}
	}
	return worst
}

func TestChirpsOfLargeGridsAreAsAccurateAsThoseOfSmallOnes(t *testing.T) {
	const dx, wavelength = 0.004, 1e-6
	line := func(n, m int, cycles, center float64) fourier.Transform {
		one := grid.Centered(1, 1)
		return fourier.Transform{
			In:         grid.Grid{Y: one, X: grid.Axis{N: n, Step: dx, Center: center}, Unit: grid.Metre},
			Out:        grid.Grid{Y: one, X: grid.Axis{N: m, Step: cycles * wavelength / dx, Center: float64(m) / 3}, Unit: grid.Radian},
			Wavelength: wavelength, Sign: 1,
		}
	}
	for _, c := range []fourier.Transform{
		line(1000, 700, 1/6200.1, 499.5),    // a field of a tenth of λ/Δ
		line(1000, 700, 0.3717, 499.5),      // phases of 10⁵ cycles
		line(50000, 40, 0.3717, -12345.678), // and of 10⁶, off the axis
		line(40, 50000, 1/40.3, 1e4+0.3),
	} {
		plan, _ := chirpZ(t, c)
		// Rounding of transforms is 10⁻¹⁶·√log₂L of the root of the sum of squares, in
		// n samples before the convolution and n + m behind it.
		limit := 1e-15 * math.Sqrt(1+float64(c.Out.X.N)/float64(c.In.X.N))
		if e := samples(t, c, plan); e > limit {
			t.Errorf("%d to %d samples: error %g of the peak", c.In.X.N, c.Out.X.N, e)
		}
	}
}

// uneven are pairs of grids that share nothing but the wavelength.
func uneven() []fourier.Transform {
	const wavelength = 1.3e-6
	pair := func(ny, nx, my, mx int, sign int) fourier.Transform {
		axis := func(n int, step, center float64) grid.Axis { return grid.Axis{N: n, Step: step, Center: center} }
		return fourier.Transform{
			In:         grid.Grid{Y: axis(ny, 0.004, 17.3), X: axis(nx, 0.005, -3), Unit: grid.Metre},
			Out:        grid.Grid{Y: axis(my, 1e-6, 60.5), X: axis(mx, 0.7e-6, float64(mx)/2), Unit: grid.Radian},
			Wavelength: wavelength, Sign: sign,
		}
	}
	return []fourier.Transform{pair(150, 90, 211, 64, 1), pair(64, 211, 37, 190, -1), pair(1, 300, 7, 1, 1), pair(130, 2, 2, 400, -1)}
}

func TestTheChirpZTransformGivesWhatTheMatrixTransformGives(t *testing.T) {
	for _, tr := range uneven() {
		in := randomField[complex128](2, tr.In.Y.N, tr.In.X.N)
		double, single := chirpZ(t, tr)
		want := execute(dense(t, tr), tr, in)
		peak := brightest(tr, in)
		if d := distance(execute(double, tr, in), want); d > 1e-13*peak {
			t.Errorf("%v to %v: differs by %g of the peak", tr.In, tr.Out, d/peak)
		}
		if d := distance(wide(execute(single, tr, narrow(in))), want); d > 1e-5*peak {
			t.Errorf("%v to %v in single precision: differs by %g of the peak", tr.In, tr.Out, d/peak)
		}
	}
}

func TestTheErrorOfAChirpZTransformIsWithinItsEstimate(t *testing.T) {
	for _, tr := range uneven()[:2] {
		plan, _ := chirpZ(t, tr)
		for _, e := range fourier.Estimates(tr, nil, false) {
			if e.Recipe == fourier.RecipeChirpZ {
				if got := samples(t, tr, plan); got > e.Error {
					t.Errorf("%v to %v: error %g, estimated %g", tr.In, tr.Out, got, e.Error)
				}
			}
		}
	}
}

func TestChirpsAreSharedByAxesThatAreAlike(t *testing.T) {
	tr := fourier.Transform{
		In:  grid.Square(grid.Centered(40, 0.01), grid.Metre),
		Out: grid.Square(grid.Centered(30, 1e-6), grid.Radian), Wavelength: 1e-6, Sign: 1,
	}
	cache := newCache()
	for range 2 {
		if _, err := fourier.NewChirpZ(selection(t).Double, cache, tr); err != nil {
			t.Fatal(err)
		}
	}
	// A chirp before, one behind, and a spectrum.
	if n := cache.Len(); n != 3 {
		t.Errorf("%d vectors are kept for one kind of axis", n)
	}
}

func TestAChirpZTransformThatCannotBeIsAnError(t *testing.T) {
	tr := uneven()[0]
	tr.Sign = 0
	_, err := fourier.NewChirpZ(selection(t).Double, newCache(), tr)
	if err == nil || !strings.Contains(err.Error(), "sign is 0") {
		t.Errorf("error %v", err)
	}
}

func BenchmarkChirpZ(b *testing.B) {
	for _, c := range issueTransforms() {
		plan, _ := chirpZ(b, c.Transform)
		src, dst := randomField[complex128](7, c.In.Y.N, c.In.X.N), backend.NewMatrix[complex128](c.Out.Y.N, c.Out.X.N)
		b.Run(fmt.Sprintf("n=%d/m=%d", c.In.Y.N, c.Out.Y.N), func(b *testing.B) {
			for b.Loop() {
				plan.Execute(dst, src)
			}
		})
	}
}
