//go:build cgo && accelerate_standin

package accelerate

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"arago/backend"
	"arago/detect"
)

func TestTransformsOfServedLengthsAreDoneByVDSP(t *testing.T) {
	s := open(t)
	x := backend.NewMatrix[complex128](40, 24)
	before := standinLines()
	s.Double.FFT2(x, x, backend.FFT2{Rows: 40, Cols: 24, Sign: 1})
	if got, want := standinLines()-before, 40+24; got != want {
		t.Errorf("vDSP transformed %d lines, want %d", got, want)
	}
}

// A block of 3 rows in, 5 columns out: 3 rows are transformed, then 5 columns.
// A block of 5 columns in, 3 rows out: the other way round.
func TestWindowsCostOnlyTheLinesThatTheyTouch(t *testing.T) {
	s := open(t)
	for _, c := range []struct{ srcRows, srcCols, dstRows, dstCols int }{{3, 64, 64, 5}, {64, 5, 3, 64}} {
		src, dst := backend.NewMatrix[complex64](c.srcRows, c.srcCols), backend.NewMatrix[complex64](c.dstRows, c.dstCols)
		before := standinLines()
		s.Single.FFT2(dst, src, backend.FFT2{Rows: 64, Cols: 64, Sign: -1})
		if got := standinLines() - before; got != 3+5 {
			t.Errorf("%+v: vDSP transformed %d lines, want 8", c, got)
		}
	}
}

func TestWithoutMemoryForASetupTheTransformIsThePureGoOne(t *testing.T) {
	s := open(t)
	r := rand.New(rand.NewPCG(9, 10))
	f := backend.FFT2{Rows: 320, Cols: 640, Sign: -1}
	src := random[complex128](r, 10, 12, 0)
	refuseSetups(true)
	defer refuseSetups(false)
	dst := backend.NewMatrix[complex128](6, 7)
	before := standinLines()
	s.Double.FFT2(dst, src, f)
	if got := standinLines() - before; got != 0 {
		t.Errorf("vDSP transformed %d lines without a setup", got)
	}
	if err := agrees(dst, definition(6, 7, src, f), f.Rows*f.Cols, 0x1p-53); err != nil {
		t.Error(err)
	}
	refuseSetups(false)
	s.Double.FFT2(dst, src, f)
	if standinLines() == before {
		t.Error("a refusal is remembered after there is memory again")
	}
}

// A product that spans several blocks is made by goroutines on threads that
// the operating system gave them: each must be told to stay single.
func TestEveryProductStaysOnItsOwnThread(t *testing.T) {
	s := open(t)
	const n = 2*blockSize + 1
	all, threaded := standinProducts()
	s.Double.Dot(backend.NewMatrix[complex128](n, n), backend.NewMatrix[complex128](n, 3), backend.NewMatrix[complex128](3, n))
	s.Single.DotReal(backend.NewMatrix[complex64](n, 2), backend.NewMatrix[float32](n, n), backend.NewMatrix[complex64](n, 2))
	allAfter, threadedAfter := standinProducts()
	if got, want := allAfter-all, 9+3; got != want {
		t.Errorf("%d products of blocks, want %d", got, want)
	}
	if threadedAfter != threaded {
		t.Errorf("%d products were free to use many threads", threadedAfter-threaded)
	}
}

// A setting that is not kept would let each of many callers use all processors.
func TestThreadsThatCannotBeLimitedAreFoundOut(t *testing.T) {
	s := open(t)
	a, dst := backend.NewMatrix[complex128](3, 3), backend.NewMatrix[complex128](3, 3)
	dst.Data[0] = 7
	before, _ := standinProducts()
	ignoreThreading(true)
	defer ignoreThreading(false)
	if _, err := New(); err == nil || !strings.Contains(err.Error(), "set to a single thread and is not") {
		t.Errorf("error %v", err)
	}
	func() {
		defer func() {
			if got := recover(); got != notSingle {
				t.Errorf("panic %v, want %q", got, notSingle)
			}
		}()
		s.Double.Dot(dst, a, a)
	}()
	if after, _ := standinProducts(); after != before || dst.Data[0] != 7 {
		t.Errorf("%d products were made all the same", after-before)
	}
}

// The stand-in is part of the program, as a static library would be.
func TestAScanFindsTheStandInInsideTheProgram(t *testing.T) {
	impl, err := New()
	if err != nil {
		t.Fatal(err)
	}
	var served []detect.Served
	for i, e := range impl.Properties.Entries {
		part := "Dot"
		if i >= 4 {
			part = "FFT2"
		}
		served = append(served, detect.Served{Part: part, Symbol: e.Symbol, Address: e.Address})
	}
	l := detect.Scan(served)[0]
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if !l.Static || l.Path != program || l.Kind != detect.Accelerate || !slices.Equal(l.Serves, []string{"Dot", "FFT2"}) || len(l.Symbols) != 6 {
		t.Errorf("%+v", l)
	}
}
