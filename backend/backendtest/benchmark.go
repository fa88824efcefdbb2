package backendtest

import (
	"fmt"
	"math"
	"testing"

	"arago/backend"
)

// RunBenchmarks times the back end that open makes on the sizes that optics
// uses. It reports GFLOP/s by the customary counts: 8mkn for a complex
// product, 4mkn for real×complex, 5·n·log2(n) for a transform of n points
// (padding counted), 6 or 12 per element for Outer.
func RunBenchmarks(b *testing.B, open backend.Factory) {
	var registry backend.Registry
	registry.Register("under-test", open)
	registry.Register("absent", absent)
	impl, err := open()
	if err != nil {
		b.Fatalf("the back end cannot be opened: %v", err)
	}
	selection, err := registry.Select("under-test")
	if err != nil {
		b.Fatalf("the back end cannot be selected: %v", err)
	}
	if impl.LinearDouble != nil {
		benchmarkLinear(b, "c128", selection.Double)
		benchmarkLinear(b, "c64", selection.Single)
	}
	if impl.FourierDouble != nil {
		benchmarkFourier(b, "c128", selection.Double)
		benchmarkFourier(b, "c64", selection.Single)
	}
}

func benchmarkLinear[R backend.Real, C backend.Complex](b *testing.B, precision string, core backend.Core[R, C]) {
	for _, shape := range [][3]int{{256, 256, 256}, {624, 1024, 1024}, {64, 512, 2048}} {
		m, k, n := shape[0], shape[1], shape[2]
		r := random()
		a, x, dst := backend.NewMatrix[C](m, k), backend.NewMatrix[C](k, n), backend.NewMatrix[C](m, n)
		re := backend.NewMatrix[R](m, k)
		for i := range a.Data {
			a.Data[i], re.Data[i] = normal[C](r)(), normalReal[R](r)()
		}
		for i := range x.Data {
			x.Data[i] = normal[C](r)()
		}
		size := fmt.Sprintf("%dx%dx%d/prec=%s", m, k, n, precision)
		mkn := float64(m) * float64(k) * float64(n)
		b.Run("Dot/"+size, func(b *testing.B) { measure(b, 8*mkn, func() { core.Dot(dst, a, x) }) })
		b.Run("DotReal/"+size, func(b *testing.B) { measure(b, 4*mkn, func() { core.DotReal(dst, re, x) }) })
	}
	const n = 1024
	dst, v := backend.NewMatrix[C](n, n), make([]C, n)
	for i := range v {
		v[i] = C(turn(i, n))
	}
	b.Run(fmt.Sprintf("Outer/n=%d/prec=%s", n, precision), func(b *testing.B) {
		measure(b, 6*n*n, func() { core.Outer(dst, v, v, backend.Write) })
	})
	b.Run(fmt.Sprintf("OuterMultiplyIn/n=%d/prec=%s", n, precision), func(b *testing.B) {
		measure(b, 12*n*n, func() { core.Outer(dst, v, v, backend.MultiplyIn) })
	})
}

func benchmarkFourier[R backend.Real, C backend.Complex](b *testing.B, precision string, core backend.Core[R, C]) {
	for _, n := range []int{256, 1024, 1000, 1009, 2048} {
		m := backend.NewMatrix[C](n, n)
		f := backend.FFT2{Rows: n, Cols: n, Sign: 1}
		b.Run(fmt.Sprintf("FFT2/n=%d/prec=%s", n, precision), func(b *testing.B) {
			measure(b, fftOperations(n), func() { core.FFT2(m, m, f) })
		})
	}
	const n, in, out = 4096, 1024, 640
	src, dst := backend.NewMatrix[C](in, in), backend.NewMatrix[C](out, out)
	f := backend.FFT2{Rows: n, Cols: n, Sign: 1, Src: backend.Index{Row: -in / 2, Col: -in / 2}, Dst: backend.Index{Row: -out / 2, Col: -out / 2}}
	b.Run(fmt.Sprintf("FFT2Windowed/n=%d/in=%d/out=%d/prec=%s", n, in, out, precision), func(b *testing.B) {
		measure(b, fftOperations(n), func() { core.FFT2(dst, src, f) })
	})
}

func fftOperations(n int) float64 { return 10 * float64(n) * float64(n) * math.Log2(float64(n)) }

func measure(b *testing.B, operations float64, call func()) {
	b.ReportAllocs()
	for b.Loop() {
		call()
	}
	b.ReportMetric(operations*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
