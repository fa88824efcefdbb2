package fourier

import (
	"runtime"

	"arago/internal/kernel"
)

// DefaultMachine returns built-in figures for this machine, by the class of its
// processor and the number of processors that Go uses. [tune] measures better ones.
func DefaultMachine() *Machine {
	set, _ := kernel.Selected()
	return machineOf(set, runtime.GOMAXPROCS(0))
}

// machineOf returns the figures of a class of processors for so many of them.
func machineOf(set kernel.Set, processors int) *Machine {
	m, ok := classes[set]
	if !ok {
		m = classes[kernel.Pure]
	}
	m.Together = DefaultTogether(processors)
	return &m
}

// DefaultTogether returns built-in figures of what so many processors do together.
// Memory serves four about as fast as more.
func DefaultTogether(processors int) Together {
	if processors == 1 {
		return alone
	}
	gain := func(n float64) float64 { return 1 + 0.93*(n-1) }
	n := float64(processors)
	return Together{Processors: processors, Products: gain(n), Lines: gain(n), Memory: gain(min(n, 4)), Phasors: gain(n), Fork: 5e-6}
}

// classes are the figures of one processor, measured on an Intel Sapphire Rapids
// (48 KiB of first-level, 2 MiB of second-level cache) as "arago tune" does. Those of
// NEON are counted: products and transforms in vectors of half the width of AVX2, on
// cores that start up to twice as many instructions.
var classes = map[kernel.Set]Machine{
	kernel.AVX512: {
		Double: Rates{
			Sample:         16,
			RealProduct:    Curve{{4, 23e9}, {8, 42e9}, {16, 83e9}, {32, 100e9}, {64, 110e9}, {128, 110e9}, {256, 100e9}, {512, 100e9}},
			ComplexProduct: Curve{{4, 46e9}, {8, 82e9}, {16, 110e9}, {32, 110e9}, {64, 110e9}, {128, 110e9}, {256, 100e9}, {512, 100e9}},
			FoldedProduct:  Curve{{4, 20e9}, {8, 48e9}, {16, 66e9}, {32, 97e9}, {64, 98e9}, {128, 100e9}, {256, 110e9}, {512, 97e9}},
			FFT:            Curve{{16, 15e9}, {64, 23e9}, {256, 31e9}, {1024, 27e9}, {4096, 30e9}, {16384, 23e9}},
			Memory:         Curve{{1 << 18, 71e9}, {1 << 21, 70e9}, {1 << 24, 51e9}, {1 << 27, 32e9}},
			Rough:          3, Window: 1.1, Elements: 190e6, Phasors: 1100e6, Scalar: 3.4e9, Call: 0.8e-6,
		},
		Single: Rates{
			Sample:         8,
			RealProduct:    Curve{{4, 53e9}, {8, 98e9}, {16, 170e9}, {32, 220e9}, {64, 230e9}, {128, 220e9}, {256, 220e9}, {512, 220e9}},
			ComplexProduct: Curve{{4, 120e9}, {8, 190e9}, {16, 200e9}, {32, 220e9}, {64, 230e9}, {128, 220e9}, {256, 220e9}, {512, 220e9}},
			FoldedProduct:  Curve{{4, 41e9}, {8, 83e9}, {16, 140e9}, {32, 200e9}, {64, 220e9}, {128, 220e9}, {256, 210e9}, {512, 200e9}},
			FFT:            Curve{{16, 28e9}, {64, 44e9}, {256, 59e9}, {1024, 62e9}, {4096, 56e9}, {16384, 51e9}},
			Memory:         Curve{{1 << 18, 75e9}, {1 << 21, 73e9}, {1 << 24, 48e9}, {1 << 27, 32e9}},
			Rough:          3.7, Window: 1.3, Elements: 200e6, Phasors: 1500e6, Scalar: 3.3e9, Call: 0.62e-6,
		},
	},
	kernel.AVX2: {
		Double: Rates{
			Sample:         16,
			RealProduct:    Curve{{4, 17e9}, {8, 32e9}, {16, 40e9}, {32, 42e9}, {64, 45e9}, {128, 43e9}, {256, 44e9}, {512, 45e9}},
			ComplexProduct: Curve{{4, 30e9}, {8, 38e9}, {16, 43e9}, {32, 44e9}, {64, 44e9}, {128, 45e9}, {256, 43e9}, {512, 44e9}},
			FoldedProduct:  Curve{{4, 12e9}, {8, 18e9}, {16, 26e9}, {32, 33e9}, {64, 38e9}, {128, 40e9}, {256, 42e9}, {512, 44e9}},
			FFT:            Curve{{16, 9.4e9}, {64, 16e9}, {256, 15e9}, {1024, 18e9}, {4096, 21e9}, {16384, 18e9}},
			Memory:         Curve{{1 << 18, 39e9}, {1 << 21, 44e9}, {1 << 24, 43e9}, {1 << 27, 21e9}},
			Rough:          2.9, Window: 1, Elements: 132e6, Phasors: 580e6, Scalar: 3e9, Call: 1e-6,
		},
		Single: Rates{
			Sample:         8,
			RealProduct:    Curve{{4, 39e9}, {8, 61e9}, {16, 82e9}, {32, 85e9}, {64, 87e9}, {128, 87e9}, {256, 87e9}, {512, 94e9}},
			ComplexProduct: Curve{{4, 62e9}, {8, 80e9}, {16, 83e9}, {32, 86e9}, {64, 85e9}, {128, 87e9}, {256, 87e9}, {512, 91e9}},
			FoldedProduct:  Curve{{4, 22e9}, {8, 37e9}, {16, 53e9}, {32, 64e9}, {64, 75e9}, {128, 80e9}, {256, 86e9}, {512, 88e9}},
			FFT:            Curve{{16, 19e9}, {64, 34e9}, {256, 34e9}, {1024, 39e9}, {4096, 46e9}, {16384, 44e9}},
			Memory:         Curve{{1 << 18, 42e9}, {1 << 21, 46e9}, {1 << 24, 43e9}, {1 << 27, 20e9}},
			Rough:          3.1, Window: 1.3, Elements: 157e6, Phasors: 740e6, Scalar: 3.2e9, Call: 0.79e-6,
		},
	},
	kernel.Pure: {
		Double: Rates{
			Sample:         16,
			RealProduct:    Curve{{4, 2.3e9}, {8, 3.4e9}, {16, 4e9}, {32, 4.5e9}, {64, 5.2e9}, {128, 5.3e9}, {256, 5.5e9}, {512, 5.5e9}},
			ComplexProduct: Curve{{4, 2.8e9}, {8, 3.9e9}, {16, 4.3e9}, {32, 5.2e9}, {64, 5.5e9}, {128, 5.2e9}, {256, 5.3e9}, {512, 5.6e9}},
			FoldedProduct:  Curve{{4, 2.9e9}, {8, 3.6e9}, {16, 4.2e9}, {32, 5e9}, {64, 5.1e9}, {128, 5.1e9}, {256, 5.3e9}, {512, 5.4e9}},
			FFT:            Curve{{16, 1.7e9}, {64, 2.3e9}, {256, 2.4e9}, {1024, 2.5e9}, {4096, 3.1e9}, {16384, 2.8e9}},
			Memory:         Curve{{1 << 18, 19e9}, {1 << 21, 20e9}, {1 << 24, 19e9}, {1 << 27, 13e9}},
			Rough:          3.8, Window: 1.4, Elements: 44e6, Phasors: 70e6, Scalar: 3.1e9, Call: 6.4e-6,
		},
		Single: Rates{
			Sample:         8,
			RealProduct:    Curve{{4, 2.1e9}, {8, 3.1e9}, {16, 4.3e9}, {32, 4.8e9}, {64, 4.9e9}, {128, 5.6e9}, {256, 5.3e9}, {512, 5.4e9}},
			ComplexProduct: Curve{{4, 2.6e9}, {8, 3.6e9}, {16, 4.7e9}, {32, 4.8e9}, {64, 5e9}, {128, 5.2e9}, {256, 5.2e9}, {512, 5.3e9}},
			FoldedProduct:  Curve{{4, 2.8e9}, {8, 3.5e9}, {16, 4.3e9}, {32, 4.7e9}, {64, 5e9}, {128, 5.2e9}, {256, 5.3e9}, {512, 5.3e9}},
			FFT:            Curve{{16, 2.2e9}, {64, 3.1e9}, {256, 3.2e9}, {1024, 3.2e9}, {4096, 3.6e9}, {16384, 3.5e9}},
			Memory:         Curve{{1 << 18, 9.5e9}, {1 << 21, 10e9}, {1 << 24, 10e9}, {1 << 27, 8.8e9}},
			Rough:          4.2, Window: 1.6, Elements: 49e6, Phasors: 95e6, Scalar: 3e9, Call: 7.1e-6,
		},
	},
}

func init() {
	neon := classes[kernel.AVX2]
	for _, r := range []*Rates{&neon.Double, &neon.Single} {
		r.RealProduct, r.ComplexProduct, r.FoldedProduct = r.RealProduct.times(0.6), r.ComplexProduct.times(0.6), r.FoldedProduct.times(0.6)
		r.FFT = r.FFT.times(0.6)
	}
	classes[kernel.NEON] = neon
}

func (c Curve) times(factor float64) Curve {
	out := make(Curve, len(c))
	for i, p := range c {
		out[i] = Point{p.Size, p.Rate * factor}
	}
	return out
}
