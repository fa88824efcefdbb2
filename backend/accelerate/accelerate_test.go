//go:build cgo && ((accelerate && darwin) || accelerate_standin)

package accelerate

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"sync"
	"testing"

	"arago/backend"
	"arago/backend/backendtest"
	"arago/backend/gonum"
)

func TestConformance(t *testing.T) { backendtest.RunTests(t, New) }

func BenchmarkBackend(b *testing.B) { backendtest.RunBenchmarks(b, New) }

// open returns the two precisions of this back end, behind the checks of Core.
func open(t *testing.T) backend.Selection {
	t.Helper()
	var r backend.Registry
	r.Register(Name, New)
	s, err := r.Select(Name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// random returns a matrix of normal numbers with NaN between its rows.
func random[C backend.Complex](r *rand.Rand, rows, cols, gap int) backend.Matrix[C] {
	m := backend.Matrix[C]{Rows: rows, Cols: cols, Stride: cols + gap, Data: make([]C, rows*(cols+gap))}
	for i := range m.Data {
		m.Data[i] = C(cmplx.NaN())
	}
	for i := range rows {
		for j := range cols {
			m.Set(i, j, C(complex(r.NormFloat64(), r.NormFloat64())))
		}
	}
	return m
}

// definition returns the transform by its definition, one axis after the
// other, in double precision.
func definition[C backend.Complex](rows, cols int, src backend.Matrix[C], f backend.FFT2) backend.Matrix[complex128] {
	root := func(n, k int) complex128 {
		sin, cos := math.Sincos(2 * math.Pi * float64(((k%n)+n)%n) / float64(n))
		return complex(cos, sin)
	}
	between := backend.NewMatrix[complex128](src.Rows, cols)
	for i := range src.Rows {
		for l := range cols {
			var sum complex128
			for j := range src.Cols {
				sum += complex128(src.At(i, j)) * root(f.Cols, f.Sign*(j+f.Src.Col)*(l+f.Dst.Col))
			}
			between.Set(i, l, sum)
		}
	}
	out := backend.NewMatrix[complex128](rows, cols)
	for k := range rows {
		for l := range cols {
			var sum complex128
			for i := range src.Rows {
				sum += between.At(i, l) * root(f.Rows, f.Sign*(i+f.Src.Row)*(k+f.Dst.Row))
			}
			out.Set(k, l, sum)
		}
	}
	return out
}

// agrees compares a result with the definition. epsilon is the unit roundoff:
// an element sums n numbers of size 1, so that it is about √n, with a relative
// error in each of some tens of roundings (the definition's own among them).
func agrees[C backend.Complex](got backend.Matrix[C], want backend.Matrix[complex128], n int, epsilon float64) error {
	bound := 100 * epsilon * math.Sqrt(float64(n))
	for i := range got.Rows {
		for j := range got.Cols {
			if d := cmplx.Abs(complex128(got.At(i, j)) - want.At(i, j)); !(d <= bound) {
				return fmt.Errorf("element (%d, %d) is %v, want %v", i, j, got.At(i, j), want.At(i, j))
			}
		}
		if i+1 < got.Rows {
			for _, v := range got.Data[i*got.Stride+got.Cols : (i+1)*got.Stride] {
				if !cmplx.IsNaN(complex128(v)) {
					return fmt.Errorf("the gap behind row %d was written", i)
				}
			}
		}
	}
	return nil
}

// The conformance suite draws its windows over all lengths; these are the ones
// that vDSP serves, with batches that are full and batches that are not.
func checkWindows[R backend.Real, C backend.Complex](t *testing.T, core backend.Core[R, C], epsilon float64) {
	r := rand.New(rand.NewPCG(3, 4))
	lengths := []int{8, 16, 24, 32, 40, 48, 64, 80, 96, 120}
	for range 120 {
		f := backend.FFT2{
			Rows: lengths[r.IntN(len(lengths))], Cols: lengths[r.IntN(len(lengths))], Sign: 1 - 2*r.IntN(2),
			Src: backend.Index{Row: r.IntN(200) - 100, Col: r.IntN(200) - 100},
			Dst: backend.Index{Row: r.IntN(200) - 100, Col: r.IntN(200) - 100},
		}
		src := random[C](r, r.IntN(f.Rows+1), r.IntN(f.Cols+1), r.IntN(4))
		dst := random[C](r, r.IntN(f.Rows+1), r.IntN(f.Cols+1), r.IntN(4))
		if r.IntN(4) == 0 {
			dst = src
		}
		want := definition(dst.Rows, dst.Cols, src, f)
		core.FFT2(dst, src, f)
		if err := agrees(dst, want, f.Rows*f.Cols, epsilon); err != nil {
			t.Fatalf("%+v of a %d×%d block to a %d×%d one: %v", f, src.Rows, src.Cols, dst.Rows, dst.Cols, err)
		}
	}
}

func TestWindowsOfTheLengthsOfVDSPFollowTheDefinition(t *testing.T) {
	s := open(t)
	t.Run("complex128", func(t *testing.T) { checkWindows(t, s.Double, 0x1p-53) })
	t.Run("complex64", func(t *testing.T) { checkWindows(t, s.Single, 0x1p-24) })
}

func TestCallersShareSetupsWithoutDisturbingEachOther(t *testing.T) {
	s := open(t)
	r := rand.New(rand.NewPCG(5, 6))
	const callers = 8
	var wg sync.WaitGroup
	errs := make(chan error, callers)
	for c := range callers {
		// Lengths that no other test uses, so that setups are made here.
		f := backend.FFT2{Rows: 160 + 80*(c%2), Cols: 192, Sign: 1 - 2*(c%2)}
		src := random[complex128](r, 12, 9, 1)
		want := definition(f.Rows, 20, src, f)
		wg.Go(func() {
			for range 5 {
				dst := backend.NewMatrix[complex128](f.Rows, 20)
				s.Double.FFT2(dst, src, f)
				if err := agrees(dst, want, f.Rows*f.Cols, 0x1p-53); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
}

// The lengths are those of Apple's reference: f·2ⁿ, f = 1, 3, 5, 15, n ≥ 3.
func TestTheImplementationSaysWhichLengthsAreServedByVDSP(t *testing.T) {
	impl, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []any{impl.FourierDouble, impl.FourierSingle} {
		says, ok := part.(interface{ Served(n int) bool })
		if !ok {
			t.Fatalf("%T does not say which lengths it serves", part)
		}
		for _, n := range []int{8, 16, 1024, 4096, 24, 768, 40, 2560, 120, 960} {
			if !says.Served(n) {
				t.Errorf("%T does not serve %d", part, n)
			}
		}
		for _, n := range []int{-8, 0, 1, 2, 4, 6, 10, 12, 30, 60, 72, 200, 360, 1000, 1009} {
			if says.Served(n) {
				t.Errorf("%T claims to serve %d", part, n)
			}
		}
	}
}

func TestATransformWithAnotherLengthIsThePureGoOneBitForBit(t *testing.T) {
	pure, err := gonum.New()
	if err != nil {
		t.Fatal(err)
	}
	s := open(t)
	r := rand.New(rand.NewPCG(7, 8))
	for _, size := range [][2]int{{64, 50}, {50, 64}, {17, 21}} {
		f := backend.FFT2{Rows: size[0], Cols: size[1], Sign: 1}
		src := random[complex128](r, size[0], size[1], 0)
		got, want := backend.NewMatrix[complex128](size[0], size[1]), backend.NewMatrix[complex128](size[0], size[1])
		s.Double.FFT2(got, src, f)
		pure.FourierDouble.FFT2(want, src, f)
		for i := range got.Data {
			if got.Data[i] != want.Data[i] {
				t.Fatalf("%d×%d: element %d is %v, pure Go has %v", size[0], size[1], i, got.Data[i], want.Data[i])
			}
		}
	}
}

// A matrix of one row may carry any stride. BLAS takes 32-bit numbers: the
// stride is not passed where it has no meaning.
func TestTheStrideOfASingleRowDoesNotReachBLAS(t *testing.T) {
	s := open(t)
	a := backend.Matrix[complex128]{Rows: 1, Cols: 2, Stride: math.MaxInt32 + 1, Data: []complex128{2, 3i}}
	b := backend.MatrixOf(2, 1, []complex128{1 + 1i, 4})
	dst := backend.Matrix[complex128]{Rows: 1, Cols: 1, Stride: math.MaxInt32 + 2, Data: make([]complex128, 1)}
	s.Double.Dot(dst, a, b)
	if got, want := dst.Data[0], 2*(1+1i)+3i*4; got != want {
		t.Errorf("the product is %v, want %v", got, want)
	}
}

func TestOnlyStridesThatFit32BitsGoToBLAS(t *testing.T) {
	far := func(stride int) int {
		return leading(backend.Matrix[complex64]{Rows: 2, Cols: 1, Stride: stride})
	}
	if !within32(far(math.MaxInt32), 1) {
		t.Error("the largest 32-bit stride is refused")
	}
	if within32(1, far(math.MaxInt32+1)) {
		t.Error("a stride of 33 bits is let through")
	}
}

func TestMacOSBefore13Point3IsTooOld(t *testing.T) {
	for version, want := range map[string]bool{
		"10.15.7": false, "12.7": false, "13.2.1": false, "13": false, "": false, "unknown": false,
		"13.3": true, "13.10": true, "14": true, "15.1": true, "26.0.1": true,
	} {
		if recent(version) != want {
			t.Errorf("macOS %q is recent enough: %t, want %t", version, !want, want)
		}
	}
}

func TestPropertiesNameTheLibraryThatAnswers(t *testing.T) {
	impl, err := New()
	if err != nil {
		t.Fatal(err)
	}
	p := impl.Properties
	if p.Name != Name || p.Library != libraryName || p.Path == "" || !recent(p.Version[len("macOS "):]) {
		t.Errorf("%+v", p)
	}
	if !p.ConcurrentCalls || p.Reproducible {
		t.Errorf("concurrent calls %t, want true; reproducible %t, want false", p.ConcurrentCalls, p.Reproducible)
	}
}
