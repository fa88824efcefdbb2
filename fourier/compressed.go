package fourier

import (
	"math"

	"arago/backend"
)

// NewCompressed returns a plan for any pair of grids by thin factors of the folded
// kernels. On a field of F times λ/D the cosines and the sines have a rank of about
// F/2 plus a few tens to any accuracy that is asked for (Landau and Pollak 1962, Bell
// Syst. Tech. J. 41, 1295), however many samples there are. An axis for which that is
// no gain is folded. Bases and kernels come from the cache. The error is ErrGrid.
func NewCompressed[R backend.Real, C backend.Complex](core backend.Core[R, C], cache *Cache, t Transform) (*Folded[R, C], error) {
	single := realBytes[R]() == 4
	return newFolded(core, cache, t, RecipeCompressed, compressedShape(single), func(s axisShape) axis[R] {
		if s.rank == 0 {
			return wholeAxis[R](cache, s)
		}
		return compressedAxis[R](cache, s)
	})
}

// compressedKey names the factors of the kernels of n samples and m results.
type compressedKey struct {
	n, m   int
	cycles float64
}

// compressedAxis returns the factors of the kernels of an axis, of which one is a basis
// for the longer side and the other what the kernels are in terms of it. Should the
// basis be off by much more than the tolerance, the kernels stay whole.
func compressedAxis[R backend.Real](cache *Cache, s axisShape) axis[R] {
	b := basisOf(cache, s.basis)
	if b == nil || !(b.bound <= largestMisfit*tolerance(s.basis.single)) {
		return wholeAxis[R](cache, s)
	}
	bytes := realBytes[R]() * int64(s.rank) * int64(s.short())
	return cached(cache, compressedKey{s.n, s.m, s.cycles}, bytes, func() axis[R] {
		var scratch borrowed
		defer scratch.giveBack()
		even, odd := b.factors(&scratch, s)
		scale := math.Sqrt(s.cycles)
		a := axis[R]{expands: true, bound: b.bound}
		if s.n >= s.m {
			a.squeeze = basisRows[R](cache, s.basis, b)
			a.expand = parts[R]{rounded[R](even.Matrix, scale, false), rounded[R](odd.Matrix, scale, true)}
		} else {
			a.squeeze = parts[R]{
				rounded[R](scratch.transposed(even).Matrix, scale, false),
				rounded[R](scratch.transposed(odd).Matrix, scale, false),
			}
			a.expand = basisColumns[R](cache, s.basis, b)
		}
		return a
	})
}

// largestMisfit is by how many tolerances a basis may be off: rounding errors of ranks
// of some hundreds make some tens of 1e-14.
const largestMisfit = 100

// factors returns the kernels of an axis in terms of the basis: for each parity a row
// for each sample of the shorter side, from the outermost to the middle.
func (b *basis) factors(scratch *borrowed, s axisShape) (even, odd realMatrix) {
	short := s.short()
	high, low := make([]float64, short-short/2), make([]float64, short-short/2)
	// s is u·cycles/b.cycles, to more than double precision: an error of it is
	// multiplied by the bandwidth.
	ratio := s.cycles / b.cycles
	rest := math.FMA(-ratio, b.cycles, s.cycles) / b.cycles
	for i := range high {
		u := float64(short-1)/2 - float64(i)
		high[i] = float64(u * ratio)
		low[i] = math.FMA(u, ratio, -high[i]) + u*rest
	}
	evenAt, oddAt := b.nodes.at(scratch, high, low)
	return scratch.multiply(evenAt, b.even.atNodes), scratch.multiply(oddAt.Slice(0, short/2, 0, oddAt.Cols), b.odd.atNodes)
}

// rowsKey and columnsKey name a basis in the precision and order of a plan.
type (
	rowsKey    basisKey
	columnsKey basisKey
)

func basisRows[R backend.Real](cache *Cache, key basisKey, b *basis) parts[R] {
	if p, ok := any(parts[float64]{b.even.rows.Matrix, b.odd.rows.Matrix}).(parts[R]); ok {
		return p
	}
	bytes := realBytes[R]() * int64(b.even.rows.Rows) * int64(key.n)
	return cached(cache, rowsKey(key), bytes, func() parts[R] {
		return parts[R]{rounded[R](b.even.rows.Matrix, 1, false), rounded[R](b.odd.rows.Matrix, 1, false)}
	})
}

func basisColumns[R backend.Real](cache *Cache, key basisKey, b *basis) parts[R] {
	bytes := realBytes[R]() * int64(b.even.rows.Rows) * int64(key.n)
	return cached(cache, columnsKey(key), bytes, func() parts[R] {
		var scratch borrowed
		defer scratch.giveBack()
		even, odd := scratch.transposed(b.even.rows), scratch.transposed(b.odd.rows)
		return parts[R]{rounded[R](even.Matrix, 1, false), rounded[R](odd.Matrix, 1, true)}
	})
}
