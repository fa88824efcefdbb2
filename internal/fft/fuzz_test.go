package fft_test

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"slices"
	"testing"

	"arago/backend"
	"arago/internal/fft"
	"arago/internal/guarded"
	"arago/internal/kernel"
	"arago/internal/truth"
)

// fuzzed are the numbers that describe a transform, any of them.
type fuzzed struct {
	rows, cols, srcRows, srcCols, dstRows, dstCols uint8
	srcRow, srcCol, dstRow, dstCol                 int8
	along, place                                   uint8
	positive, inPlace                              bool
}

func FuzzFFT2(f *testing.F) {
	for set := range uint8(4) {
		for single := range 2 {
			for _, x := range []fuzzed{
				{rows: 11, cols: 15, srcRows: 11, srcCols: 15, dstRows: 11, dstCols: 15},
				{rows: 15, cols: 23, srcRows: 4, srcCols: 6, dstRows: 9, dstCols: 2, srcRow: -2, srcCol: -3, dstRow: 14, dstCol: 40, positive: true, place: 1},
				{rows: 8, cols: 36, srcRows: 8, srcCols: 9, dstCols: 11, srcCol: 30, dstCol: -6, along: 1, place: 2},
				{rows: 29, cols: 18, srcRows: 3, srcCols: 18, dstRows: 28, srcRow: -1, dstRow: 7, along: 2, positive: true},
				{rows: 31, cols: 16, inPlace: true, place: 3},
			} {
				f.Add(set, single == 1, x.rows, x.cols, x.srcRows, x.srcCols, x.dstRows, x.dstCols, x.srcRow, x.srcCol, x.dstRow, x.dstCol, x.along, x.place, x.positive, x.inPlace, uint64(1))
			}
		}
	}
	f.Fuzz(func(t *testing.T, set uint8, single bool, rows, cols, srcRows, srcCols, dstRows, dstCols uint8, srcRow, srcCol, dstRow, dstCol int8, along, place uint8, positive, inPlace bool, seed uint64) {
		x := fuzzed{rows, cols, srcRows, srcCols, dstRows, dstCols, srcRow, srcCol, dstRow, dstCol, along, place, positive, inPlace}
		of, r := kernel.Sets()[int(set)%len(kernel.Sets())], rand.New(rand.NewPCG(seed, 7))
		if single {
			fuzzFFT2(t, r, fft.Of[float32, complex64](of), x)
		} else {
			fuzzFFT2(t, r, fft.Of[float64, complex128](of), x)
		}
	})
}

func fuzzFFT2[R backend.Real, C backend.Complex](t *testing.T, r *rand.Rand, f fft.Fourier[R, C], x fuzzed) {
	size := func(n uint8, most int) int { return 1 + int(n)%most }
	tr := backend.FFT2{
		Rows: size(x.rows, 40), Cols: size(x.cols, 40), Sign: -1, Along: backend.Axes(x.along % 3),
		Src: backend.Index{Row: int(x.srcRow), Col: int(x.srcCol)}, Dst: backend.Index{Row: int(x.dstRow), Col: int(x.dstCol)},
	}
	if x.positive {
		tr.Sign = 1
	}
	in := [2]int{size(x.srcRows, tr.Rows), size(x.srcCols, tr.Cols)}
	out := [2]int{size(x.dstRows, tr.Rows), size(x.dstCols, tr.Cols)}
	// The axis without a transform has the lines that there are, and its corners
	// play no part. The truth has them at zero.
	exact, lines := tr, 1
	switch tr.Along {
	case backend.AlongRows:
		out[0], lines = in[0], in[0]
		exact.Rows, exact.Src.Row, exact.Dst.Row = in[0], 0, 0
	case backend.AlongColumns:
		out[1], lines = in[1], in[1]
		exact.Cols, exact.Src.Col, exact.Dst.Col = in[1], 0, 0
	}
	if x.inPlace {
		out = in
	}
	src := within(t, x.place, normal[C](r, in[0], in[1]))
	input := backend.Matrix[C]{Rows: src.Rows, Cols: src.Cols, Stride: src.Stride, Data: slices.Clone(src.Data)}
	dst := src
	if !x.inPlace {
		dst = within(t, x.place, blank[C](out[0], out[1]))
	}
	f.FFT2(dst, src, tr)
	// allowed is for the mean over many elements. Here the worst of a few counts, and
	// of as many transforms as there is time for: six times the mean is out of reach.
	n := exact.Rows * exact.Cols
	bound := 6 * allowed[C](n, !smooth(n)) * math.Sqrt(1/float64(lines))
	if d := deviation(dst, input, exact, truth.Transform(wide(input, exact), exact)); !(d <= bound) {
		t.Errorf("%+v of %v to %v: error %.3g units, allowed %.3g", tr, in, out, d/unit[C](), bound/unit[C]())
	}
	for i := range dst.Rows {
		for _, v := range dst.Data[min(i*dst.Stride+dst.Cols, len(dst.Data)):min((i+1)*dst.Stride, len(dst.Data))] {
			if !cmplx.IsNaN(complex128(v)) {
				t.Fatalf("%+v of %v to %v: written behind row %d", tr, in, out, i)
			}
		}
	}
	same := func(a, b C) bool { return a == b || cmplx.IsNaN(complex128(a)) && cmplx.IsNaN(complex128(b)) }
	if !x.inPlace && !slices.EqualFunc(src.Data, input.Data, same) {
		t.Errorf("%+v of %v to %v: the input is written", tr, in, out)
	}
}

// within returns the matrix in pages of its own, the last row without a gap.
func within[C backend.Complex](t *testing.T, place uint8, m backend.Matrix[C]) backend.Matrix[C] {
	places := guarded.Places[C]()
	data := guarded.Slice[C](t, (m.Rows-1)*m.Stride+m.Cols, places[int(place)%len(places)])
	copy(data, m.Data)
	m.Data = data
	return m
}
