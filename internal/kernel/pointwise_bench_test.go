package kernel_test

import (
	"fmt"
	"testing"
	"unsafe"

	"arago/internal/kernel"
	"arago/internal/parallel"
)

// BenchmarkPointwise times each pointwise loop, in each precision and
// instruction set, on a row of 8 and one of 1024 complex numbers again and again,
// which stay in the first or second-level cache, and on the rows of an image of
// 1024×1024, which does not. The rate is that of all operands, each counted
// once for reading and once for writing. "memory" is a mere copy: what the
// memory gives.
func BenchmarkPointwise(b *testing.B) {
	b.Run("double", benchmarkPointwise[float64])
	b.Run("single", benchmarkPointwise[float32])
}

func benchmarkPointwise[R float32 | float64](b *testing.B) {
	c, r := int64(2*unsafe.Sizeof(R(0))), int64(8) // bytes of a complex number and of a real one
	type table = *kernel.Table[R]
	for _, l := range []struct {
		name  string
		bytes int64 // per complex number
		run   func(t table, x [4][]R, y [2][]float64)
	}{
		{"memory", 2 * c, func(t table, x [4][]R, y [2][]float64) { copy(x[0], x[1]) }},
		{"Phasor", 2*c + 2*r, func(t table, x [4][]R, y [2][]float64) { t.Phasor(x[0], y[0], y[1], 1e-6) }},
		{"PhasorOPD", 2*c + r, func(t table, x [4][]R, y [2][]float64) { t.Phasor(x[0], nil, y[1], 1e-6) }},
		{"PhasorAmplitude", 2*c + r, func(t table, x [4][]R, y [2][]float64) { t.Phasor(x[0], y[0], nil, 1e-6) }},
		{"WritePhasor", c + 2*r, func(t table, x [4][]R, y [2][]float64) { t.WritePhasor(x[0], y[0], y[1], 1e-6) }},
		{"WritePhasorAmplitude", c + r, func(t table, x [4][]R, y [2][]float64) { t.WritePhasor(x[0], y[0], nil, 1e-6) }},
		{"Scale", 2 * c, func(t table, x [4][]R, y [2][]float64) { t.Scale(x[0], x[1], 0.6, 0.8) }},
		{"ScaleReal", 2 * c, func(t table, x [4][]R, y [2][]float64) { t.ScaleReal(x[0], 1) }},
		{"MultiplyIn", 3 * c, func(t table, x [4][]R, y [2][]float64) { t.MultiplyIn(x[0], x[1]) }},
		{"MultiplyScaled", 3 * c, func(t table, x [4][]R, y [2][]float64) { t.MultiplyScaled(x[0], x[1], 0.6, 0.8) }},
		{"Intensity", c + 2*r, func(t table, x [4][]R, y [2][]float64) { t.Intensity(y[0], x[0], 0.1) }},
		{"Power", c, func(t table, x [4][]R, y [2][]float64) { t.Power(x[0]) }},
		{"Fold", 4 * c, func(t table, x [4][]R, y [2][]float64) { t.Fold(x[0], x[1], x[2], x[3]) }},
		{"FoldMirrored", 4 * c, func(t table, x [4][]R, y [2][]float64) { t.FoldMirrored(x[0], x[1], x[2], x[3]) }},
		{"UnfoldMirrored", 4 * c, func(t table, x [4][]R, y [2][]float64) { t.UnfoldMirrored(x[0], x[1], x[2], x[3]) }},
	} {
		for _, set := range kernel.Sets() {
			if l.name == "memory" && set != kernel.Pure {
				continue
			}
			for _, size := range [][2]int{{1, 8}, {1, 1024}, {1024, 1024}} {
				rows, columns := size[0], size[1]
				b.Run(fmt.Sprintf("%s/%s/%dx%d", l.name, set, rows, columns), func(b *testing.B) {
					x, y := benchmarkOperands[R](rows, columns)
					t := kernel.Of[R](set)
					b.SetBytes(l.bytes * int64(rows*columns))
					for b.Loop() {
						for i := range rows {
							var fields [4][]R
							for k := range x {
								fields[k] = x[k][2*i*columns:][:2*columns]
							}
							var maps [2][]float64
							for k := range y {
								maps[k] = y[k][i*columns:][:columns]
							}
							l.run(t, fields, maps)
						}
					}
				})
			}
		}
	}
}

// benchmarkOperands returns what the loops work on: complex numbers of
// magnitude 1, amplitudes of 1, and OPDs of up to ten waves.
func benchmarkOperands[R float32 | float64](rows, columns int) (x [4][]R, y [2][]float64) {
	for i := range x {
		x[i] = make([]R, 2*rows*columns)
		for j := range x[i] {
			x[i][j] = R([]float64{0.6, 0.8}[j%2])
		}
	}
	for i := range y {
		y[i] = make([]float64, rows*columns)
		for j := range y[i] {
			y[i][j] = []float64{1, 1e-5 * float64(j%1000) / 1000}[i]
		}
	}
	return x, y
}

// BenchmarkPhasorOfAnImage is the phasor of 1024×1024 OPDs and amplitudes at
// one wavelength, by all processors that Go may use (-cpu), written and
// multiplied in. Its peers are a*np.exp(2j*np.pi*opd/lam) by numpy and numexpr.
func BenchmarkPhasorOfAnImage(b *testing.B) {
	b.Run("double", benchmarkPhasorOfAnImage[float64])
	b.Run("single", benchmarkPhasorOfAnImage[float32])
}

func benchmarkPhasorOfAnImage[R float32 | float64](b *testing.B) {
	const rows, columns = 1024, 1024
	x, y := benchmarkOperands[R](rows, columns)
	for _, set := range kernel.Sets() {
		t := kernel.Of[R](set)
		for i, loop := range []func(dst []R, amplitude, opd []float64, wavelength float64){t.WritePhasor, t.Phasor} {
			b.Run(fmt.Sprintf("%s/%s", []string{"write", "multiply"}[i], set), func(b *testing.B) {
				for b.Loop() {
					parallel.Bands(rows, 32, func(from, to int) {
						for i := from; i < to; i++ {
							loop(x[0][2*i*columns:][:2*columns], y[0][i*columns:][:columns],
								y[1][i*columns:][:columns], 1e-6)
						}
					})
				}
			})
		}
	}
}
