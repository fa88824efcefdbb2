package fourier

import (
	"sync"

	"arago/backend"
)

// Dense is the matrix Fourier transform: one complex kernel matrix per axis,
// out = E_y·in·E_xᵀ, the cheaper product first.
type Dense[R backend.Real, C backend.Complex] struct {
	core backend.Core[R, C]
	// y is E_y, rows of out by rows of in; x is E_xᵀ, columns of in by columns
	// of out.
	y, x      backend.Matrix[C]
	leftFirst bool
	between   sync.Pool // of []C: what stands between the two products
}

// NewDense returns a plan for any pair of grids. Kernels come from the cache;
// transforms that share an axis share its kernel. The error is ErrGrid.
func NewDense[R backend.Real, C backend.Complex](core backend.Core[R, C], cache *Cache, t Transform) (*Dense[R, C], error) {
	if err := t.validate(); err != nil {
		return nil, err
	}
	ny, nx, my, mx := t.In.Y.N, t.In.X.N, t.Out.Y.N, t.Out.X.N
	return &Dense[R, C]{
		core: core,
		y:    kernel[C](cache, kernelKey{t.Out.Y, t.In.Y, t.cycles(t.In.Y, t.Out.Y), t.Sign}),
		x:    kernel[C](cache, kernelKey{t.In.X, t.Out.X, t.cycles(t.In.X, t.Out.X), t.Sign}),
		// Multiplications of (E_y·in)·E_xᵀ against E_y·(in·E_xᵀ).
		leftFirst: float64(my)*float64(nx)*float64(ny+mx) <= float64(ny)*float64(mx)*float64(nx+my),
	}, nil
}

// Execute transforms src into dst, which may not share memory.
func (d *Dense[R, C]) Execute(dst, src backend.Matrix[C]) {
	rows, cols := src.Rows, d.x.Cols
	if d.leftFirst {
		rows, cols = d.y.Rows, src.Cols
	}
	memory, _ := d.between.Get().(*[]C)
	if memory == nil {
		memory = new(make([]C, rows*cols))
	}
	defer d.between.Put(memory)
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
