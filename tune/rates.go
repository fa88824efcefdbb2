package tune

import (
	"math"

	"arago/backend"
	"arago/fourier"
	"arago/grid"
	"arago/internal/kernel"
	"arago/internal/parallel"
)

// clock returns the seconds that a call of work takes.
type clock func(work func()) float64

// task is a measurement.
type task = func(seconds clock)

// taskList are the measurements in one precision, in an order in which each finds
// what it needs in rates.
type taskList struct {
	rates fourier.Rates
	list  []task
}

// Sizes at which rates are measured. Beyond the last the rate of the last counts.
var (
	productSizes = []int{4, 8, 16, 32, 64, 128, 256, 512}
	lengths      = []int{16, 64, 256, 1024, 4096, 16384}
	arrays       = []int{1 << 18, 1 << 21, 1 << 24, 1 << 27} // bytes
)

const (
	// breadth are the other dimensions of products: as with a folded pupil of 1024².
	breadth = 512
	// lineSamples is how many samples transforms of lines have together.
	lineSamples = 1 << 18
)

func tasks[R backend.Real, C backend.Complex](core backend.Core[R, C], sample int) *taskList {
	t := &taskList{rates: fourier.Rates{Sample: sample}}
	add := func(task func(clock)) { t.list = append(t.list, task) }

	add(func(seconds clock) { t.rates.Elements = elementCount / seconds(kernels(core)) })
	add(func(seconds clock) { t.rates.Phasors = phasorCount / seconds(phasors[R]()) })
	add(func(seconds clock) {
		const n = 1 << 14
		x, y := reals[float64](1, n).Data, reals[float64](1, n).Data
		took := seconds(func() {
			sum := 0.0
			for i, v := range x {
				sum += v * y[i]
			}
			y[0] = min(1, sum)
		})
		t.rates.Scalar = 2 * n / took
	})
	for _, bytes := range arrays {
		add(func(seconds clock) {
			t.rates.Memory = append(t.rates.Memory, fourier.Point{Size: bytes, Rate: 2 * float64(bytes) / seconds(outer(core, bytes/sample))})
		})
	}
	add(func(seconds clock) {
		// The smallest that are not summed as they stand.
		const n = 16
		t.rates.Call = seconds(product(core, fourier.Product{Rows: n, Inner: n, Cols: n}))
	})
	add(func(seconds clock) {
		t.rates.Call = max(t.rates.Call, seconds(alongRows(core, 8, 8)))
	})
	for _, n := range productSizes {
		add(func(seconds clock) {
			// Few rows as where a field is squeezed, and a short inner dimension as where
			// it is expanded.
			squeeze := fourier.Product{Rows: n, Inner: breadth, Cols: breadth}
			expand := fourier.Product{Rows: breadth, Inner: n, Cols: breadth}
			t.rates.RealProduct = append(t.rates.RealProduct, fourier.Point{Size: n, Rate: math.Sqrt(
				t.product(squeeze, seconds(product(core, squeeze))) * t.product(expand, seconds(product(core, expand))))})
			squeeze.Complex, expand.Complex = true, true
			t.rates.ComplexProduct = append(t.rates.ComplexProduct, fourier.Point{Size: n, Rate: math.Sqrt(
				t.product(squeeze, seconds(product(core, squeeze))) * t.product(expand, seconds(product(core, expand))))})
		})
		add(func(seconds clock) {
			// As where a whole field is squeezed, both parities at once.
			p := fourier.Product{Rows: n, Inner: breadth, Cols: 2 * breadth, Folded: true}
			a, b := reals[R](p.Rows, p.Inner), field[C](2*p.Inner, p.Cols)
			even, odd := field[C](p.Rows, p.Cols), field[C](p.Rows, p.Cols)
			took := seconds(func() { core.DotFolded(even, odd, a, a, b) })
			t.rates.FoldedProduct = append(t.rates.FoldedProduct, fourier.Point{Size: n, Rate: t.product(p, took/2)})
		})
	}
	for _, n := range lengths {
		add(func(seconds clock) {
			t.rates.FFT = append(t.rates.FFT, fourier.Point{Size: n, Rate: lines(t, core, n, n, seconds)})
		})
	}
	add(func(seconds clock) {
		// A prime near a power of two, and one that is half as long.
		ratio := 1.0
		for _, n := range []int{1021, 509} {
			ratio *= t.rates.FFT.At(n) / lines(t, core, n, n, seconds)
		}
		t.rates.Rough = max(1, math.Sqrt(ratio))
	})
	add(func(seconds clock) {
		// As in a chirp-z transform of 1024 samples to some 600.
		const n, in = 1680, 1024
		t.rates.Window = max(1, t.rates.FFT.At(n)/lines(t, core, n, in, seconds))
	})
	return t
}

// net returns the rate of the operations of work in the time that the calls and the
// traffic of memory leave of all; at least a quarter, for both may go on at once.
func (t *taskList) net(seconds float64, w fourier.Work, operations float64) float64 {
	rest := t.rates
	rest.RealProduct = fourier.Curve{{Size: 1, Rate: math.Inf(1)}}
	rest.ComplexProduct, rest.FoldedProduct = rest.RealProduct, rest.RealProduct
	rest.FFT, rest.Rough, rest.Window = rest.RealProduct, 1, 1
	return operations / max(seconds/4, seconds-rest.Seconds(w))
}

// product returns the rate of a product.
func (t *taskList) product(p fourier.Product, seconds float64) float64 {
	return t.net(seconds, fourier.Work{Products: []fourier.Product{p}}, p.Operations())
}

// product returns a call of a product.
func product[R backend.Real, C backend.Complex](core backend.Core[R, C], p fourier.Product) func() {
	b, dst := field[C](p.Inner, p.Cols), field[C](p.Rows, p.Cols)
	if p.Complex {
		a := field[C](p.Rows, p.Inner)
		return func() { core.Dot(dst, a, b) }
	}
	a := reals[R](p.Rows, p.Inner)
	return func() { core.DotReal(dst, a, b) }
}

// phasorCount is the number of complex exponentials of a call of phasors.
const phasorCount = 1024 * 512

// phasors returns a call that writes the light behind a mask, band by band.
func phasors[R backend.Real]() func() {
	const rows, cols, band = 512, phasorCount / 512, 32
	opd, dst := reals[float64](1, cols).Data, reals[R](rows, 2*cols)
	write := kernel.For[R]().WritePhasor
	return func() {
		parallel.Bands(rows, band, func(from, to int) {
			for i := from; i < to; i++ {
				write(dst.Row(i), nil, opd, 1)
			}
		})
	}
}

// elementCount is the number of elements of the kernels of a call of kernels.
const elementCount = 2 * 512 * 128

// kernels returns a call that makes the kernels of both axes.
func kernels[R backend.Real, C backend.Complex](core backend.Core[R, C]) func() {
	const n, m = 512, 128 // small enough for memory that is used again and again
	plane := func(n int) grid.Grid { return grid.Square(grid.Centered(n, 1), grid.Metre) }
	t := fourier.Transform{In: plane(n), Out: plane(m), Wavelength: 2 * n, Sign: 1}
	return func() {
		// A cache of no size keeps nothing.
		if _, err := fourier.NewDense(core, fourier.NewCache(0), t); err != nil {
			panic(err) // the grids are those above
		}
	}
}

// outer returns a call that reads and writes an array of so many samples.
func outer[R backend.Real, C backend.Complex](core backend.Core[R, C], samples int) func() {
	const rows = 256
	dst, col, row := field[C](rows, samples/rows), field[C](1, rows).Data, field[C](1, samples/rows).Data
	return func() { core.Outer(dst, col, row, backend.MultiplyIn) }
}

// alongRows returns a call that transforms so many rows of n samples.
func alongRows[R backend.Real, C backend.Complex](core backend.Core[R, C], rows, n int) func() {
	dst, src := field[C](rows, n), field[C](rows, n)
	return func() { core.FFT2(dst, src, backend.FFT2{Rows: rows, Cols: n, Sign: 1, Along: backend.AlongRows}) }
}

// lines returns the rate of Fourier transforms of length n with so many inputs, of
// rows and of columns.
func lines[R backend.Real, C backend.Complex](t *taskList, core backend.Core[R, C], n, in int, seconds clock) float64 {
	count := lineSamples / n
	l := fourier.Lines{Count: count, Length: n, In: in, Out: n}
	dst, src := field[C](count, n), field[C](count, in)
	took := seconds(func() { core.FFT2(dst, src, backend.FFT2{Rows: 1, Cols: n, Sign: 1, Along: backend.AlongRows}) })
	dst, src = field[C](n, count), field[C](in, count)
	took += seconds(func() { core.FFT2(dst, src, backend.FFT2{Rows: n, Cols: 1, Sign: 1, Along: backend.AlongColumns}) })
	return t.net(took/2, fourier.Work{Lines: []fourier.Lines{l}}, l.Operations())
}

// field returns a matrix of numbers of magnitude 1.
func field[C backend.Complex](rows, cols int) backend.Matrix[C] {
	m := backend.NewMatrix[C](rows, cols)
	pattern := make([]C, min(len(m.Data), 1021))
	for i := range pattern {
		sin, cos := math.Sincos(float64(i))
		pattern[i] = C(complex(cos, sin))
	}
	for rest := m.Data; len(rest) > 0; {
		rest = rest[copy(rest, pattern):]
	}
	return m
}

func reals[R backend.Real](rows, cols int) backend.Matrix[R] {
	m := backend.NewMatrix[R](rows, cols)
	for i := range m.Data {
		m.Data[i] = R(math.Sin(float64(i)))
	}
	return m
}
