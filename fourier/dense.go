package fourier

import (
	"math"

	"arago/backend"
	"arago/internal/passes"
)

// Dense is the matrix Fourier transform: one complex kernel matrix per axis,
// out = E_y·in·E_xᵀ, the cheaper product first.
type Dense[R backend.Real, C backend.Complex] struct {
	core backend.Core[R, C]
	// y is E_y, rows of out by rows of in; x is E_xᵀ, columns of in by columns
	// of out.
	y, x      backend.Matrix[C]
	leftFirst bool
}

// NewDense returns a plan for any pair of grids. Kernels come from the cache;
// transforms that share an axis share its kernel. The error is ErrGrid.
func NewDense[R backend.Real, C backend.Complex](core backend.Core[R, C], cache *Cache, t Transform) (*Dense[R, C], error) {
	if err := t.validate(); err != nil {
		return nil, err
	}
	ny, nx, my, mx := t.In.Y.N, t.In.X.N, t.Out.Y.N, t.Out.X.N
	return &Dense[R, C]{
		core:      core,
		y:         kernelMatrix[C](cache, kernelKey{t.Out.Y, t.In.Y, t.cycles(t.In.Y, t.Out.Y), t.Sign}),
		x:         kernelMatrix[C](cache, kernelKey{t.In.X, t.Out.X, t.cycles(t.In.X, t.Out.X), t.Sign}),
		leftFirst: leftFirst(ny, nx, my, mx),
	}, nil
}

// Execute transforms src into dst, which may not share memory.
func (d *Dense[R, C]) Execute(dst, src backend.Matrix[C]) {
	rows, cols := src.Rows, d.x.Cols
	if d.leftFirst {
		rows, cols = d.y.Rows, src.Cols
	}
	memory := passes.Scratch[C]().Get(rows * cols)
	defer passes.Scratch[C]().Put(memory)
	between := backend.MatrixOf(rows, cols, *memory)
	if d.leftFirst {
		d.core.Dot(between, d.y, src)
		d.core.Dot(dst, between, d.x)
		return
	}
	d.core.Dot(between, src, d.x)
	d.core.Dot(dst, d.y, between)
}

// Recipe returns "dense".
func (d *Dense[R, C]) Recipe() string { return "dense" }

// leftFirst compares the multiplications of (E_y·in)·E_xᵀ with those of E_y·(in·E_xᵀ).
func leftFirst(ny, nx, my, mx int) bool {
	return float64(my)*float64(nx)*float64(ny+mx) <= float64(ny)*float64(mx)*float64(nx+my)
}

// estimateDense counts what NewDense and Execute do.
func estimateDense(t Transform, single bool) Estimate {
	sample := sampleBytes(single)
	ny, nx, my, mx := t.In.Y.N, t.In.X.N, t.Out.Y.N, t.Out.X.N
	kernels := float64(ny)*float64(my) + float64(nx)*float64(mx)
	e := Estimate{
		Recipe:  RecipeDense,
		Once:    Work{Elements: kernels, Moved: float64(sample) * kernels, Passes: 2 * kernelPasses},
		Kernels: sample * (int64(ny)*int64(my) + int64(nx)*int64(mx)),
		// Sums of n terms that grow evenly err by u·√(n/3) of the whole; kernels by
		// about one unit each.
		Error: roundoff(single) * (2 + math.Sqrt(float64(ny)/3) + math.Sqrt(float64(nx)/3)),
	}
	if leftFirst(ny, nx, my, mx) {
		e.Scratch = sample * int64(my) * int64(nx)
		e.Each.Products = []Product{{Rows: my, Inner: ny, Cols: nx, Complex: true}, {Rows: my, Inner: nx, Cols: mx, Complex: true}}
	} else {
		e.Scratch = sample * int64(ny) * int64(mx)
		e.Each.Products = []Product{{Rows: ny, Inner: nx, Cols: mx, Complex: true}, {Rows: my, Inner: ny, Cols: mx, Complex: true}}
	}
	return e
}
