package fourier

import (
	"math"
	"sync"

	"arago/backend"
	"arago/internal/parallel"
)

// NewCompressed returns a plan for any pair of grids by thin factors of the folded
// kernels. On a field of F times λ/D the cosines and the sines have a rank of about
// F/2 plus a few tens to any accuracy that is asked for (Landau and Pollak 1962, Bell
// Syst. Tech. J. 41, 1295), however many samples there are. An axis for which that is
// no gain is folded. Bases and kernels come from the cache. The error is ErrGrid.
func NewCompressed[R backend.Real, C backend.Complex](core backend.Core[R, C], cache *Cache, t Transform) (*Folded[R, C], error) {
	single := realBytes[R]() == 4
	return newFolded(core, t, RecipeCompressed, compressedShape(single), func(s axisShape) axis[R] {
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
// for the longer side and the other what the kernels are in terms of it. Should they be
// off by much more than the tolerance, the kernels stay whole.
func compressedAxis[R backend.Real](cache *Cache, s axisShape) axis[R] {
	b := basisOf(cache, s.basis)
	if b == nil {
		return wholeAxis[R](cache, s)
	}
	bytes := realBytes[R]() * int64(s.rank) * int64(s.short())
	return cached(cache, compressedKey{s.n, s.m, s.cycles}, bytes, func() axis[R] {
		even, odd, bound := project(b, s)
		if !(bound <= largestMisfit*tolerance(s.basis.single)) {
			return wholeAxis[R](cache, s)
		}
		scale := math.Sqrt(s.cycles)
		a := axis[R]{expands: true, bound: bound}
		if s.n >= s.m {
			a.squeeze = basisRows[R](cache, s.basis, b)
			a.expand = parts[R]{
				rounded[R](even.transposed().Matrix, scale, false),
				rounded[R](odd.transposed().Matrix, scale, true),
			}
		} else {
			a.squeeze = parts[R]{rounded[R](even.Matrix, scale, false), rounded[R](odd.Matrix, scale, false)}
			a.expand = basisColumns[R](cache, s.basis, b)
		}
		return a
	})
}

// largestMisfit is by how many tolerances the factors may be off: rounding errors of
// ranks of some hundreds make some tens of 1e-14.
const largestMisfit = 100

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
		return parts[R]{rounded[R](b.even.columns.Matrix, 1, false), rounded[R](b.odd.columns.Matrix, 1, true)}
	})
}

// project returns the factors that go with the basis of the longer side: for each
// parity the kernel, a column for each sample of the shorter side, in terms of the
// rows of the basis; and by how much an element of their product with the basis
// differs from the kernel at most.
func project(b *basis, s axisShape) (even, odd realMatrix, bound float64) {
	long, short := s.long(), s.short()
	lend(long-long/2, short-short/2, func(cos realMatrix) {
		lend(long/2, short/2, func(sin realMatrix) {
			halfKernel(long, short, s.cycles, func(i int, wave []float64) {
				row := cos.Row(i)
				for j := range row {
					row[j] = wave[2*j]
				}
				if i < sin.Rows {
					row = sin.Row(i)
					for j := range row {
						row[j] = wave[2*j+1]
					}
				}
			})
			even, odd = multiply(b.even.rows.Matrix, cos), multiply(b.odd.rows.Matrix, sin)
			bound = max(misfit(b.even, even, cos), misfit(b.odd, odd, sin))
		})
	})
	return even, odd, bound
}

// misfit returns the largest element of the difference of a kernel and its projection.
func misfit(s span, factor, kernel realMatrix) float64 {
	var largest float64
	var mutex sync.Mutex
	lend(kernel.Rows, kernel.Cols, func(got realMatrix) {
		got.multiply(s.columns.Matrix, factor)
		parallel.Bands(kernel.Rows, max(1, kernelBand/kernel.Cols), func(from, to int) {
			band := 0.0
			for i := from; i < to; i++ {
				want := kernel.Row(i)
				row := got.Row(i)[:len(want)]
				for j, v := range want {
					if d := math.Abs(row[j] - v); !(d <= band) {
						band = d
					}
				}
			}
			mutex.Lock()
			largest = max(largest, band)
			mutex.Unlock()
		})
	})
	return largest
}
