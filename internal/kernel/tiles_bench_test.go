package kernel_test

import (
	"fmt"
	"testing"

	"arago/internal/kernel"
)

// BenchmarkMultiply times the micro-kernels on a block of packed rows and one of
// packed columns, which no cache but the second holds.
func BenchmarkMultiply(b *testing.B) {
	for _, set := range kernel.Sets() {
		for _, k := range []int{128, 192, 256, 384, 512} {
			b.Run(fmt.Sprintf("set=%s/k=%d/double", set, k), func(b *testing.B) { benchmarkMultiply(b, &kernel.Of[float64](set).Tiles, k) })
			b.Run(fmt.Sprintf("set=%s/k=%d/single", set, k), func(b *testing.B) { benchmarkMultiply(b, &kernel.Of[float32](set).Tiles, k) })
		}
	}
}

func benchmarkMultiply[R float32 | float64](b *testing.B, t *kernel.Tiles[R], k int) {
	m, n := t.Height, t.Width
	x, y, c := make([]R, m*k), make([]R, k*n), make([]R, m*n)
	for b.Loop() {
		for j := 0; j < n; j += t.Columns {
			t.Multiply(c[j:], n, m, t.Columns, k, x, y[j*k:], true)
		}
	}
	b.ReportMetric(2*float64(m*n*k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
