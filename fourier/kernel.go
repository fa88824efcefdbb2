package fourier

import (
	"math"
	"sync"
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

// Cache keeps kernel matrices for all plans that are made with it, so that
// each is computed once however many planes, runs and goroutines need it. When
// it would grow beyond its limit it forgets the kernels that were not asked
// for the longest; plans that hold them keep them alive.
type Cache[C backend.Complex] struct {
	limit int64

	mutex   sync.Mutex
	kernels map[kernelKey]*cachedKernel[C]
	bytes   int64
	clock   int
}

type cachedKernel[C backend.Complex] struct {
	make  func() backend.Matrix[C]
	bytes int64
	used  int
}

// NewCache returns a cache that keeps up to limit bytes of kernels.
func NewCache[C backend.Complex](limit int64) *Cache[C] {
	return &Cache[C]{limit: limit, kernels: map[kernelKey]*cachedKernel[C]{}}
}

// kernel returns the kernel matrix of key, computing it if it is not there. It
// is computed outside the lock, by the first who asks.
func (c *Cache[C]) kernel(key kernelKey) backend.Matrix[C] {
	// Where the zeros lie is all that counts, not the unit of the steps.
	key.rows.Step, key.cols.Step = 0, 0
	var element C
	bytes := int64(key.rows.N) * int64(key.cols.N) * int64(unsafe.Sizeof(element))
	c.mutex.Lock()
	k := c.kernels[key]
	if k == nil {
		k = &cachedKernel[C]{bytes: bytes, make: sync.OnceValue(func() backend.Matrix[C] { return newKernel[C](key) })}
		if bytes <= c.limit {
			c.makeRoom(bytes)
			c.kernels[key] = k
			c.bytes += bytes
		}
	}
	c.clock++
	k.used = c.clock
	c.mutex.Unlock()
	return k.make()
}

func (c *Cache[C]) makeRoom(bytes int64) {
	for c.bytes+bytes > c.limit {
		var oldest kernelKey
		used := c.clock + 1
		for key, k := range c.kernels {
			if k.used < used {
				oldest, used = key, k.used
			}
		}
		c.bytes -= c.kernels[oldest].bytes
		delete(c.kernels, oldest)
	}
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
