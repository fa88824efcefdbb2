package fourier

import (
	"fmt"
	"math"
	"strings"

	"arago/backend"
	"arago/grid"
)

// FFT is a transform between two grids that are parts of an FFT's grids.
type FFT[R backend.Real, C backend.Complex] struct {
	core backend.Core[R, C]
	fft  backend.FFT2
	// before is multiplied into the input, after into the output. before is
	// empty where it would be all ones.
	before, after separable[C]
}

// separable is a factor with one number per row and one per column.
type separable[C backend.Complex] struct{ rows, cols []C }

// NewFFT returns a plan for grids whose steps satisfy Δx·Δu = λ/N on each axis
// with a whole N that is not smaller than either grid. Phases come from the cache. The
// error is ErrGrid.
func NewFFT[R backend.Real, C backend.Complex](core backend.Core[R, C], cache *Cache, t Transform) (*FFT[R, C], error) {
	if err := t.validate(); err != nil {
		return nil, err
	}
	y, err := newFFTAxis(t, t.In.Y, t.Out.Y)
	if err != nil {
		return nil, err
	}
	x, err := newFFTAxis(t, t.In.X, t.Out.X)
	if err != nil {
		return nil, err
	}
	f := &FFT[R, C]{
		core: core,
		fft: backend.FFT2{
			Rows: y.n, Cols: x.n, Sign: t.Sign,
			Src: backend.Index{Row: y.in, Col: x.in}, Dst: backend.Index{Row: y.out, Col: x.out},
		},
		after: separable[C]{phases[C](cache, y.after), phases[C](cache, x.after)},
	}
	if y.before.turns || x.before.turns {
		f.before = separable[C]{phases[C](cache, y.before), phases[C](cache, x.before)}
	}
	return f, nil
}

// fftAxis is the transform of one axis. With the zeros of the two grids at
// a + α and b + β, whole samples and the rest, samples j = a + J and i = b + I
// meet in the phase
//
//	(J − α)·(I − β)/N = J·I/N − J·β/N − (I − β)·α/N
//
// The first term is an FFT of indices counted modulo N; the second is a factor
// on the input, the third one on the output.
type fftAxis struct {
	n             int
	in, out       int // index, modulo n, of the first sample of each grid
	before, after ramp
}

// ramp is the factor scale·exp(2πi·slope·(k − center)), k = 0 … n−1.
type ramp struct {
	n                    int
	slope, center, scale float64
	turns                bool // whether the slope is not zero
}

func newFFTAxis(t Transform, in, out grid.Axis) (fftAxis, error) {
	cycles := t.cycles(in, out)
	size := math.Round(1 / cycles)
	// A relative error δ of the step is a phase of up to δ·N·π/2 at the corners:
	// below 1e-9 for any grid that fits in memory. Multiplying and dividing the
	// steps leaves a δ of a few 1e-16.
	if !(math.Abs(size*cycles-1) <= 1e-13) || size > math.MaxInt32 {
		return fftAxis{}, fmt.Errorf("%w by FFT: steps of %g and %g at %g m make λ/%.9g of them, which is not λ over a whole number",
			ErrGrid, in.Step, out.Step, t.Wavelength, 1/cycles)
	}
	n := int(size)
	if in.N > n || out.N > n {
		return fftAxis{}, fmt.Errorf("%w by FFT: %d and %d samples do not fit into a transform of %d", ErrGrid, in.N, out.N, n)
	}
	a, b := math.Floor(in.Center), math.Floor(out.Center)
	alpha, beta := in.Center-a, out.Center-b
	sign := float64(t.Sign) / size
	return fftAxis{
		n: n, in: -int(a), out: -int(b),
		before: ramp{n: in.N, slope: -sign * beta, center: a, scale: 1, turns: beta != 0},
		// √cycles; but this is the same at all wavelengths of image planes.
		after: ramp{n: out.N, slope: -sign * alpha, center: out.Center, scale: 1 / math.Sqrt(size), turns: alpha != 0},
	}, nil
}

// phases returns the factors of a ramp.
func phases[C backend.Complex](cache *Cache, r ramp) []C {
	return cached(cache, r, int64(r.n)*bytesOf[C](), func() []C {
		v := make([]C, r.n)
		for k := range v {
			v[k] = phasor[C](r.scale, fraction(float64(k)-r.center, r.slope))
		}
		return v
	})
}

// Execute transforms src into dst; they may be the same matrix.
func (f *FFT[R, C]) Execute(dst, src backend.Matrix[C]) {
	if f.before.rows != nil {
		f.core.Outer(src, f.before.rows, f.before.cols, backend.MultiplyIn)
	}
	f.prepared(dst, src)
}

// prepared is Execute for a source that has the phases before it.
func (f *FFT[R, C]) prepared(dst, src backend.Matrix[C]) {
	f.core.FFT2(dst, src, f.fft)
	f.core.Outer(dst, f.after.rows, f.after.cols, backend.MultiplyIn)
}

// Recipe returns "fft".
func (f *FFT[R, C]) Recipe() string { return "fft" }

// estimateFFT counts what NewFFT and Execute do.
func estimateFFT(t Transform, single bool) Estimate {
	y, err := newFFTAxis(t, t.In.Y, t.Out.Y)
	if err != nil {
		return Estimate{Recipe: RecipeFFT, Reason: strings.TrimPrefix(err.Error(), ErrGrid.Error()+" by FFT: ")}
	}
	x, err := newFFTAxis(t, t.In.X, t.Out.X)
	if err != nil {
		return Estimate{Recipe: RecipeFFT, Reason: strings.TrimPrefix(err.Error(), ErrGrid.Error()+" by FFT: ")}
	}
	sample := sampleBytes(single)
	ny, nx, my, mx := t.In.Y.N, t.In.X.N, t.Out.Y.N, t.Out.X.N
	passes, moved := 1, float64(my)*float64(mx)
	if y.before.turns || x.before.turns {
		passes, moved = 2, moved+float64(ny)*float64(nx)
	}
	e := Estimate{
		Recipe:  RecipeFFT,
		Each:    Work{Moved: 2 * float64(sample) * moved, Passes: passes},
		Once:    Work{Scalar: sincos * float64(ny+nx+my+mx)},
		Kernels: sample * int64(ny+nx+my+mx),
		Error:   roundoff(single) * (2 + math.Sqrt(math.Log2(float64(max(2, y.n)))) + math.Sqrt(math.Log2(float64(max(2, x.n))))),
	}
	cost := func(n int) float64 { return float64(n) * math.Log2(float64(n)+1) }
	if float64(ny)*cost(x.n)+float64(mx)*cost(y.n) < float64(nx)*cost(y.n)+float64(my)*cost(x.n) {
		e.Each.Lines = []Lines{{ny, x.n, nx, mx, false}, {mx, y.n, ny, my, true}}
		e.Scratch = sample * int64(ny) * int64(mx)
	} else {
		e.Each.Lines = []Lines{{nx, y.n, ny, my, true}, {my, x.n, nx, mx, false}}
		e.Scratch = sample * int64(my) * int64(nx)
	}
	return e
}
