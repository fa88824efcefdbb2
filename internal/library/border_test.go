package library

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/cmplx"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"arago/backend"
	"arago/detect"
	"arago/internal/failure"
	"arago/internal/truth"
	"arago/propagate"
)

// filled stands between the rows of arrays: nobody may write there.
const filled = 77

// rowsOf is rows of numbers, longer by a gap, as an array of a caller.
func rowsOf[T backend.Scalar](rows, cols, gap int, number func(i, j int) complex128) (data []T, a Array) {
	var one T
	data = make([]T, rows*(cols+gap))
	for k := range data {
		v := complex(filled, 0)
		if i, j := k/(cols+gap), k%(cols+gap); j < cols {
			v = number(i, j)
		}
		switch p := any(&data[k]).(type) {
		case *complex128:
			*p = v
		case *complex64:
			*p = complex64(v)
		case *float64:
			*p = real(v)
		case *float32:
			*p = float32(real(v))
		default:
			panic(fmt.Sprintf("no numbers of %T", one))
		}
	}
	return data, arrayOf(data, cols+gap)
}

func uneven(i, j int) complex128 { return complex(float64((5*i+3*j)%7)-3, float64((i+4*j)%5)-2) }

// agrees checks rows of results, and that nobody has written between them.
func agrees[C backend.Complex](t *testing.T, what string, got []C, cols, gap int, want func(i, j int) complex128, tolerance float64) {
	t.Helper()
	for k, v := range got {
		i, j := k/(cols+gap), k%(cols+gap)
		switch {
		case j >= cols:
			if v != filled {
				t.Errorf("%s: %v was written behind row %d", what, v, i)
			}
		case !(cmplx.Abs(complex128(v)-want(i, j)) <= tolerance):
			t.Fatalf("%s: element %d, %d is %v, want %v", what, i, j, v, want(i, j))
		}
	}
}

func TestOperationsAreWhatTheirDefinitionsSay(t *testing.T) {
	t.Run("double", func(t *testing.T) { operations[float64, complex128](t, Double, 0x1p-53) })
	t.Run("single", func(t *testing.T) { operations[float32, complex64](t, Single, 0x1p-24) })
}

func operations[R backend.Real, C backend.Complex](t *testing.T, p Precision, unit float64) {
	const m, k, n, gap = 5, 7, 6, 3
	_, a := rowsOf[C](m, k, gap, uneven)
	_, realA := rowsOf[R](m, k, gap, uneven)
	_, b := rowsOf[C](k, n, gap, uneven)
	dark := func(int, int) complex128 { return 0 }
	ones := func(int, int) complex128 { return 1 }
	do := func(what string, mode Mode, call func(dst Array) error, want func(i, j int) complex128) {
		t.Helper()
		before := dark
		if mode == Multiply {
			before = uneven
		}
		data, dst := rowsOf[C](m, n, gap, before)
		if err := call(dst); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		// Sums of at most 35 terms of up to 20, and a phase of some turns: some hundred roundings.
		agrees(t, what, data, n, gap, func(i, j int) complex128 {
			if mode == Multiply {
				return uneven(i, j) * want(i, j)
			}
			return want(i, j)
		}, 1000*unit)
	}
	sum := func(left func(i, j int) complex128) func(i, j int) complex128 {
		return func(i, j int) (s complex128) {
			for l := range k {
				s += left(i, l) * uneven(l, j)
			}
			return s
		}
	}
	do("product", Write, func(dst Array) error { return Product(p, false, m, k, n, a, b, dst) }, sum(uneven))
	do("product with a real matrix", Write, func(dst Array) error { return Product(p, true, m, k, n, realA, b, dst) },
		sum(func(i, j int) complex128 { return complex(real(uneven(i, j)), 0) }))

	_, col := rowsOf[C](1, m, 0, uneven)
	_, row := rowsOf[C](1, n, 0, func(_, j int) complex128 { return uneven(3, j) })
	_, amplitude := rowsOf[float64](m, n, gap, uneven)
	_, opd := rowsOf[float64](m, n, 0, func(i, j int) complex128 { return complex(0.3*float64(i)-0.7*float64(j), 0) })
	const wavelength = 1.5
	phase := func(i, j int) complex128 {
		return truth.Phasor(0.3*float64(i)-0.7*float64(j), wavelength).Round()
	}
	for _, mode := range []Mode{Write, Multiply} {
		do("outer", mode, func(dst Array) error { return Outer(p, mode, m, n, col, row, dst) },
			func(i, j int) complex128 { return uneven(0, i) * uneven(3, j) })
		do("phasor", mode, func(dst Array) error { return Phasor(p, mode, m, n, wavelength, amplitude, opd, dst) },
			func(i, j int) complex128 { return complex(real(uneven(i, j)), 0) * phase(i, j) })
		do("phasor without amplitude", mode, func(dst Array) error { return Phasor(p, mode, m, n, wavelength, Array{}, opd, dst) }, phase)
		do("phasor without path difference", mode, func(dst Array) error { return Phasor(p, mode, m, n, wavelength, amplitude, Array{}, dst) },
			func(i, j int) complex128 { return complex(real(uneven(i, j)), 0) })
		do("phasor of nothing", mode, func(dst Array) error { return Phasor(p, mode, m, n, wavelength, Array{}, Array{}, dst) }, ones)
	}

	// A transform of 8 × 10, whose input is the block of 4 × 5 from (−2, 3) and of whose result the
	// block of 5 × 6 from (−1, 7) is wanted: both go on at the beginning of the array.
	const rows, cols = 8, 10
	_, src := rowsOf[C](4, 5, gap, uneven)
	do("FFT of a block", Write, func(dst Array) error {
		return FFT2(p, -1, 0.5, rows, cols, Block{-1, 7, m, n}, dst, Block{-2, 3, 4, 5}, src)
	}, func(u, v int) complex128 {
		var s truth.Sum
		for i := range 4 {
			for j := range 5 {
				turns := float64((i-2)*(u-1))/rows + float64((j+3)*(v+7))/cols
				s.Add(uneven(i, j), truth.Phasor(-turns, 1).Round())
			}
		}
		return 0.5 * s.Value()
	})
	inPlace, dst := rowsOf[C](m, n, gap, uneven)
	block := Block{0, 0, m, n}
	for _, half := range []struct {
		sign  int32
		scale float64
	}{{-1, 1}, {1, 1. / (m * n)}} {
		if err := FFT2(p, half.sign, half.scale, m, n, block, dst, block, dst); err != nil {
			t.Fatal(err)
		}
	}
	agrees(t, "FFT in place, there and back", inPlace, n, gap, uneven, 1000*unit)
}

func TestATransformAtOnceIsThePlannedOne(t *testing.T) {
	y, x := Axis{9, 14, 0.013, 4, 3}, Axis{8, 15, 0.021, 2.25, 6}
	for _, p := range []Precision{Double, Single} {
		of := MFT{Precision: p, Sign: 1, Scale: 3, Y: y, X: x}
		plan, err := PlanMFT(of)
		if err != nil {
			t.Fatal(err)
		}
		src := make([]complex128, 9*8) // in single precision the first half of it
		copy(src, ramp(len(src)))
		results := [3][]complex128{}
		for i := range results {
			results[i] = make([]complex128, 14*15)
			if i == 0 {
				err = plan.Execute(arrayOf(results[i], 15), arrayOf(src, 8))
			} else { // and from the plan that was kept
				err = TransformOnce(of, arrayOf(results[i], 15), arrayOf(src, 8))
			}
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(results[i], results[0]) || results[i][0] == 0 {
				t.Errorf("precision %d: transform %d has other bits than the planned one", p, i)
			}
		}
		text, err := plan.Describe()
		var said struct {
			Recipe, Precision, Backend string
			In, Out                    [2]int
			Seconds                    float64 `json:"predicted_seconds"`
			Recipes                    []any
		}
		if err != nil || json.Unmarshal([]byte(text), &said) != nil || said.In != [2]int{9, 8} || said.Out != [2]int{14, 15} ||
			said.Precision != [...]string{"double", "single"}[p] || said.Backend != "gonum" || !(said.Seconds > 0) || len(said.Recipes) < 5 {
			t.Errorf("%v: %s", err, text)
		}
	}
}

func TestMisuseIsASentenceThatNamesTheArgument(t *testing.T) {
	numbers := make([]complex128, 128)
	a, b := arrayOf(numbers[:64], 8), arrayOf(numbers[64:], 8)
	odd := Array{unsafe.Add(a.Data, 1), 8}
	axis := Axis{8, 8, 0.0123, 3.5, 3.5} // no step of an FFT
	good := MFT{Sign: 1, Y: axis, X: axis}
	plan, err := PlanMFT(good)
	if err != nil {
		t.Fatal(err)
	}
	changed := func(change func(*MFT)) error {
		c := good
		change(&c)
		_, err := NewMFT(c)
		if once := TransformOnce(c, a, b); once == nil || once.Error() != err.Error() {
			t.Errorf("at once: %v, planned: %v", once, err)
		}
		return err
	}
	block := Block{0, 0, 8, 8}
	fft := func(sign int32, scale float64, rows int64, out Block, dst Array, in Block, src Array) error {
		return FFT2(Double, sign, scale, rows, 8, out, dst, in, src)
	}
	system := func(how How) error { _, err := ParseSystem([]byte(pupilAndDetector), "", "", how); return err }
	for _, c := range []struct {
		err   error
		words string
	}{
		{changed(func(t *MFT) { t.Precision = 2 }), "precision is 2"},
		{changed(func(t *MFT) { t.Sign = 0 }), "sign is 0"},
		{changed(func(t *MFT) { t.Scale = math.Inf(1) }), "scale is +Inf"},
		{changed(func(t *MFT) { t.Y.In = 0 }), "axis y goes from 0 samples"},
		{changed(func(t *MFT) { t.X.Out = longest + 1 }), "axis x goes from 8 samples to 16777217; at most"},
		{changed(func(t *MFT) { t.X.Step = -1 }), "step of axis x is -1"},
		{changed(func(t *MFT) { t.Y.OutCenter = math.NaN() }), "centres of axis y"},
		{changed(func(t *MFT) { t.Recipe = "quick" }), `no recipe "quick"`},
		{changed(func(t *MFT) { t.Recipe = "fft" }), `recipe "fft" cannot do this transform`},
		{plan.Execute(Array{nil, 8}, b), "dst is a null pointer"},
		{plan.Execute(a, Array{b.Data, 7}), "src has a stride of 7 elements"},
		{plan.Execute(Array{a.Data, math.MaxInt64}, b), "more than memory has addresses for"},
		{plan.Execute(odd, b), "dst is at an address that is no multiple of 8"},
		{plan.Execute(a, a), "dst shares memory with src"},
		{fft(2, 1, 8, block, a, block, b), "sign is 2"},
		{fft(1, math.NaN(), 8, block, a, block, b), "scale is NaN"},
		{fft(1, 1, 0, block, a, block, b), "0 rows"},
		{fft(1, 1, 8, Block{0, 0, 9, 8}, a, block, b), "block out has 9 rows"},
		{fft(1, 1, 8, block, a, Block{0, 0, 8, -1}, b), "block in has 8 rows and -1 columns"},
		{fft(1, 1, 8, block, Array{nil, 8}, block, b), "dst is a null pointer"},
		{fft(1, 1, 8, block, a, block, Array{nil, 8}), "src is a null pointer"},
		{fft(1, 1, 8, block, a, Block{0, 0, 4, 8}, a), "dst shares memory with src and is not the same block"},
		{FFT2(7, 1, 1, 8, 8, block, a, block, b), "precision is 7"},
		{Product(7, false, 8, 8, 8, a, b, a), "precision is 7"},
		{Product(Double, false, 8, 8, 8, a, b, a), "dst shares memory with a"},
		{Product(Double, false, 8, 8, 8, a, b, b), "dst shares memory with b"},
		{Product(Double, true, 8, 8, 8, a, b, a), "dst shares memory with a"},
		{Product(Double, true, 8, 8, 8, odd, b, a), "a is at an address"},
		{Product(Double, false, 8, 8, 8, odd, b, a), "a is at an address"},
		{Product(Double, false, 8, 8, 8, a, odd, b), "b is at an address"},
		{Product(Double, false, -8, 8, 8, a, b, a), "dst has -8 rows"},
		{Outer(7, Write, 8, 8, b, b, a), "precision is 7"},
		{Outer(Double, 7, 8, 8, b, b, a), "mode is 7"},
		{Outer(Double, Write, 8, 8, a, b, a), "dst shares memory with col"},
		{Outer(Double, Write, 8, 8, b, a, a), "dst shares memory with row"},
		{Outer(Double, Write, 8, 8, odd, b, a), "col is at an address"},
		{Outer(Double, Write, 8, 8, b, odd, a), "row is at an address"},
		{Outer(Double, Write, 8, 8, b, b, odd), "dst is at an address"},
		{Phasor(7, Write, 8, 8, 1, Array{}, Array{}, a), "precision is 7"},
		{Phasor(Double, 7, 8, 8, 1, Array{}, Array{}, a), "mode is 7"},
		{Phasor(Double, Write, 8, 8, 0, Array{}, Array{}, a), "wavelength is 0"},
		{Phasor(Double, Write, 8, 8, 1, Array{}, Array{}, odd), "dst is at an address"},
		{Phasor(Double, Write, 8, 8, 1, a, Array{}, a), "dst shares memory with amplitude"},
		{Phasor(Double, Write, 8, 8, 1, Array{}, odd, a), "opd is at an address"},
		{SetThreads(1 << 20), "1048576 threads are more than"},
		{system(How{Precision: 3}), "precision is 3"},
		{system(How{Workers: -1}), "workers is -1"},
		{system(How{Recipe: "quick"}), `no recipe "quick"`},
		{func() error { _, err := OpenSystem("", How{}); return err }(), "path of the system file is empty"},
	} {
		if failure.KindOf(c.err) != failure.Misused || !strings.Contains(c.err.Error(), c.words) {
			t.Errorf("%v, want a misuse with %q", c.err, c.words)
		}
	}
	if slices.ContainsFunc(numbers, func(v complex128) bool { return v != 0 }) {
		t.Error("a call that failed has written")
	}
	if _, err := NewMFT(MFT{Sign: 1, Y: Axis{longest, longest, 1e-9, 0, 0}, X: Axis{longest, longest, 1e-9, 0, 0}, Recipe: "dense"}); failure.KindOf(err) != failure.TooLarge {
		t.Errorf("kernels of 2^48 numbers: %v", err)
	}
}

func TestAHandleIsOfOneKindAndIsFreedOnce(t *testing.T) {
	axis := Axis{4, 4, 0.1, 1.5, 1.5}
	h, err := NewMFT(MFT{Sign: 1, Y: axis, X: axis})
	if err != nil {
		t.Fatal(err)
	}
	if err := FreeSystem(h); statusOf(err) != BadHandle {
		t.Errorf("a transform freed as a system: %v", err)
	}
	if err := FreeMFT(h); err != nil {
		t.Error(err)
	}
	if err := FreeMFT(h); statusOf(err) != BadHandle {
		t.Errorf("freed twice: %v", err)
	}
	if _, err := LookUpMFT(h); statusOf(err) != BadHandle {
		t.Errorf("looked up after it was freed: %v", err)
	}
}

func TestASystemWithoutADetectorHasNoPixels(t *testing.T) {
	text := pupilAndDetector[:strings.LastIndex(pupilAndDetector, "[[plane]]")]
	h, err := ParseSystem([]byte(text), "given.toml", "", How{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := LookUpSystem(h)
	if err != nil {
		t.Fatal(err)
	}
	if rows, cols, err := s.Shape(Samples); err != nil || rows != 32 || cols != 32 {
		t.Errorf("%d × %d samples: %v", rows, cols, err)
	}
	for image, words := range map[Image]string{Pixels: "given.toml: the last plane is no detector", 5: "image is 5"} {
		if err := s.Run(image, Array{}, nil); failure.KindOf(err) != failure.Misused || !strings.Contains(err.Error(), words) {
			t.Errorf("%v, want %q", err, words)
		}
	}
	if err := FreeSystem(h); err != nil {
		t.Error(err)
	}
	if _, err := ParseSystem([]byte("[system]\nwidth = 1\n"), "given.toml", "", How{}); failure.KindOf(err) != failure.Failed || !strings.Contains(err.Error(), "given.toml:2") {
		t.Errorf("a key that is none: %v", err)
	}
}

func TestThreadsAreSetAndChosenAgain(t *testing.T) {
	chosen := Threads()
	if err := SetThreads(1); err != nil || Threads() != 1 {
		t.Errorf("%d threads of 1: %v", Threads(), err)
	}
	if err := SetThreads(1); err != nil || Threads() != 1 {
		t.Errorf("once more: %d threads, %v", Threads(), err)
	}
	if err := SetThreads(0); err != nil || Threads() != chosen {
		t.Errorf("%d threads, %d before: %v", Threads(), chosen, err)
	}
}

func TestAChoiceOfBackEndsLastsUntilTheNextOne(t *testing.T) {
	for _, choice := range []string{"gonum", ""} {
		if err := SetBackend(choice); err != nil {
			t.Fatal(err)
		}
		if name, err := Backend(); err != nil || name != "gonum" {
			t.Errorf("after %q it is %q: %v", choice, name, err)
		}
	}
}

func TestKindsOfErrorsHaveCodesOfTheirOwn(t *testing.T) {
	for err, status := range map[error]Status{
		&detect.Refusal{Verdicts: []detect.Verdict{{Code: detect.AR101}}}: Refused,
		fmt.Errorf("so: %w", propagate.ErrMemory):                         Memory,
		fmt.Errorf("so: %w", context.Canceled):                            Cancelled,
		mistake{"Arago itself has failed"}:                                Internal,
	} {
		if got, sentence := Protect(func() error { return err }); got != status || sentence == "" {
			t.Errorf("%v is %d, want %d", err, got, status)
		}
	}
}
