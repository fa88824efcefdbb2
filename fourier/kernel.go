package fourier

import (
	"math"
	"unsafe"

	"arago/backend"
	"arago/grid"
	"arago/internal/parallel"
)

// kernelKey names a kernel matrix: element (i, j) is
//
//	√cycles · exp(sign·2πi·cycles·(i − rows.Center)·(j − cols.Center))
type kernelKey struct {
	rows, cols grid.Axis
	cycles     float64
	sign       int
}

// kernel returns the kernel matrix of key.
func kernel[C backend.Complex](c *Cache, key kernelKey) backend.Matrix[C] {
	// Where the zeros lie is all that counts, not the unit of the steps.
	key.rows.Step, key.cols.Step = 0, 0
	var element C
	bytes := int64(key.rows.N) * int64(key.cols.N) * int64(unsafe.Sizeof(element))
	return cached(c, key, bytes, func() backend.Matrix[C] { return newKernel[C](key) })
}

// newKernel computes a kernel matrix. Phases are counted in cycles and the
// whole cycles taken off before the sine and cosine, with the rounding of the
// product recovered by a fused multiply-add: the kernel of a field of a
// thousand λ/D is as accurate as that of one.
func newKernel[C backend.Complex](key kernelKey) backend.Matrix[C] {
	m := backend.NewMatrix[C](key.rows.N, key.cols.N)
	scale := math.Sqrt(key.cycles)
	parallel.Bands(m.Rows, 16, func(from, to int) {
		for i := from; i < to; i++ {
			row := m.Row(i)
			y := float64(key.sign) * (float64(i) - key.rows.Center)
			for j := range row {
				sin, cos := math.Sincos(2 * math.Pi * fraction(y*(float64(j)-key.cols.Center), key.cycles))
				row[j] = C(complex(scale*cos, scale*sin))
			}
		}
	})
	return m
}

// fraction returns x·cycles less its whole cycles, −½ … ½.
func fraction(x, cycles float64) float64 {
	p := x * cycles
	return (p - math.RoundToEven(p)) + math.FMA(x, cycles, -p)
}
