package propagate

import (
	"context"

	"arago/backend"
	"arago/fourier"
	"arago/grid"
	"arago/internal/kernel"
	"arago/internal/parallel"
)

// occulted carries the field from a pupil through the image planes from stage i on to
// the next pupil and its elements, by Babinet's principle; see occultation. It returns
// the index of that pupil, or of the plane at fault. report is told of the image planes.
func (w *wave[R, C]) occulted(ctx context.Context, i int, report func(i int, plane grid.Grid, part block, field backend.Matrix[C])) (int, error) {
	plan := w.engine.plan
	o, last := plan.stages[i].occultation, plan.stages[i].through
	w.narrow(plan.stages[i].from)
	if k, err := w.show(ctx, i, report); err != nil {
		return k, err
	}
	if err := ctx.Err(); err != nil {
		return last, err
	}
	st := &plan.stages[last]
	outside := o.patches.Outside.At(w.wavelength)
	pupil := st.grid.fixed
	before, part := w.field, w.part.in(w.plane, pupil)
	if len(o.masks) == 0 {
		// The light is where it was, but for a factor.
		w.keep(pupil, part, o.out)
		if outside != 1 {
			w.scale(outside)
		}
		return last, w.pass(st)
	}

	to, err := fourier.New(w.engine.core, w.engine.kernels, plan.toBox(o, i, w.wavelength), o.to.Recipe)
	if err != nil {
		return i, err
	}
	back, err := fourier.New(w.engine.core, w.engine.kernels, plan.fromBox(o, i, w.wavelength), o.back.Recipe)
	if err != nil {
		return i, err
	}
	if n := o.box.Len(); cap(w.scratch) < n {
		w.scratch = backend.NewMatrix[C](1, n).Data
	}
	image := backend.MatrixOf(o.box.Y.N, o.box.X.N, w.scratch[:o.box.Len()])
	to.Execute(image, w.lasting(before, o, outside))
	// P − F⁻¹[(1 − t)·F[P]] takes no other memory than that of P.
	if s, ok := back.(subtracter[C]); ok && outside == 1 && o.out.and(part) == o.out {
		multiplyMask(image, o.mask(w.wavelength), -1)
		w.enter(pupil, part)
		w.narrow(o.out)
		s.ExecuteSubtract(w.field, image)
		return last, w.pass(st)
	}
	multiplyMask(image, o.mask(w.wavelength), 1)
	after := w.place(o.out.of(pupil))
	back.Execute(after, image)
	w.field = after
	w.enter(pupil, o.out)
	w.swap()
	if outside == 0 {
		return last, w.pass(st)
	}
	w.behind(st, before, part, outside)
	return last, nil
}

// keep takes the light on to a pupil of which block out is kept. The field has the samples
// of part, and is dark elsewhere.
func (w *wave[R, C]) keep(pupil grid.Grid, part, out block) {
	common := part.and(out)
	if common == out {
		w.field = slice(w.field, part, out)
		w.enter(pupil, out)
		return
	}
	field := w.place(out.of(pupil))
	clear(field.Data)
	if common != (block{}) {
		copyOf(slice(field, out, common), slice(w.field, part, common))
	}
	w.field = field
	w.enter(pupil, out)
	w.swap()
}

// subtracter is a transform that can subtract its result from what dst holds.
type subtracter[C backend.Complex] interface {
	ExecuteSubtract(dst, src backend.Matrix[C])
}

// lasting returns the light before the masks for the transform to their box, which may
// destroy it: a copy, where the light is needed once more and would not last.
func (w *wave[R, C]) lasting(before backend.Matrix[C], o *occultation, outside complex128) backend.Matrix[C] {
	if o.lasts(outside) {
		return before
	}
	return copyOf(w.place(w.grid), before)
}

func copyOf[C backend.Complex](dst, src backend.Matrix[C]) backend.Matrix[C] {
	for i := range src.Rows {
		copy(dst.Row(i), src.Row(i))
	}
	return dst
}

func multiplyMask[C backend.Complex](image backend.Matrix[C], mask []complex128, sign complex128) {
	for k, v := range mask {
		image.Data[k] *= C(sign * v)
	}
}

// behind adds outside times the light before the masks, which has the samples of a
// part of the pupil, and multiplies by the elements of the pupil.
func (w *wave[R, C]) behind(st *stage, before backend.Matrix[C], part block, outside complex128) {
	common := part.and(w.part)
	parallel.Bands(w.field.Rows, bandRows, func(from, to int) {
		for i := from; i < to; i++ {
			if y := w.part.y0 + i; common.y0 <= y && y < common.y1 {
				dst := w.field.Row(i)[common.x0-w.part.x0:][:common.cols()]
				addScaled(dst, before.Row(y - part.y0)[common.x0-part.x0:], C(outside))
			}
		}
		apply[R](w.field, from, to, st.effect, w.plane.X.N, w.part.y0, w.part.x0, w.wavelength)
	})
}

// scale multiplies the field by a number.
func (w *wave[R, C]) scale(by complex128) {
	table := kernel.For[R]()
	parallel.Bands(w.field.Rows, bandRows, func(from, to int) {
		for i := from; i < to; i++ {
			row := kernel.Reals[R](w.field.Row(i))
			table.Scale(row, row, R(real(by)), R(imag(by)))
		}
	})
}

// addScaled adds by·x to dst.
func addScaled[C backend.Complex](dst, x []C, by C) {
	x = x[:len(dst)]
	if by == 1 {
		for j, v := range x {
			dst[j] += v
		}
		return
	}
	for j, v := range x {
		dst[j] += by * v
	}
}

// show tells report of the image planes from stage i on. Nobody has computed them on
// their grid; if somebody looks, the middle of it is computed for that.
func (w *wave[R, C]) show(ctx context.Context, i int, report func(i int, plane grid.Grid, part block, field backend.Matrix[C])) (int, error) {
	plan := w.engine.plan
	stages := plan.stages
	image := stages[i].grid.at(w.wavelength)
	if plan.options.Observe == nil {
		for k := i; k < stages[i].through; k++ {
			report(k, image, block{}, backend.Matrix[C]{})
		}
		return i, nil
	}
	image = middleOf(image)
	t := toImage.transform(w.grid, image, w.wavelength)
	chosen, _, err := plan.chooseTransform(func(float64) fourier.Transform { return t }, "")
	if err != nil {
		return i, err
	}
	transform, err := fourier.New(w.engine.core, w.engine.kernels, t, chosen.Recipe)
	if err != nil {
		return i, err
	}
	field := backend.NewMatrix[C](image.Y.N, image.X.N)
	transform.Execute(field, copyOf(w.place(w.grid), w.field))
	for k := i; k < stages[i].through; k++ {
		if err := ctx.Err(); err != nil {
			return k, err
		}
		if err := passImage[R](field, image, &stages[k], w.wavelength); err != nil {
			return k, err
		}
		report(k, image, whole(image), field)
	}
	return i, nil
}

// middleOf returns the part of an image that is shown.
func middleOf(g grid.Grid) grid.Grid {
	const most = 512
	middle := func(a grid.Axis) grid.Axis {
		if a.N > most {
			from := (a.N - most) / 2
			return a.Sub(from, from+most)
		}
		return a
	}
	return grid.Grid{Y: middle(g.Y), X: middle(g.X), Unit: g.Unit}
}
