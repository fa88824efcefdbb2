package kernel_test

import (
	"fmt"
	"testing"

	"arago/internal/kernel"
)

// BenchmarkPass gives the time of a pass for each element of a block, all lanes: with
// the block in the first-level cache and in the second.
func BenchmarkPass(b *testing.B) {
	for _, set := range kernel.Sets()[1:] {
		benchmarkPass[float64](b, "double", set)
		benchmarkPass[float32](b, "single", set)
	}
}

func benchmarkPass[R float32 | float64](b *testing.B, precision string, set kernel.Set) {
	lanes := &kernel.Of[R](set).Lanes
	for r, pass := range lanes.Pass {
		if pass == nil {
			continue
		}
		for _, n := range []int{15, 64, 256, 1024, 4096} {
			span := n / r
			x := make([]R, 2*r*span*lanes.Width)
			tw := make([]R, 2*(r-1)*span)
			for _, whole := range []bool{false, true} {
				blocks, span, name := 1, span, "last"
				if whole {
					blocks, span, name = span, 1, "first"
				}
				if span == 0 || blocks == 0 {
					continue
				}
				b.Run(fmt.Sprintf("%s/%s/radix=%d/n=%d/%s", set, precision, r, n, name), func(b *testing.B) {
					for b.Loop() {
						pass(x, x, tw, blocks, span, 0, span)
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(r*span*blocks), "ns/element")
				})
			}
		}
	}
}

// BenchmarkMove gives the times of bringing a matrix of n×n numbers into blocks of lines
// and back, for each element of a block, all lanes.
func BenchmarkMove(b *testing.B) {
	for _, set := range kernel.Sets()[1:] {
		for _, n := range []int{256, 1024, 2048, 4096} {
			b.Run(fmt.Sprintf("%s/double/n=%d", set, n), func(b *testing.B) { benchmarkMove[float64](b, set, n) })
			b.Run(fmt.Sprintf("%s/single/n=%d", set, n), func(b *testing.B) { benchmarkMove[float32](b, set, n) })
		}
	}
}

func benchmarkMove[R float32 | float64](b *testing.B, set kernel.Set, n int) {
	lanes := &kernel.Of[R](set).Lanes
	width := lanes.Width
	matrix := make([]R, 2*n*n)
	stride := 2 * width * (n + 1)
	between := make([]R, stride*n/width)
	x := make([]R, 2*width*n)
	at := make([]int32, n)
	for i := range at {
		at[i] = int32(i)
	}
	run := func(name string, move func(block int)) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				for block := range n / width {
					move(block)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n*n/width), "ns/element")
		})
	}
	run("LoadRows", func(block int) { lanes.LoadRows(x, matrix[2*n*width*block:], 2*n, at, false) })
	run("StoreRows", func(block int) { lanes.StoreRows(matrix[2*n*width*block:], 2*n, x, at, false) })
	run("LoadColumns", func(block int) { lanes.LoadColumns(x, matrix[2*width*block:], 2*n, at, false) })
	run("StoreColumns", func(block int) { lanes.StoreColumns(matrix[2*width*block:], 2*n, x, at, false) })
	run("Tiles", func(block int) { lanes.Tiles(between, stride, at[width*block:][:width], x, at) })
}
