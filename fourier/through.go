package fourier

import (
	"fmt"

	"arago/backend"
)

// Through goes from one pupil to the next through an image plane that it never
// holds whole. Lines are transformed along the rows, so that the light of each
// column of the image stands together; then, a band of columns at a time, they
// are transformed along the columns, multiplied by the masks of the image, and
// transformed back; at last back along the rows. The image takes the memory of
// one band, and what stands between takes that of the pupil's rows across the
// image's columns: 1/Oversample of the image.
type Through[R backend.Real, C backend.Complex] struct {
	to, back *FFT[R, C]
	rows     int // of the pupil before
	after    int // rows of the pupil behind
	height   int // rows of the image
	width    int // columns of the image
}

// NewThrough returns a plan; back begins on the grid on which to ends. Phases come from
// the cache. The error is ErrGrid.
func NewThrough[R backend.Real, C backend.Complex](core backend.Core[R, C], cache *Cache, to, back Transform) (*Through[R, C], error) {
	if to.Out != back.In {
		return nil, fmt.Errorf("%w: the transform back begins on %v and not on %v", ErrGrid, back.In, to.Out)
	}
	t := &Through[R, C]{rows: to.In.Y.N, after: back.Out.Y.N, height: to.Out.Y.N, width: to.Out.X.N}
	var err error
	if t.to, err = NewFFT(core, cache, to); err != nil {
		return nil, err
	}
	t.back, err = NewFFT(core, cache, back)
	return t, err
}

// Scratch returns how many samples Execute needs beside the pupils, with bands
// of so many columns.
func (t *Through[R, C]) Scratch(band int) int {
	return max(t.rows, t.after)*t.width + t.height*min(band, t.width)
}

// Execute carries src, the pupil before the image, to dst, the one behind it.
// They may be the same matrix; what src holds afterwards is undefined. The image
// is handed to mask in bands of columns, from left to right: all rows of
// columns from … to−1. scratch has Scratch(band) samples. The result does not
// depend on band. An error of mask ends the transform.
func (t *Through[R, C]) Execute(dst, src backend.Matrix[C], scratch []C, band int, mask func(image backend.Matrix[C], from, to int) error) error {
	core := t.to.core
	rows := max(t.rows, t.after)
	between := backend.MatrixOf(rows, t.width, scratch[:rows*t.width])
	memory := scratch[rows*t.width:]

	if t.to.before.rows != nil {
		core.Outer(src, t.to.before.rows, t.to.before.cols, backend.MultiplyIn)
	}
	core.FFT2(between.Slice(0, t.rows, 0, t.width), src, t.to.fft.OneAxis(backend.AlongRows))
	for from := 0; from < t.width; from += band {
		to := min(t.width, from+band)
		image := backend.MatrixOf(t.height, to-from, memory[:t.height*(to-from)])
		core.FFT2(image, between.Slice(0, t.rows, from, to), t.to.fft.OneAxis(backend.AlongColumns))
		core.Outer(image, t.to.after.rows, t.to.after.cols[from:to], backend.MultiplyIn)
		if err := mask(image, from, to); err != nil {
			return err
		}
		if t.back.before.rows != nil {
			core.Outer(image, t.back.before.rows, t.back.before.cols[from:to], backend.MultiplyIn)
		}
		core.FFT2(between.Slice(0, t.after, from, to), image, t.back.fft.OneAxis(backend.AlongColumns))
	}
	core.FFT2(dst, between.Slice(0, t.after, 0, t.width), t.back.fft.OneAxis(backend.AlongRows))
	core.Outer(dst, t.back.after.rows, t.back.after.cols, backend.MultiplyIn)
	return nil
}
