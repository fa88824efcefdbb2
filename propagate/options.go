package propagate

import (
	"fmt"

	"arago/backend"
	"arago/fourier"
	"arago/grid"
)

// Options say how a system is computed, not what.
type Options struct {
	// Backend does the arithmetic.
	Backend backend.Selection
	// Recipe says how transforms are done: "" passes the masks of image planes by
	// Babinet's principle wherever that is possible, or else, if their edges are straight
	// and run along the axes, by a convolution, which does not go by time, and
	// chooses what is fastest for all else. "dense", "folded",
	// "compressed" and "chirp-z" are the ways of package fourier for the transforms to
	// the detector and to the box of a mask. "babinet" is as "", but an error where the
	// masks of an image plane have no box, and a box of any size is taken. "fft" passes image planes on POPPY's padded
	// grids, sample for sample, and then goes to the detector by "dense", as POPPY does.
	Recipe string
	// Machine has the figures that times are predicted from, and with them what is
	// fastest; nil stands for built-in ones.
	Machine *fourier.Machine
	// Precision of the field; images are added in double precision in any case.
	Precision Precision
	// Workers is the number of wavelengths computed at once; 0 chooses. The
	// result is the same for any number.
	Workers int
	// MemoryLimit is the number of bytes that a run may take at its peak;
	// 0 sets no limit. NewPlan answers ErrMemory if the prediction exceeds it.
	MemoryLimit int64
	// Extra, if not nil, returns the bytes that a run of a plan takes beside what
	// the plan predicts: for who looks at planes, or for other processes. They
	// count against MemoryLimit. The plan that it is given cannot be run.
	Extra func(*Plan) int64
	// Masks, if not nil, are the masks of this same system, as Plan.Masks
	// returned them: NewPlan takes them instead of sampling the pupils again.
	Masks []Mask
	// Pool, if not nil, keeps kernels and samples for this plan and others. What it
	// keeps is its own affair: Plan.Memory counts it as if the plan were alone.
	Pool *Pool
	// Observe, if not nil, is called with the field behind each plane, one
	// call at a time. Planes of one wavelength come in order; wavelengths mix.
	Observe func(Snapshot)
	// Progress, if not nil, is called after each plane of each wavelength,
	// one call at a time, with the number of planes done and the number of all.
	Progress func(done, total int)
}

// Precision of a computation.
type Precision int

const (
	// Double computes with complex128.
	Double Precision = iota
	// Single computes with complex64: half the memory, about seven digits.
	Single
)

// String returns "double" or "single".
func (p Precision) String() string {
	switch p {
	case Double:
		return "double"
	case Single:
		return "single"
	}
	return fmt.Sprintf("Precision(%d)", int(p))
}

// Snapshot is the field behind one plane at one wavelength.
type Snapshot struct {
	// Plane is the index in System.Planes, Label its name.
	Plane int
	Label string
	// Line is the index of the wavelength in the spectrum.
	Line       int
	Wavelength float64
	Grid       grid.Grid
	// Field holds the samples row by row; the receiver may keep it.
	Field []complex128
}

// Result is the outcome of a run.
type Result struct {
	// Image is the sum of the weighted intensities in the last plane, in the
	// samples of the detector: Detector.Oversample of them across a pixel.
	Image grid.Map
	// Spectrum holds the wavelengths with weights that sum to 1.
	Spectrum []Line
	// Steps says how each plane was reached.
	Steps []Step
	// Backend is the choice of back ends; Linear and Fourier their properties.
	Backend         string
	Linear, Fourier backend.Properties
	Precision       Precision
	// PredictedError is that of the field, MaskError the part of it that the sampling of
	// masks in image planes has; see the methods of Plan.
	PredictedError, MaskError float64
}

// Step says how a plane is reached.
type Step struct {
	// Label names the plane.
	Label string
	// Recipe is the transform that leads to it: a recipe of package fourier,
	// "babinet", "convolution", or "" if there is none.
	Recipe string
	// Alternatives are the recipes that were considered, the chosen one first, and
	// for each what it takes at the shortest wavelength, or why it cannot be.
	Alternatives []fourier.Estimate
	// Rows and Cols are the samples of the plane; of an image plane by Babinet's
	// principle those of the box around the masks, if there are any, and by a
	// convolution those of its FFT.
	Rows, Cols int
	// Note says what a user may want to know about how the step is done, ""
	// if there is nothing: that the library has no transform of this length, how the
	// masks are sampled.
	Note string
}
