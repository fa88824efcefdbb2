package fourier

import (
	"errors"
	"fmt"
	"math"

	"arago/backend"
	"arago/grid"
)

// ErrGrid is the error of a transform that its recipe cannot do: a grid
// without samples, a step that is not a positive number, grids that do not fit
// an FFT.
var ErrGrid = errors.New("grids cannot be transformed")

// Transform says what is computed; see the package comment.
type Transform struct {
	// In and Out are the grids of the field before and after.
	In, Out grid.Grid
	// Wavelength in metres.
	Wavelength float64
	// Shortest is the shortest wavelength of a band that is transformed between these
	// grids, or 0 for no other than this one: compressed kernels of a band have bases in
	// common. See BasesPerOctave.
	Shortest float64
	// Wavelengths is how many there are of that band, each transformed once in a run, and Bands
	// how many bases they have; 0 for one.
	Wavelengths, Bands int
	// Lit are blocks of In outside which the field is zero, or none if that is nowhere
	// known. They save folded and compressed transforms the work of what is dark: a plan
	// goes from hole to hole. Whether that is faster, Estimate.Holes says; for a plan of
	// all of the field there are to be none.
	Lit []Block
	// Sign of the exponent: +1 from a pupil to an image, −1 back.
	Sign int
}

// Inverse returns the transform back from t.Out to t.In, of light anywhere.
func (t Transform) Inverse() Transform {
	return Transform{In: t.Out, Out: t.In, Wavelength: t.Wavelength, Shortest: t.Shortest, Wavelengths: t.Wavelengths, Bands: t.Bands, Sign: -t.Sign}
}

func (t Transform) validate() error {
	if t.Sign != 1 && t.Sign != -1 {
		return fmt.Errorf("%w: the sign is %d, not +1 or -1", ErrGrid, t.Sign)
	}
	if !(t.Wavelength > 0) || math.IsInf(t.Wavelength, 0) {
		return fmt.Errorf("%w: the wavelength is %g m, not a positive length", ErrGrid, t.Wavelength)
	}
	if !(t.Shortest >= 0) || math.IsInf(t.Shortest, 0) {
		return fmt.Errorf("%w: the shortest wavelength is %g m, not a length", ErrGrid, t.Shortest)
	}
	for _, b := range t.Lit {
		if b.Y0 < 0 || b.X0 < 0 || b.Y1 > t.In.Y.N || b.X1 > t.In.X.N || b.Y0 >= b.Y1 || b.X0 >= b.X1 {
			return fmt.Errorf("%w: the block of rows %d … %d and columns %d … %d is none of %d × %d samples",
				ErrGrid, b.Y0, b.Y1-1, b.X0, b.X1-1, t.In.Y.N, t.In.X.N)
		}
	}
	for _, a := range []grid.Axis{t.In.Y, t.In.X, t.Out.Y, t.Out.X} {
		if a.N < 1 || !(a.Step > 0) || math.IsInf(a.Step, 0) || math.IsNaN(a.Center) || math.IsInf(a.Center, 0) {
			return fmt.Errorf("%w: an axis has %d samples at steps of %g around index %g", ErrGrid, a.N, a.Step, a.Center)
		}
	}
	return nil
}

// cycles returns Δx·Δu/λ of one axis: by how much of a cycle the phase grows
// from one pair of samples to the next.
func (t Transform) cycles(in, out grid.Axis) float64 { return in.Step * out.Step / t.Wavelength }

// Plan is a transform made ready by one of the recipes. Its methods may be
// called by several goroutines at once.
type Plan[C backend.Complex] interface {
	// Execute transforms src into dst. They have the sizes of the grids In and
	// Out and share no memory, except that an FFT between grids of one size may
	// have dst and src the same. What src holds afterwards is undefined.
	Execute(dst, src backend.Matrix[C])
	// Recipe is the recipe's name.
	Recipe() string
}
