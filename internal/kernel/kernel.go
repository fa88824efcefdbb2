// Package kernel holds the inner loops of Arago: what runs once per sample.
//
// Each loop has a twin in plain Go, in the package pure, which is also its
// specification. The tables that [For] returns say which function
// serves each loop; every architecture starts from the twins, and a loop
// written for an instruction set replaces one entry where the processor has it.
//
// Complex numbers are passed as pairs of reals, real part first: the loops are
// written once for both precisions, and [Reals] costs nothing.
package kernel

import "unsafe"

// Table is the set of inner loops in one precision. Lengths and overlaps are
// the caller's to get right.
type Table[R float32 | float64] struct {
	// Set is the instruction set that the loops are written for.
	Set Set

	Tiles[R]
	Lanes[R]
	Pointwise[R]
}

// For returns the table of the selected instruction set in a precision.
func For[R float32 | float64]() *Table[R] { return Of[R](selected) }

// Of returns the table of one of the sets that Sets names.
func Of[R float32 | float64](set Set) *Table[R] {
	var r R
	if _, ok := any(r).(float64); ok {
		return any(double[set]).(*Table[R])
	}
	return any(single[set]).(*Table[R])
}

// The tables of all instruction sets that can run. Every part of a table
// begins as the twins; an instruction set replaces the entries it is faster at.
var (
	double = tables(func(s Set) *Table[float64] {
		return &Table[float64]{Set: s, Tiles: tilesDouble(s), Lanes: lanesDouble(s), Pointwise: pointwiseDouble(s)}
	})
	single = tables(func(s Set) *Table[float32] {
		return &Table[float32]{Set: s, Tiles: tilesSingle(s), Lanes: lanesSingle(s), Pointwise: pointwiseSingle(s)}
	})
)

func tables[R float32 | float64](of func(Set) *Table[R]) map[Set]*Table[R] {
	m := map[Set]*Table[R]{}
	for _, s := range sets {
		m[s] = of(s)
	}
	return m
}

// Reals returns the real and imaginary parts of x, one after the other, in
// x's own memory. R must be the real type of C.
func Reals[R float32 | float64, C complex64 | complex128](x []C) []R {
	return unsafe.Slice((*R)(unsafe.Pointer(unsafe.SliceData(x))), 2*len(x))
}
