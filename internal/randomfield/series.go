package randomfield

import (
	"math"
	"math/bits"
)

// Axis is a row of samples: sample m lies at (m − Center)·Step, with From ≤ m < To, in
// the unit of lengths. Center may lie anywhere.
type Axis struct {
	Step, Center float64
	From, To     int
}

// len is the number of samples.
func (a Axis) len() int { return a.To - a.From }

// waves returns the number K of waves −K … K in a period that samples of that step carry:
// those below their Nyquist frequency.
func waves(period, step float64) int {
	// The waves at it do not count because of a rounding error of the step.
	return max(0, int(math.Ceil(period/(2*step)*(1-1e-9)))-1) // the quotient may vanish
}

// series evaluates Fourier series Σ c_n·exp(2πi·n·x/period), |n| ≤ waves, on the samples
// of an axis.
type series struct {
	axis  Axis
	waves int
	fft   *fft
	// Of each block of samples: where it begins, and what coefficients are multiplied by.
	blocks []block
	// Where the step is no fraction of the period that an FFT has, the series is a
	// convolution with a chirp (L. I. Bluestein 1970, IEEE Trans. Audio Electroacoust.
	// 18, 451): the transform of the chirp, and what the samples of a block are
	// multiplied by.
	chirp, after line
}

// block is a run of samples that one transform gives.
type block struct {
	from, to int
	before   line
}

func newSeries(period float64, a Axis) *series {
	s := &series{axis: a, waves: waves(period, a.Step)}
	k := s.waves
	whole := math.Floor(a.Center)
	part := a.Center - whole
	turns := a.Step / period // of wave 1 from a sample to the next
	if n := math.Round(1 / turns); math.Abs(n*turns-1) < 1e-9 && bits.OnesCount(uint(n)) == 1 {
		s.fft = newFFT(int(n))
		// The samples repeat themselves: sample m is m modulo n of the transform.
		before := newLine(2*k + 1)
		for i := range before.re {
			before.im[i], before.re[i] = turn(float64(float64(i-k) * (-a.Center / n)))
		}
		s.blocks = []block{{a.From, a.To, before}}
		return s
	}

	// n·j = (n² + j² − (j−n)²)/2, with wave i = n + k and sample j of a block.
	length := 2*k + 2
	s.fft = newFFT(1 << bits.Len(uint(2*k+length-1)))
	quadratic := func(i int) (sin, cos float64) { return turn(float64(turns * (float64(i) * float64(i) / 2))) }
	s.chirp, s.after = newLine(s.fft.n), newLine(length)
	for d := -2 * k; d < length; d++ {
		at := (d + s.fft.n) % s.fft.n
		sin, cos := quadratic(d)
		s.chirp.re[at], s.chirp.im[at] = cos, -sin
	}
	s.fft.transform(s.chirp, newLine(s.fft.n))
	scale := 1 / float64(s.fft.n)
	for j := range length {
		sin, cos := quadratic(j)
		si, co := turn(float64(turns * float64(-k*j)))
		re, im := times(cos, sin, co, si)
		s.after.re[j], s.after.im[j] = float64(re*scale), float64(im*scale)
	}
	// Blocks lie the same whatever part of the samples is wanted.
	first := int(whole) - k - 1
	for b := floorDiv(a.From-first, length); first+b*length < a.To; b++ {
		from := first + b*length
		before := newLine(2*k + 1)
		for i := range before.re {
			sin, cos := quadratic(i)
			si, co := turn(float64(float64(i-k) * float64(turns*((float64(from)-whole)-part))))
			before.re[i], before.im[i] = times(cos, sin, co, si)
		}
		s.blocks = append(s.blocks, block{from, from + length, before})
	}
	return s
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// scratch returns memory for evaluate.
func (s *series) scratch() [2]line { return [2]line{newLine(s.fft.n), newLine(s.fft.n)} }

// evaluate sets out to the series with the coefficients c, from −waves to waves.
func (s *series) evaluate(out, c line, scratch [2]line) {
	x, n := scratch[0], s.fft.n
	for _, b := range s.blocks {
		clear(x.re)
		clear(x.im)
		for i := range c.re {
			at := i
			if s.after.re == nil {
				at = (i - s.waves + n) % n
			}
			x.re[at], x.im[at] = times(c.re[i], c.im[i], b.before.re[i], b.before.im[i])
		}
		s.fft.transform(x, scratch[1])
		if s.after.re == nil {
			for m := b.from; m < b.to; m++ {
				at := ((m % n) + n) % n
				out.re[m-b.from], out.im[m-b.from] = x.re[at], x.im[at]
			}
			continue
		}
		for k := range n {
			x.re[k], x.im[k] = times(x.re[k], x.im[k], s.chirp.re[k], s.chirp.im[k])
		}
		s.fft.transform(x.turned(), scratch[1].turned())
		for m := max(b.from, s.axis.From); m < min(b.to, s.axis.To); m++ {
			j := m - b.from
			out.re[m-s.axis.From], out.im[m-s.axis.From] = times(x.re[j], x.im[j], s.after.re[j], s.after.im[j])
		}
	}
}
