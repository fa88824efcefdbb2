package peak

import "github.com/klauspost/cpuid/v2"

// Twelve accumulators hide the latency of a multiply-add (4 or 5 cycles) on two
// ports.

//go:noescape
func avx512Double(n int)

//go:noescape
func avx512Single(n int)

//go:noescape
func avx2Double(n int)

//go:noescape
func avx2Single(n int)

func widest(single bool) (loop, bool) {
	sets := []struct {
		has            bool
		name           string
		double, single loop
	}{
		{cpuid.CPU.Has(cpuid.AVX512F), "AVX-512",
			loop{run: avx512Double, operations: 12 * 2 * 8}, loop{run: avx512Single, operations: 12 * 2 * 16}},
		{cpuid.CPU.Supports(cpuid.AVX2, cpuid.FMA3), "AVX2",
			loop{run: avx2Double, operations: 12 * 2 * 4}, loop{run: avx2Single, operations: 12 * 2 * 8}},
	}
	for _, s := range sets {
		if !s.has {
			continue
		}
		l := s.double
		if single {
			l = s.single
		}
		l.set = s.name
		return l, true
	}
	return loop{}, false
}
