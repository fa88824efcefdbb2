package fourier

import (
	"math"
	"math/bits"
	"runtime"

	"arago/backend"
	"arago/grid"
	"arago/internal/passes"
)

// ChirpZ is the transform as a convolution with a chirp on each axis (Bluestein
// 1968, NEREM Record 10, 218; Rabiner, Schafer and Rader 1969, Bell Syst. Tech. J.
// 48, 1249): any grids, at the cost of FFTs of about the samples of both.
type ChirpZ[R backend.Real, C backend.Complex] struct {
	core backend.Core[R, C]
	y, x chirpAxis[C]
	// before is multiplied into the input, after into the output.
	before, after separable[C]
	rowsFirst     bool
}

// chirpAxis is the transform of one axis. With the zeros of the two grids at
// a + α and b + β, whole samples and the rest, samples j = a + J and i = b + I meet
// in the phase, in units of cycles,
//
//	(J − α)·(I − β) = ½J² + ½I² − ½(I − J)² − J·β − I·α + α·β
//
// The terms of J are a factor on the input, those of I one on the output, and
// −½(I − J)² is a convolution, which wraps around without harm if it is as long as
// there are differences I − J.
type chirpAxis[C backend.Complex] struct {
	n, m, length int
	in, out      int // J and I of the first samples
	// spectrum is the transform of the chirp, by the length of the convolution.
	spectrum []C
}

// chirpKey names the spectrum of the chirp exp(−sign·πi·cycles·k²), k = first …
// first + count − 1.
type chirpKey struct {
	cycles                     float64
	sign, first, count, length int
}

// chirpFactor names the factor
//
//	scale·exp(2πi·cycles·sign·(½k² − (k − shift)·by)), k = first … first + count − 1
type chirpFactor struct {
	cycles, scale, shift, by float64
	sign, first, count       int
}

// NewChirpZ returns a plan for any pair of grids. Chirps and their spectra come from the
// cache. The error is ErrGrid.
func NewChirpZ[R backend.Real, C backend.Complex](core backend.Core[R, C], cache *Cache, t Transform) (*ChirpZ[R, C], error) {
	if err := t.validate(); err != nil {
		return nil, err
	}
	c := &ChirpZ[R, C]{core: core, rowsFirst: t.rowsFirst()}
	c.y, c.before.rows, c.after.rows = newChirpAxis(core, cache, t, t.In.Y, t.Out.Y)
	c.x, c.before.cols, c.after.cols = newChirpAxis(core, cache, t, t.In.X, t.Out.X)
	return c, nil
}

func newChirpAxis[R backend.Real, C backend.Complex](core backend.Core[R, C], cache *Cache, t Transform, in, out grid.Axis) (axis chirpAxis[C], before, after []C) {
	cycles := t.cycles(in, out)
	a, b := math.RoundToEven(in.Center), math.RoundToEven(out.Center)
	alpha, beta := in.Center-a, out.Center-b
	axis = chirpAxis[C]{n: in.N, m: out.N, length: convolutionLength(in.N + out.N - 1), in: -int(a), out: -int(b)}
	key := chirpKey{cycles, t.Sign, axis.out - axis.in - in.N + 1, in.N + out.N - 1, axis.length}
	axis.spectrum = cached(cache, key, int64(axis.length)*bytesOf[C](), func() []C { return chirpSpectrum(core, key) })
	before = chirped[C](cache, chirpFactor{cycles, 1, 0, beta, t.Sign, axis.in, in.N})
	after = chirped[C](cache, chirpFactor{cycles, math.Sqrt(cycles), beta, alpha, t.Sign, axis.out, out.N})
	return axis, before, after
}

func chirped[C backend.Complex](cache *Cache, f chirpFactor) []C {
	return cached(cache, f, int64(f.count)*bytesOf[C](), func() []C {
		v := make([]C, f.count)
		for i := range v {
			k := float64(f.first + i)
			v[i] = phasor[C](f.scale, float64(f.sign)*(turns(k, 0.5*k, f.cycles)-turns(k-f.shift, f.by, f.cycles)))
		}
		return v
	})
}

// chirpSpectrum returns the transform of a chirp, divided by the length of the
// convolution.
func chirpSpectrum[R backend.Real, C backend.Complex](core backend.Core[R, C], key chirpKey) []C {
	chirp := make([]C, key.count)
	for i := range chirp {
		k := float64(key.first + i)
		chirp[i] = phasor[C](1/float64(key.length), -float64(key.sign)*turns(k, 0.5*k, key.cycles))
	}
	spectrum := make([]C, key.length)
	core.FFT2(backend.MatrixOf(1, key.length, spectrum), backend.MatrixOf(1, key.count, chirp), backend.FFT2{
		Rows: 1, Cols: key.length, Sign: -1, Src: backend.Index{Col: key.first}, Along: backend.AlongRows,
	})
	return spectrum
}

// turns returns x·y·cycles less its whole cycles, with what the products round away.
func turns(x, y, cycles float64) float64 {
	p := x * y
	return fraction(p, cycles) + math.FMA(x, y, -p)*cycles
}

// phasor returns scale·exp(2πi·cycles).
func phasor[C backend.Complex](scale, cycles float64) C {
	sin, cos := math.Sincos(2 * math.Pi * cycles)
	return C(complex(scale*cos, scale*sin))
}

// convolutionLength returns a length of at least n that Fourier transforms are fast
// at: its prime factors are 2, 3, 5 and 7, and it is a multiple of 16, or of as many
// as there are to be had near a small n.
func convolutionLength(n int) int {
	unit := min(16, 1<<max(0, bits.Len(uint(n))-3))
	for n = (n + unit - 1) / unit; ; n++ {
		rest := n
		for _, p := range []int{2, 3, 5, 7} {
			for rest%p == 0 {
				rest /= p
			}
		}
		if rest == 1 {
			return n * unit
		}
	}
}

// rowsFirst says whether fewer operations come of transforming the rows first and
// then the columns of the result.
func (t Transform) rowsFirst() bool {
	cost := func(in, out grid.Axis) float64 {
		n := float64(convolutionLength(in.N + out.N - 1))
		return n * math.Log2(n)
	}
	y, x := cost(t.In.Y, t.Out.Y), cost(t.In.X, t.Out.X)
	return float64(t.In.Y.N)*x+float64(t.Out.X.N)*y <= float64(t.In.X.N)*y+float64(t.Out.Y.N)*x
}

// chirpBand returns how many of so many lines are convolved at a time: those that
// take about 4 MB, which stay in the cache, and enough for all processors.
func chirpBand(lines, length int, sample int64) int {
	const (
		bytes = 4 << 20
		unit  = 32 // a few vectors of lines for each of two processors
	)
	enough := max(1, runtime.GOMAXPROCS(0)/2) * unit
	return min(lines, max(enough, bytes/(length*int(sample))/unit*unit))
}

// Execute transforms src into dst, which may not share memory; src is destroyed.
func (c *ChirpZ[R, C]) Execute(dst, src backend.Matrix[C]) {
	c.core.Outer(src, c.before.rows, c.before.cols, backend.MultiplyIn)
	c.prepared(dst, src)
}

// prepared is Execute for a source that has the factors before it.
func (c *ChirpZ[R, C]) prepared(dst, src backend.Matrix[C]) {
	rows, cols := c.y.n, c.x.m
	if !c.rowsFirst {
		rows, cols = c.y.m, c.x.n
	}
	// What stands between the axes, and the lines of a convolution.
	y, x := chirpBand(cols, c.y.length, bytesOf[C]()), chirpBand(rows, c.x.length, bytesOf[C]())
	memory := passes.Scratch[C]().Get(rows*cols + max(y*c.y.length, x*c.x.length))
	defer passes.Scratch[C]().Put(memory)
	between, lines := backend.MatrixOf(rows, cols, (*memory)[:rows*cols]), (*memory)[rows*cols:]
	if c.rowsFirst {
		c.along(backend.AlongRows, between, src, lines)
		c.along(backend.AlongColumns, dst, between, lines)
	} else {
		c.along(backend.AlongColumns, between, src, lines)
		c.along(backend.AlongRows, dst, between, lines)
	}
	c.core.Outer(dst, c.after.rows, c.after.cols, backend.MultiplyIn)
}

// along transforms every line along one axis, but for the factors before and after.
func (c *ChirpZ[R, C]) along(axes backend.Axes, dst, src backend.Matrix[C], memory []C) {
	a, count, columns := &c.x, src.Rows, axes == backend.AlongColumns
	if columns {
		a, count = &c.y, src.Cols
	}
	there := backend.FFT2{Rows: a.length, Cols: a.length, Sign: -1, Src: backend.Index{Row: a.in, Col: a.in}, Along: axes}
	back := backend.FFT2{Rows: a.length, Cols: a.length, Sign: 1, Dst: backend.Index{Row: a.out, Col: a.out}, Along: axes}
	band := chirpBand(count, a.length, bytesOf[C]())
	ones := make([]C, band)
	for i := range ones {
		ones[i] = 1
	}
	for from := 0; from < count; from += band {
		to := min(from+band, count)
		if columns {
			lines := backend.MatrixOf(a.length, to-from, memory[:a.length*(to-from)])
			c.core.FFT2(lines, src.Slice(0, src.Rows, from, to), there)
			c.core.Outer(lines, a.spectrum, ones[:to-from], backend.MultiplyIn)
			c.core.FFT2(dst.Slice(0, dst.Rows, from, to), lines, back)
			continue
		}
		lines := backend.MatrixOf(to-from, a.length, memory[:(to-from)*a.length])
		c.core.FFT2(lines, src.Slice(from, to, 0, src.Cols), there)
		c.core.Outer(lines, ones[:to-from], a.spectrum, backend.MultiplyIn)
		c.core.FFT2(dst.Slice(from, to, 0, dst.Cols), lines, back)
	}
}

// Recipe returns "chirp-z".
func (c *ChirpZ[R, C]) Recipe() string { return RecipeChirpZ }

// estimateChirpZ counts what NewChirpZ and Execute do.
func estimateChirpZ(t Transform, single bool) Estimate {
	sample := sampleBytes(single)
	ny, nx, my, mx := t.In.Y.N, t.In.X.N, t.Out.Y.N, t.Out.X.N
	ly, lx := convolutionLength(ny+my-1), convolutionLength(nx+mx-1)
	rows, cols := ny, mx
	if !t.rowsFirst() {
		rows, cols = my, nx
	}
	along := func(count, length, in, out int) []Lines {
		return []Lines{{Count: count, Length: length, In: in, Out: length}, {Count: count, Length: length, In: length, Out: out}}
	}
	y, x := float64(cols)*float64(ly), float64(rows)*float64(lx)
	return Estimate{
		Recipe: RecipeChirpZ,
		Each: Work{
			Lines: append(along(rows, lx, nx, mx), along(cols, ly, ny, my)...),
			// The factors before and after, and the spectra.
			Moved: 2 * float64(sample) * (float64(ny)*float64(nx) + float64(my)*float64(mx) + y + x), Passes: 4,
		},
		Once: Work{
			Scalar: sincos * 2 * float64(ny+nx+my+mx),
			Lines:  []Lines{{Count: 1, Length: ly, In: ly, Out: ly}, {Count: 1, Length: lx, In: lx, Out: lx}},
		},
		Scratch: sample * (int64(rows)*int64(cols) + max(int64(ly)*int64(chirpBand(cols, ly, sample)), int64(lx)*int64(chirpBand(rows, lx, sample)))),
		Kernels: sample * int64(ly+lx+ny+nx+my+mx),
		// Two transforms and three products on each axis err by a few units of the root of
		// the sum of squares, which n samples bring in and n + m hold.
		Error: 3 * roundoff(single) * (chirpError(ny, my, ly) + chirpError(nx, mx, lx)),
	}
}

func chirpError(n, m, length int) float64 {
	return math.Sqrt(math.Log2(float64(length+1)) * (1 + float64(m)/float64(n)))
}
