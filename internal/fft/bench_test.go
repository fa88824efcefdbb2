package fft

import (
	"fmt"
	"math"
	"testing"

	"arago/backend"
	"arago/internal/kernel"
)

// The costs of the loops, of which the tables in costs.go are made: picoseconds
// per complex number.
func BenchmarkCosts(b *testing.B) {
	for _, set := range kernel.Sets() {
		benchmarkCosts[float64](b, set, "double")
		benchmarkCosts[float32](b, set, "single")
	}
}

func benchmarkCosts[R float32 | float64](b *testing.B, set kernel.Set, precision string) {
	lanes := &kernel.Of[R](set).Lanes
	name := func(what string) string { return fmt.Sprintf("set=%s/prec=%s/%s", set, precision, what) }
	perNumber := func(b *testing.B, elements int) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())*1000/float64(b.N)/float64(elements*lanes.Width), "ps")
	}
	// The first pass of a line that the first-level cache holds, and of one that it does not.
	for what, n := range map[string]int{"first": 128, "first far": 1536} {
		for r, pass := range lanes.Pass {
			if pass == nil {
				continue
			}
			b.Run(name(fmt.Sprintf("%s=%d", what, r)), func(b *testing.B) {
				x, y := make([]R, 2*n*lanes.Width), make([]R, 2*n*lanes.Width)
				for b.Loop() {
					pass(x, y, nil, n/r, 1, 0, 1)
				}
				perNumber(b, n/r*r)
			})
		}
	}
	// One group of a size that the first-level cache holds, and one that it does not.
	for _, far := range []bool{false, true} {
		for r, pass := range lanes.Pass {
			if pass == nil {
				continue
			}
			what, span, gap := "pass", max(1, 128/r), 0
			if far {
				what, span, gap = "far", 1536/r, 1
			}
			b.Run(name(fmt.Sprintf("%s=%d", what, r)), func(b *testing.B) {
				x, tw := make([]R, 2*r*(span+gap)*lanes.Width), twiddles[R](r, span)
				for b.Loop() {
					pass(x, x, tw, 1, span+gap, 0, span)
				}
				perNumber(b, r*span)
			})
		}
	}
	const n = 256
	x, y, at := make([]R, 2*n*lanes.Width), make([]R, 2*n*lanes.Width), ordered(n)
	b.Run(name("spread"), func(b *testing.B) {
		for b.Loop() {
			lanes.Spread(x, at, y, 1, 0)
		}
		perNumber(b, n)
	})
	b.Run(name("scale"), func(b *testing.B) {
		factors := make([]R, 2*n)
		for b.Loop() {
			lanes.ScaleElements(x, at, y, at, factors)
		}
		perNumber(b, n)
	})
	rows := at[:lanes.Width]
	b.Run(name("tiles"), func(b *testing.B) {
		for b.Loop() {
			lanes.Tiles(y, 2*lanes.Width*lanes.Width, rows, x, at)
		}
		perNumber(b, n)
	})
	b.Run(name("load rows"), func(b *testing.B) {
		for b.Loop() {
			lanes.LoadRows(x, y, 2*n, at, false)
		}
		perNumber(b, n)
	})
	b.Run(name("store columns"), func(b *testing.B) {
		for b.Loop() {
			lanes.StoreColumns(y, 2*lanes.Width, x, at, false)
		}
		perNumber(b, n)
	})
}

// Whole transforms, in the customary unit: 5·n·log2(n) operations for n points.
func BenchmarkFFT2(b *testing.B) {
	for _, set := range kernel.Sets() {
		for _, n := range []int{256, 480, 512, 960, 1000, 1009, 1024, 1536, 2048, 3000, 4096} {
			b.Run(fmt.Sprintf("set=%s/n=%d/prec=double", set, n), func(b *testing.B) { benchmarkFFT2[float64, complex128](b, set, n) })
			b.Run(fmt.Sprintf("set=%s/n=%d/prec=single", set, n), func(b *testing.B) { benchmarkFFT2[float32, complex64](b, set, n) })
		}
	}
}

func benchmarkFFT2[R backend.Real, C backend.Complex](b *testing.B, set kernel.Set, n int) {
	f := Of[R, C](set)
	src, dst := backend.NewMatrix[C](n, n), backend.NewMatrix[C](n, n)
	for b.Loop() {
		f.FFT2(dst, src, backend.FFT2{Rows: n, Cols: n, Sign: -1})
	}
	points := float64(n) * float64(n)
	b.ReportMetric(5*points*math.Log2(points)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

// One kilopixel in four, of which 640 pixels are wanted.
func BenchmarkFFT2Windowed(b *testing.B) {
	for _, set := range kernel.Sets() {
		b.Run(fmt.Sprintf("set=%s/n=4096/in=1024/out=640", set), func(b *testing.B) {
			f := Of[float64, complex128](set)
			src, dst := backend.NewMatrix[complex128](1024, 1024), backend.NewMatrix[complex128](640, 640)
			t := backend.FFT2{Rows: 4096, Cols: 4096, Sign: 1, Src: backend.Index{Row: -512, Col: -512}, Dst: backend.Index{Row: -320, Col: -320}}
			for b.Loop() {
				f.FFT2(dst, src, t)
			}
		})
	}
}
