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
