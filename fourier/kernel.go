package fourier

import (
	"math"
	"unsafe"

	"arago/backend"
	"arago/grid"
	"arago/internal/kernel"
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

// kernelMatrix returns the kernel matrix of key.
func kernelMatrix[C backend.Complex](c *Cache, key kernelKey) backend.Matrix[C] {
	// Where the zeros lie is all that counts, not the unit of the steps.
	key.rows.Step, key.cols.Step = 0, 0
	var element C
	bytes := int64(key.rows.N) * int64(key.cols.N) * int64(unsafe.Sizeof(element))
	return cached(c, key, bytes, func() backend.Matrix[C] { return newKernel[C](key) })
}

// newKernel computes a kernel matrix. Phases are counted in cycles and the
// whole cycles taken off before the sine and cosine, with the rounding of the
// products recovered by fused multiply-adds: the kernel of a field of a
// thousand λ/D is as accurate as that of one.
func newKernel[C backend.Complex](key kernelKey) backend.Matrix[C] {
	m := backend.NewMatrix[C](key.rows.N, key.cols.N)
	scale := math.Sqrt(key.cycles)
	write := kernel.For[float64]().WritePhasor
	parallel.Bands(m.Rows, max(1, kernelBand/m.Cols), func(from, to int) {
		phase, wave := make([]float64, m.Cols), make([]float64, 2*m.Cols)
		for i := from; i < to; i++ {
			row := m.Row(i)
			y := float64(key.sign) * (float64(i) - key.rows.Center)
			for j := range phase {
				phase[j] = turns(y, float64(j)-key.cols.Center, key.cycles)
			}
			write(wave, nil, phase, 1)
			for j := range row {
				row[j] = C(complex(scale*wave[2*j], scale*wave[2*j+1]))
			}
		}
	})
	return m
}

// fraction returns x·cycles less its whole cycles, −½ … ½.
func fraction(x, cycles float64) float64 {
	p := float64(x * cycles) // not fused with the difference
	return (p - math.RoundToEven(p)) + math.FMA(x, cycles, -p)
}
