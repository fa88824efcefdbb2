//go:build cgo && ((accelerate && darwin) || accelerate_standin)

package accelerate

import (
	"arago/backend"
	"arago/internal/kernel"
	"arago/internal/passes"
)

// split is a batch of lines of n complex numbers whose real and imaginary
// parts lie apart: element e of line b at b·pitch(n) + e of each.
type split[R backend.Real] struct {
	n      int
	re, im []R
}

// splits cuts memory into two batches of size lines of n.
func splits[R backend.Real](memory []R, size, n int) (in, out split[R]) {
	part := size * pitch(n)
	return split[R]{n, memory[:part], memory[part:][:part]}, split[R]{n, memory[2*part:][:part], memory[3*part:][:part]}
}

// move says how a block of complex numbers lies in a matrix and in a batch: as
// outer runs of inner numbers, which are neighbours in the matrix. Positions
// in the matrix are counted in reals.
type move struct {
	outer, inner                  int
	matrix, matrixOuter           int
	batch, batchOuter, batchInner int
}

// moves returns the two moves between the whole of count lines, from line
// first on, and a batch whose lines of n hold them from index from on, counted
// modulo n: up to the end of the lines, and on from their beginning.
func moves[C backend.Complex](l passes.Lines[C], first, count, from, n int) [2]move {
	cut := min(l.Length, n-from)
	return [2]move{newMove(l, first, count, 0, cut, from, n), newMove(l, first, count, cut, l.Length, 0, n)}
}

// newMove returns the move of elements e0 … e1−1 to index to on.
func newMove[C backend.Complex](l passes.Lines[C], first, count, e0, e1, to, n int) move {
	at := 2 * (first*l.LineStep + e0*l.Step)
	if l.Step == 1 {
		return move{count, e1 - e0, at, 2 * l.LineStep, to, pitch(n), 1}
	}
	return move{e1 - e0, count, at, 2 * l.Step, to, 1, pitch(n)}
}

// gather copies count lines of src, from line first on, into a batch, whose
// lines hold those of src from index from on (counted modulo n) and are zero
// elsewhere.
func gather[R backend.Real, C backend.Complex](batch split[R], src passes.Lines[C], first, count, from int) {
	if src.Length < batch.n {
		used := count * pitch(batch.n)
		clear(batch.re[:used])
		clear(batch.im[:used])
	}
	x, re, im := kernel.Reals[R](src.Data), batch.re, batch.im
	for _, m := range moves(src, first, count, from, batch.n) {
		for u := range m.outer {
			run := x[m.matrix+u*m.matrixOuter:][:2*m.inner]
			to := m.batch + u*m.batchOuter
			for i := 0; i+1 < len(run); i += 2 {
				re[to], im[to] = run[i], run[i+1]
				to += m.batchInner
			}
		}
	}
}

// scatter is the reverse of gather: of the elements of each line of the batch
// it writes those that dst holds.
func scatter[R backend.Real, C backend.Complex](dst passes.Lines[C], batch split[R], first, count, from int) {
	x, re, im := kernel.Reals[R](dst.Data), batch.re, batch.im
	for _, m := range moves(dst, first, count, from, batch.n) {
		for u := range m.outer {
			run := x[m.matrix+u*m.matrixOuter:][:2*m.inner]
			at := m.batch + u*m.batchOuter
			for i := 0; i+1 < len(run); i += 2 {
				run[i], run[i+1] = re[at], im[at]
				at += m.batchInner
			}
		}
	}
}
