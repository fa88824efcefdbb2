package grid

import "math"

// Axis samples one direction of a plane: sample i lies at (i − Center)·Step.
type Axis struct {
	// N is the number of samples.
	N int
	// Step is the distance between samples, in the unit of the grid.
	Step float64
	// Center is the index, in general not a whole one, at which the coordinate is zero.
	Center float64
}

// Centered returns an axis whose zero lies in the middle of its samples, at
// index (n−1)/2: between the two middle samples when n is even. Pupils and
// detectors are sampled so.
func Centered(n int, step float64) Axis {
	return Axis{N: n, Step: step, Center: float64(n-1) / 2}
}

// FFTCentered returns an axis whose zero lies on sample n/2 (rounded down):
// the natural grid of a discrete Fourier transform. Intermediate image planes
// that are reached by FFT are sampled so.
func FFTCentered(n int, step float64) Axis {
	return Axis{N: n, Step: step, Center: float64(n / 2)}
}

// At returns the coordinate of sample i.
func (a Axis) At(i int) float64 { return (float64(i) - a.Center) * a.Step }

// Coordinates returns the coordinates of all samples.
func (a Axis) Coordinates() []float64 {
	x := make([]float64, a.N)
	for i := range x {
		x[i] = a.At(i)
	}
	return x
}

// Width returns the width of the axis from the outer edge of the first sample
// to the outer edge of the last one, N·Step.
func (a Axis) Width() float64 { return float64(a.N) * a.Step }

// Sub returns the axis of samples from up to, but not including, to. Their
// coordinates are those that they have in a.
func (a Axis) Sub(from, to int) Axis {
	return Axis{N: to - from, Step: a.Step, Center: a.Center - float64(from)}
}

// Cropped returns the middle n samples of a centred axis, and the index in a
// of the first of them. It panics if n is larger than a.N.
func (a Axis) Cropped(n int) (Axis, int) {
	if n > a.N {
		panic("grid: cropped axis is longer than the axis it is taken from")
	}
	from := int(math.Ceil(a.Center - float64(n-1)/2))
	from = max(0, min(from, a.N-n))
	return a.Sub(from, from+n), from
}
