package fourier_test

import (
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"arago/backend"
	"arago/backend/gonum"
	"arago/fourier"
	"arago/grid"
)

func selection(tb testing.TB) backend.Selection {
	tb.Helper()
	var r backend.Registry
	r.Register(gonum.Name, gonum.New)
	s, err := r.Select(gonum.Name)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func newCache() *fourier.Cache { return fourier.NewCache(1 << 26) }

// bruteForce returns one sample of the transform by its definition, with
// whole cycles taken off the phases before any rounding counts.
func bruteForce(t fourier.Transform, in backend.Matrix[complex128], i, j int) complex128 {
	var total complex128
	for k := range in.Rows {
		for l := range in.Cols {
			phase := cycle(t, t.In.Y, t.Out.Y, k, i) + cycle(t, t.In.X, t.Out.X, l, j)
			sin, cos := math.Sincos(2 * math.Pi * float64(t.Sign) * phase)
			total += in.At(k, l) * complex(cos, sin)
		}
	}
	area := t.In.Y.Step * t.Out.Y.Step / t.Wavelength * t.In.X.Step * t.Out.X.Step / t.Wavelength
	return total * complex(math.Sqrt(area), 0)
}

func cycle(t fourier.Transform, in, out grid.Axis, k, i int) float64 {
	steps := in.Step * out.Step / t.Wavelength
	pairs := (float64(k) - in.Center) * (float64(i) - out.Center)
	p := pairs * steps
	return p - math.Round(p) + math.FMA(pairs, steps, -p)
}

func randomField[C backend.Complex](seed uint64, rows, cols int) backend.Matrix[C] {
	r := rand.New(rand.NewPCG(seed, 0))
	m := backend.NewMatrix[C](rows, cols)
	for i := range m.Data {
		m.Data[i] = C(complex(r.NormFloat64(), r.NormFloat64()))
	}
	return m
}

func wide[C backend.Complex](m backend.Matrix[C]) backend.Matrix[complex128] {
	out := backend.NewMatrix[complex128](m.Rows, m.Cols)
	for i, v := range m.Data {
		out.Data[i] = complex128(v)
	}
	return out
}

// norm returns the 2-norm of a field.
func norm[C backend.Complex](m backend.Matrix[C]) float64 {
	var sum float64
	for _, v := range m.Data {
		sum += real(complex128(v))*real(complex128(v)) + imag(complex128(v))*imag(complex128(v))
	}
	return math.Sqrt(sum)
}

// distance returns the largest difference between two fields.
func distance[C backend.Complex](a, b backend.Matrix[C]) float64 {
	var d float64
	for i := range a.Data {
		d = max(d, cmplx.Abs(complex128(a.Data[i])-complex128(b.Data[i])))
	}
	return d
}

func execute[C backend.Complex](p fourier.Plan[C], t fourier.Transform, in backend.Matrix[C]) backend.Matrix[C] {
	src := backend.NewMatrix[C](in.Rows, in.Cols)
	copy(src.Data, in.Data)
	dst := backend.NewMatrix[C](t.Out.Y.N, t.Out.X.N)
	p.Execute(dst, src)
	return dst
}

func dense(tb testing.TB, t fourier.Transform) fourier.Plan[complex128] {
	tb.Helper()
	p, err := fourier.NewDense(selection(tb).Double, newCache(), t)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func TestTheMatrixTransformIsTheSumThatDefinesIt(t *testing.T) {
	s := selection(t)
	rapid.Check(t, func(rt *rapid.T) {
		axis := func(name string, step float64) grid.Axis {
			n := rapid.IntRange(1, 24).Draw(rt, name)
			return grid.Axis{N: n, Step: step * rapid.Float64Range(0.2, 3).Draw(rt, name+" step"),
				Center: rapid.Float64Range(-10, 40).Draw(rt, name+" center")}
		}
		tr := fourier.Transform{
			In:         grid.Grid{Y: axis("in y", 0.01), X: axis("in x", 0.01), Unit: grid.Metre},
			Out:        grid.Grid{Y: axis("out y", 1e-6), X: axis("out x", 1e-6), Unit: grid.Radian},
			Wavelength: 1e-6, Sign: 1 - 2*rapid.IntRange(0, 1).Draw(rt, "sign"),
		}
		in := randomField[complex128](1, tr.In.Y.N, tr.In.X.N)
		single := backend.NewMatrix[complex64](in.Rows, in.Cols)
		for i, v := range in.Data {
			single.Data[i] = complex64(v)
		}
		double, err := fourier.NewDense(s.Double, newCache(), tr)
		if err != nil {
			rt.Fatal(err)
		}
		half, err := fourier.NewDense(s.Single, newCache(), tr)
		if err != nil {
			rt.Fatal(err)
		}
		got, got32 := execute(double, tr, in), execute(half, tr, single)
		// Every output is a sum over all inputs, of at most 24 + 24 terms one
		// after the other; the absolute values sum to less than norm·√samples.
		scale := norm(in) * math.Sqrt(float64(len(in.Data)))
		for i := range got.Rows {
			for j := range got.Cols {
				want := bruteForce(tr, in, i, j)
				if d := cmplx.Abs(got.At(i, j) - want); d > 1e-14*scale {
					rt.Fatalf("element (%d, %d) off by %g", i, j, d)
				}
				if d := cmplx.Abs(complex128(got32.At(i, j)) - want); d > 6e-6*scale {
					rt.Fatalf("single precision: element (%d, %d) off by %g", i, j, d)
				}
			}
		}
	})
}

// pairs are grids that an FFT connects: a pupil of n samples in a transform of
// size samples, and part of the image.
func pairs() map[string]fourier.Transform {
	const wavelength = 1.3e-6
	pair := func(in, out grid.Axis, inX, outX grid.Axis) fourier.Transform {
		return fourier.Transform{
			In:  grid.Grid{Y: in, X: inX, Unit: grid.Metre},
			Out: grid.Grid{Y: out, X: outX, Unit: grid.Radian}, Wavelength: wavelength, Sign: 1,
		}
	}
	const dx = 0.004
	du := func(n int) float64 { return wavelength / (float64(n) * dx) }
	return map[string]fourier.Transform{
		"pupil to image": pair(grid.Centered(32, dx), grid.FFTCentered(64, du(64)), grid.Centered(32, dx), grid.FFTCentered(64, du(64))),
		"centred between pixels, odd, not square": pair(grid.Centered(21, dx), grid.Centered(45, du(45)),
			grid.Centered(30, dx), grid.Centered(62, du(62))),
		"whole samples only": pair(grid.FFTCentered(16, dx), grid.FFTCentered(48, du(48)), grid.FFTCentered(15, dx), grid.FFTCentered(35, du(35))),
		"off centre, a part of the image": pair(grid.Axis{N: 20, Step: dx, Center: -7.3}, grid.Axis{N: 11, Step: du(60), Center: 25.8},
			grid.Axis{N: 20, Step: dx, Center: 31}, grid.Axis{N: 60, Step: du(60), Center: 0.5}),
		"prime": pair(grid.Centered(37, dx), grid.FFTCentered(37, du(37)), grid.Centered(37, dx), grid.FFTCentered(37, du(37))),
	}
}

func TestTheFFTGivesWhatTheMatrixTransformGives(t *testing.T) {
	s := selection(t)
	for name, forward := range pairs() {
		for direction, tr := range map[string]fourier.Transform{"forward": forward, "back": forward.Inverse()} {
			t.Run(name+" "+direction, func(t *testing.T) {
				in := randomField[complex128](2, tr.In.Y.N, tr.In.X.N)
				fft, err := fourier.NewFFT(s.Double, newCache(), tr)
				if err != nil {
					t.Fatal(err)
				}
				got, want := execute(fft, tr, in), execute(dense(t, tr), tr, in)
				if d := distance(got, want); d > 1e-12*norm(in) {
					t.Errorf("largest difference %g", d)
				}
				if d := cmplx.Abs(got.At(1, 2) - bruteForce(tr, in, 1, 2)); d > 1e-12*norm(in) {
					t.Errorf("differs from the sum by %g", d)
				}
				single := backend.NewMatrix[complex64](in.Rows, in.Cols)
				for i, v := range in.Data {
					single.Data[i] = complex64(v)
				}
				half, err := fourier.NewFFT(s.Single, newCache(), tr)
				if err != nil {
					t.Fatal(err)
				}
				if d := distance(wide(execute(half, tr, single)), want); d > 1e-6*norm(in) {
					t.Errorf("single precision: largest difference %g", d)
				}
			})
		}
	}
}

func TestBetweenWholeFFTGridsPowerIsConservedAndTheWayBackIsTheIdentity(t *testing.T) {
	const n, dx, wavelength = 48, 0.01, 1e-6
	for _, center := range []float64{n / 2, (n - 1) / 2.0, 3.25} {
		tr := fourier.Transform{
			In:         grid.Square(grid.Centered(n, dx), grid.Metre),
			Out:        grid.Square(grid.Axis{N: n, Step: wavelength / (n * dx), Center: center}, grid.Radian),
			Wavelength: wavelength, Sign: 1,
		}
		in := randomField[complex128](3, n, n)
		fft, err := fourier.NewFFT(selection(t).Double, newCache(), tr)
		if err != nil {
			t.Fatal(err)
		}
		back, err := fourier.NewFFT(selection(t).Double, newCache(), tr.Inverse())
		if err != nil {
			t.Fatal(err)
		}
		image := execute(fft, tr, in)
		if d := math.Abs(norm(image)/norm(in) - 1); d > 1e-14 {
			t.Errorf("Parseval: norm changes by %g", d)
		}
		if d := distance(execute(back, tr.Inverse(), image), in); d > 1e-13 {
			t.Errorf("there and back differs by %g", d)
		}
	}
}

func TestAFullFieldOfViewIsWiderThanThePupilOnTheWayBack(t *testing.T) {
	// With the whole image of n·λ/D, sampled more finely than needed, the
	// inverse matrix transform returns the pupil.
	const n, m, dx, wavelength = 24, 60, 0.02, 1e-6
	tr := fourier.Transform{
		In:         grid.Square(grid.Centered(n, dx), grid.Metre),
		Out:        grid.Square(grid.Centered(m, wavelength/(m*dx)), grid.Radian),
		Wavelength: wavelength, Sign: 1,
	}
	in := randomField[complex128](4, n, n)
	image := execute(dense(t, tr), tr, in)
	if d := distance(execute(dense(t, tr.Inverse()), tr.Inverse(), image), in); d > 1e-12 {
		t.Errorf("there and back differs by %g", d)
	}
}

func TestATiltOfThePupilMovesTheImageAndChangesNothingElse(t *testing.T) {
	// Shift theorem: a phase exp(−2πi·x·θ/λ) brings the image to +θ.
	const n, m, dx, du, wavelength = 32, 40, 0.05, 2e-7, 1e-6
	const pixels = 3
	tr := fourier.Transform{
		In: grid.Square(grid.Centered(n, dx), grid.Metre), Out: grid.Square(grid.Centered(m, du), grid.Radian),
		Wavelength: wavelength, Sign: 1,
	}
	in := randomField[complex128](5, n, n)
	tilted := backend.NewMatrix[complex128](n, n)
	for i := range n {
		for j := range n {
			tilted.Set(i, j, in.At(i, j)*cmplx.Rect(1, -2*math.Pi*tr.In.X.At(j)*pixels*du/wavelength))
		}
	}
	plain, moved := execute(dense(t, tr), tr, in), execute(dense(t, tr), tr, tilted)
	for i := range m {
		for j := pixels; j < m; j++ {
			if d := cmplx.Abs(moved.At(i, j) - plain.At(i, j-pixels)); d > 1e-12 {
				t.Fatalf("pixel (%d, %d) differs by %g", i, j, d)
			}
		}
	}
}

func TestGridsThatCannotBeTransformedAreErrors(t *testing.T) {
	s := selection(t)
	good := pairs()["pupil to image"]
	change := func(f func(*fourier.Transform)) fourier.Transform {
		tr := good
		f(&tr)
		return tr
	}
	for _, c := range []struct {
		words   string
		both    bool
		problem fourier.Transform
	}{
		{"sign is 0", true, change(func(t *fourier.Transform) { t.Sign = 0 })},
		{"wavelength is 0", true, change(func(t *fourier.Transform) { t.Wavelength = 0 })},
		{"wavelength is NaN", true, change(func(t *fourier.Transform) { t.Wavelength = math.NaN() })},
		{"0 samples", true, change(func(t *fourier.Transform) { t.In.X.N = 0 })},
		{"steps of -1", true, change(func(t *fourier.Transform) { t.Out.Y.Step = -1 })},
		{"index NaN", true, change(func(t *fourier.Transform) { t.Out.Y.Center = math.NaN() })},
		{"not λ over a whole number", false, change(func(t *fourier.Transform) { t.Out.Y.Step *= 1.001 })},
		{"not λ over a whole number", false, change(func(t *fourier.Transform) { t.Out.X.Step *= 1 + 1e-9 })},
		{"not λ over a whole number", false, change(func(t *fourier.Transform) { t.Out.X.Step *= 1e-300 })},
		{"do not fit into a transform of 64", false, change(func(t *fourier.Transform) { t.In.X.N = 65 })},
	} {
		_, err := fourier.NewFFT(s.Double, newCache(), c.problem)
		if !errors.Is(err, fourier.ErrGrid) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("FFT: error %v, want one with %q", err, c.words)
		}
		_, err = fourier.NewDense(s.Double, newCache(), c.problem)
		if c.both != errors.Is(err, fourier.ErrGrid) {
			t.Errorf("dense: error %v for %q", err, c.words)
		}
	}
}

func TestPlansMayBeUsedByManyAtOnce(t *testing.T) {
	tr := pairs()["centred between pixels, odd, not square"]
	plan := dense(t, tr)
	in := randomField[complex128](6, tr.In.Y.N, tr.In.X.N)
	want := execute(plan, tr, in)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for range 5 {
				if d := distance(execute(plan, tr, in), want); d != 0 {
					t.Errorf("differs by %g from the same transform alone", d)
				}
			}
		})
	}
	wg.Wait()
}

func TestRecipesHaveNames(t *testing.T) {
	tr := pairs()["prime"]
	fft, err := fourier.NewFFT(selection(t).Double, newCache(), tr)
	if err != nil {
		t.Fatal(err)
	}
	if got := dense(t, tr).Recipe() + " " + fft.Recipe(); got != "dense fft" {
		t.Errorf("recipes %q", got)
	}
}

func BenchmarkPupilToImage(b *testing.B) {
	const d, wavelength = 6.5, 2e-6
	for _, c := range []struct {
		n, m  int
		field float64 // λ/D
	}{{1024, 624, 100}, {1024, 156, 25}, {2048, 1024, 60}} {
		tr := fourier.Transform{
			In:         grid.Square(grid.Centered(c.n, d/float64(c.n)), grid.Metre),
			Out:        grid.Square(grid.Centered(c.m, c.field*wavelength/d/float64(c.m)), grid.Radian),
			Wavelength: wavelength, Sign: 1,
		}
		plan := dense(b, tr)
		src, dst := randomField[complex128](7, c.n, c.n), backend.NewMatrix[complex128](c.m, c.m)
		b.Run(fmt.Sprintf("recipe=dense/n=%d/m=%d", c.n, c.m), func(b *testing.B) {
			for b.Loop() {
				plan.Execute(dst, src)
			}
		})
	}
}
