package fourier

import (
	"arago/backend"
	"arago/internal/kernel"
	"arago/internal/parallel"
)

// pairBand is the number of elements of one half that are unfolded at a time: 64 kB in
// double precision.
const pairBand = 4096

// unfoldRows makes rows that mirror each other of their even part, which stands in the
// upper one, and of their odd part in the lower one: the sum and the difference.
func unfoldRows[R backend.Real, C backend.Complex](m backend.Matrix[C]) {
	fold := kernel.For[R]().Fold
	eachPair[R](m, func(_ int, even, odd []R) {
		if odd != nil {
			fold(even, odd, even, odd)
		}
	})
}

// unfoldAndSubtractRows subtracts from dst what unfoldRows would make of m.
func unfoldAndSubtractRows[R backend.Real, C backend.Complex](dst, m backend.Matrix[C]) {
	eachPair(m, func(i int, even, odd []R) {
		upper := kernel.Reals[R](dst.Row(i))[:len(even)]
		if odd == nil {
			for j, e := range even {
				upper[j] -= e
			}
			return
		}
		lower, odd := kernel.Reals[R](dst.Row(dst.Rows - 1 - i))[:len(even)], odd[:len(even)]
		for j, e := range even {
			upper[j] -= e + odd[j]
			lower[j] -= e - odd[j]
		}
	})
}

// subtractRows subtracts m from dst.
func subtractRows[R backend.Real, C backend.Complex](dst, m backend.Matrix[C]) {
	parallel.Bands(m.Rows, max(1, pairBand/m.Cols), func(from, to int) {
		for i := from; i < to; i++ {
			row, other := kernel.Reals[R](dst.Row(i)), kernel.Reals[R](m.Row(i))
			row = row[:len(other)]
			for j, v := range other {
				row[j] -= v
			}
		}
	})
}

// eachPair calls do with each row i of m of the upper half and the one that mirrors
// it, nil for the row in the middle, from several goroutines.
func eachPair[R backend.Real, C backend.Complex](m backend.Matrix[C], do func(i int, upper, lower []R)) {
	parallel.Bands(m.Rows-m.Rows/2, max(1, pairBand/m.Cols), func(from, to int) {
		for i := from; i < to; i++ {
			mirrored := m.Rows - 1 - i
			if i == mirrored {
				do(i, kernel.Reals[R](m.Row(i)), nil)
				continue
			}
			do(i, kernel.Reals[R](m.Row(i)), kernel.Reals[R](m.Row(mirrored)))
		}
	})
}
