package propagate

import (
	"context"
	"runtime"

	"arago/backend"
	"arago/fourier"
	"arago/grid"
)

// An image plane is Oversample times as wide as the pupil, in both directions,
// and most are only passed: multiplied by masks, and left for the next pupil.
// Such an image is never whole in memory; see fourier.Through. Where somebody
// looks at the planes it is one band, with the same bits.

// passesBands says whether image planes are passed in bands. Where the library
// has threads of its own they share whole arrays.
func (p *Plan) passesBands() bool {
	if p.options.Precision == Single {
		return p.options.Backend.Single.OwnThreads() == 1
	}
	return p.options.Backend.Double.OwnThreads() == 1
}

// bandColumns returns how many columns of an image of so many rows are in memory
// at once: some megabytes, which stay in the cache, or, where there are many
// processors, more, to give each a few columns.
func (p *Plan) bandColumns(rows, cols int) int {
	const (
		bytes  = 4 << 20
		most   = 64 << 20
		fewest = 64
	)
	if p.options.Observe != nil {
		return cols
	}
	column := rows * p.options.Precision.elementBytes()
	band := max(fewest, bytes/column/fewest*fewest, min(16*runtime.GOMAXPROCS(0), most/column))
	return min(cols, band)
}

// through carries the field from a pupil through the image planes from stage i
// on, and their elements, to the next pupil, whose index it returns; or that of
// the plane at fault. report is told of the image planes.
func (w *wave[R, C]) through(ctx context.Context, i int, report func(i int, plane grid.Grid, part block, field backend.Matrix[C])) (int, error) {
	plan := w.engine.plan
	first, last := i, plan.stages[i].through
	w.narrow(plan.stages[i].from)
	image, pupil := plan.stages[first].grid.at(w.wavelength), plan.stages[last].grid.at(w.wavelength)
	transform, err := fourier.NewThrough(w.engine.core, w.engine.kernels,
		toImage.transform(w.grid, image, w.wavelength), toPupil.transform(image, pupil, w.wavelength))
	if err != nil {
		return first, err
	}
	band := plan.bandColumns(image.Y.N, image.X.N)
	if n := transform.Scratch(band); cap(w.scratch) < n {
		w.scratch = backend.NewMatrix[C](1, n).Data
	}
	dst := w.field
	same := pupil.Y.N == w.field.Rows && pupil.X.N == w.field.Cols
	if !same {
		dst = w.place(pupil)
	}
	observed := plan.options.Observe != nil
	err = transform.Execute(dst, w.field, w.scratch[:transform.Scratch(band)], band, func(field backend.Matrix[C], from, to int) error {
		part := image.Cols(from, to)
		for i = first; i < last; i++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := passImage[R](field, part, &plan.stages[i], w.wavelength); err != nil {
				return err
			}
			if observed {
				report(i, image, whole(image), field)
			}
		}
		return nil
	})
	if err != nil {
		return i, err
	}
	if !observed {
		for i := first; i < last; i++ {
			report(i, image, whole(image), backend.Matrix[C]{})
		}
		if err := ctx.Err(); err != nil {
			return last, err
		}
	}
	if !same {
		w.swap()
	}
	w.field = dst
	w.enter(pupil, whole(pupil))
	return last, nil
}
