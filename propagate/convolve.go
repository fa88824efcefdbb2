package propagate

import (
	"context"

	"arago/backend"
	"arago/fourier"
	"arago/grid"
	"arago/internal/parallel"
)

// convolved carries the field from a pupil through the image planes from stage i on to
// the next pupil by a convolution; see edges. It returns the index of that pupil, or of the
// plane at fault. report is told of the image planes.
func (w *wave[R, C]) convolved(ctx context.Context, i int, report func(i int, plane grid.Grid, part block, field backend.Matrix[C])) (int, error) {
	plan := w.engine.plan
	e, last := plan.stages[i].edges, plan.stages[i].through
	w.narrow(plan.stages[i].from)
	if k, err := w.show(ctx, i, report); err != nil {
		return k, err
	}
	there, back := plan.edgesTransforms(e, i, w.wavelength)
	transform, err := fourier.NewThrough(w.engine.core, w.engine.kernels, there, back)
	if err != nil {
		return i, err
	}
	band := plan.bandColumns(e.rows, e.cols)
	n := transform.Scratch(band)
	if cap(w.scratch) < n {
		w.scratch = backend.NewMatrix[C](1, n).Data
	}
	after := back.Out
	dst := w.field
	same := after.Y.N == w.field.Rows && after.X.N == w.field.Cols
	if !same {
		dst = w.place(after)
	}
	mask := e.mask(plan.options.Backend.Double, w.wavelength)
	err = transform.Execute(dst, w.field, w.scratch[:n], band, func(image backend.Matrix[C], from, _ int) error {
		multiplyEdges(image, mask, from)
		return ctx.Err()
	})
	if err != nil {
		return last, err
	}
	if !same {
		w.swap()
	}
	w.field = dst
	w.enter(plan.stages[last].grid.fixed, e.out)
	return last, nil
}

// multiplyEdges multiplies columns of an image, the first of which is from, by a mask.
func multiplyEdges[C backend.Complex](image backend.Matrix[C], mask edgesMask, from int) {
	first := mask.first[from:][:image.Cols]
	parallel.Bands(image.Rows, bandRows, func(top, bottom int) {
		factors := make([]complex128, len(first))
		for i := top; i < bottom; i++ {
			copy(factors, first)
			for _, term := range mask.more {
				by := term.rows[i]
				for j, v := range term.cols[from:][:len(factors)] {
					factors[j] += complex(by*real(v), by*imag(v))
				}
			}
			row := image.Row(i)[:len(factors)]
			for j, v := range factors {
				row[j] *= C(v)
			}
		}
	})
}
