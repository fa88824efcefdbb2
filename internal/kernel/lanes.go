package kernel

import "arago/internal/kernel/pure"

// MaxRadix is the greatest radix for which there is a pass.
const MaxRadix = 61

// naturalRadix is the greatest radix of passes from natural order.
const naturalRadix = 16

// primeRadices are the prime radices above those of the codelets, 2 to 16.
var primeRadices = []int{17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61}

// Lanes are the loops of the Fourier transform (package fft). They work on
// Width lines at once, one in each lane of a vector: element e of line b of a
// block x stands at
//
//	re x[2·e·Width + b],  im x[(2·e+1)·Width + b]
//
// so that a butterfly shuffles nothing and one twiddle factor serves all lanes.
type Lanes[R float32 | float64] struct {
	// Width is the number of lines in a block.
	Width int

	// Pass[r] makes the passes of radix r of blocks, nil where there is none. See
	// pure.Pass.
	Pass [MaxRadix + 1]func(dst, src, tw []R, blocks, span, from, to int)

	// First[r] and Natural[r] make passes from natural order, FirstColumns[r] is First from
	// columns of a matrix; nil where there is none. See pure.First and so on.
	First        [naturalRadix + 1]func(dst, src []R, count, dstSpan, srcSpan int)
	FirstColumns [naturalRadix + 1]func(dst, src []R, stride, count, dstSpan, srcSpan int, turned bool)
	Natural      [naturalRadix + 1]func(x, tw []R, first, blocks, span int)

	// LoadColumns and LoadRows bring Width neighbouring columns or rows of a
	// complex matrix into a block, element i to position at[i]; StoreColumns and
	// StoreRows bring elements of a block back. See pure.LoadColumns and so on.
	LoadColumns  func(x, src []R, stride int, at []int32, turned bool)
	LoadRows     func(x, src []R, stride int, at []int32, turned bool)
	StoreColumns func(dst []R, stride int, x []R, from []int32, turned bool)
	StoreRows    func(dst []R, stride int, x []R, from []int32, turned bool)

	// Tiles transposes elements of a block into blocks of lines along the other
	// axis. See pure.Tiles.
	Tiles func(dst []R, stride int, rows []int32, x []R, from []int32)

	// ScaleElements multiplies each element of a block by a factor of its own,
	// Spread all of them by the same, on the way to where they belong. See
	// pure.ScaleElements and pure.Spread.
	ScaleElements func(dst []R, at []int32, src []R, from []int32, factors []R)
	Spread        func(dst []R, at []int32, src []R, re, im R)
}

// lanesPure returns the twins for lines in blocks of width.
func lanesPure[R float32 | float64](width int) Lanes[R] {
	l := Lanes[R]{
		Width:       width,
		LoadColumns: pure.LoadColumns[R](width), LoadRows: pure.LoadRows[R](width),
		StoreColumns: pure.StoreColumns[R](width), StoreRows: pure.StoreRows[R](width),
		Tiles:         pure.Tiles[R](width),
		ScaleElements: pure.ScaleElements[R](width), Spread: pure.Spread[R](width),
	}
	for r := 2; r <= 16; r++ {
		l.Pass[r] = pure.Pass[R](width, r)
	}
	for _, r := range primeRadices {
		l.Pass[r] = pure.Pass[R](width, r)
	}
	return l
}
