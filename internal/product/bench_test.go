package product_test

import (
	"fmt"
	"testing"

	"arago/backend"
	"arago/internal/kernel"
	"arago/internal/product"
)

// The benchmarks report GFLOP/s by the customary counts: 8mkn for a complex
// product, 4mkn for real×complex, and for the two products of a folded one what
// they are without the fold's additions.

func BenchmarkReal(b *testing.B) {
	for _, s := range [][3]int{{8, 8, 8}, {32, 32, 32}, {512, 512, 512}, {1024, 1024, 1024}, {2048, 2048, 2048},
		{40, 512, 1024}, {96, 1024, 2048}, {240, 2048, 4096}} {
		run(b, s, benchmarkReal[float64, complex128], benchmarkReal[float32, complex64])
	}
}

func BenchmarkComplex(b *testing.B) {
	for _, s := range [][3]int{{8, 8, 8}, {32, 32, 32}, {512, 512, 512}, {1024, 1024, 1024}, {2048, 2048, 2048}} {
		run(b, s, benchmarkComplex[float64, complex128], benchmarkComplex[float32, complex64])
	}
}

// Two thin products, with the even and with the odd part of one matrix.
func BenchmarkFolded(b *testing.B) {
	for _, s := range [][3]int{{40, 512, 1024}, {96, 1024, 2048}, {240, 2048, 4096}} {
		run(b, s, benchmarkFolded[float64, complex128], benchmarkFolded[float32, complex64])
	}
}

func run(b *testing.B, s [3]int, double, single func(b *testing.B, m, k, n int)) {
	size := fmt.Sprintf("%dx%dx%d", s[0], s[1], s[2])
	b.Run(size+"/prec=c128", func(b *testing.B) { double(b, s[0], s[1], s[2]) })
	b.Run(size+"/prec=c64", func(b *testing.B) { single(b, s[0], s[1], s[2]) })
}

func benchmarkReal[R backend.Real, C backend.Complex](b *testing.B, m, k, n int) {
	r, t := random(), &kernel.For[R]().Tiles
	x, y, dst := matrix[R](r, m, k, 0), matrix[C](r, k, n, 0), result[C](m, n, 0)
	measure(b, 4*m*k*n, func() { product.Real(t, dst, x, y) })
}

func benchmarkComplex[R backend.Real, C backend.Complex](b *testing.B, m, k, n int) {
	r, t := random(), &kernel.For[R]().Tiles
	x, y, dst := matrix[C](r, m, k, 0), matrix[C](r, k, n, 0), result[C](m, n, 0)
	measure(b, 8*m*k*n, func() { product.Complex(t, dst, x, y) })
}

func benchmarkFolded[R backend.Real, C backend.Complex](b *testing.B, m, k, n int) {
	r, t := random(), &kernel.For[R]().Tiles
	x, z, y := matrix[R](r, m, (k+1)/2, 0), matrix[R](r, m, k/2, 0), matrix[C](r, k, n, 0)
	even, odd := result[C](m, n, 0), result[C](m, n, 0)
	measure(b, 4*m*k*n, func() { product.Folded(t, even, odd, x, z, y) })
}

func measure(b *testing.B, operations int, call func()) {
	b.ReportAllocs()
	for b.Loop() {
		call()
	}
	b.ReportMetric(float64(operations)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
