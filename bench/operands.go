package main

import (
	"math"
	"math/cmplx"
	"slices"
	"unsafe"

	"arago/backend"
	"arago/internal/compare"
)

// Operands of the comparison with the targets, as worker.py makes them: the first period
// numbers of a stream, again and again, so that large ones are made quickly.
const (
	period     = 1048573 // prime: no row of a matrix begins like the one above
	wavelength = 1e-6    // of phasors, m

	streamA = 1
	streamB = 2
	streamC = 3
)

// uniform returns number i of a stream, in [−1, 1): the finaliser of SplitMix64
// (Steele, Lea and Flood 2014) over a counter.
func uniform(stream, i int) float64 {
	z := uint64(stream)<<40 + uint64(i)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return float64(z>>40)*0x1p-23 - 1
}

// cube is the element of matrices, with 24 significant bits in both precisions.
func cube(stream, i int) float64 {
	u := uniform(stream, i)
	return float64(float32(u * u * u))
}

func amplitude(i int) float64 { return (uniform(streamA, i) + 1) / 2 }

// opd reaches over ±5 waves, in m.
func opd(i int) float64 { return 5 * wavelength * uniform(streamB, i) }

// number returns element i of a complex matrix.
func number(stream, i int) complex128 {
	return complex(cube(stream, 2*i%period), cube(stream, (2*i+1)%period))
}

// large is the size of blocks of memory that are kept from work to work, as in
// worker.py: on a virtual machine a page that is touched for the first time may cost
// milliseconds.
const large = 64 << 20

// laidOut returns memory as all contenders have it: at the beginning of a page,
// advised to lie in huge pages. It lives until close.
func (s *server) laidOut(bytes int) unsafe.Pointer {
	best := -1
	for i, block := range s.spare {
		if bytes >= large && len(block) >= bytes && (best < 0 || len(block) < len(s.spare[best])) {
			best = i
		}
	}
	var block []byte
	if best >= 0 {
		block = s.spare[best]
		s.spare = slices.Delete(s.spare, best, best+1)
	} else {
		if bytes >= large {
			for _, b := range s.spare {
				freePages(b)
			}
			s.spare = nil
		}
		block = newPages(max(1, bytes))
	}
	s.pages = append(s.pages, block)
	return unsafe.Pointer(unsafe.SliceData(block))
}

func newMatrix[T backend.Scalar](s *server, rows, cols int) backend.Matrix[T] {
	var t T
	data := unsafe.Slice((*T)(s.laidOut(rows*cols*int(unsafe.Sizeof(t)))), rows*cols)
	return backend.MatrixOf(rows, cols, data)
}

// repeat fills x with the first period numbers, again and again.
func repeat[R backend.Real](x []R, of func(i int) float64) {
	for i := range min(period, len(x)) {
		x[i] = R(of(i))
	}
	for done := period; done < len(x); done += period {
		copy(x[done:], x[:period])
	}
}

// truth returns elements of the result of a work, by the definition, in double
// precision: good enough to find a contender that computes something else.
func (w work) truth(points [][2]int) []complex128 {
	n := w.Columns
	values := make([]complex128, len(points))
	for p, at := range points {
		switch w.Operation {
		case dot:
			for k := range w.Inner {
				values[p] += number(streamA, at[0]*w.Inner+k) * number(streamB, k*n+at[1])
			}
		case dotReal:
			for k := range w.Inner {
				a := cube(streamA, (at[0]*w.Inner+k)%period)
				values[p] += complex(a, 0) * number(streamB, k*n+at[1])
			}
		case dotFolded:
			evenRows, evenInner, _, oddInner := w.halves()
			stream, row, inner, sign := streamA, at[0], evenInner, complex128(1)
			if row >= evenRows {
				stream, row, inner, sign = streamC, row-evenRows, oddInner, -1
			}
			for k := range inner {
				b := number(streamB, k*n+at[1])
				if mirrored := w.Inner - 1 - k; mirrored != k {
					b += sign * number(streamB, mirrored*n+at[1])
				}
				values[p] += complex(cube(stream, (row*inner+k)%period), 0) * b
			}
		case phasor:
			i := (at[0]*n + at[1]) % period
			values[p] = cmplx.Rect(amplitude(i), 2*math.Pi*math.Remainder(opd(i)/wavelength, 1))
		}
	}
	if w.Operation == fft2 || w.Operation == fft2Windowed {
		w.transformAt(values, points)
	}
	return values
}

// transformAt sums the transform at points.
func (w work) transformAt(values []complex128, points [][2]int) {
	n, in, shift := w.Columns, w.Columns, 0
	out := 0
	if w.Operation == fft2Windowed {
		in, shift, out = w.In, w.In/2, w.Out/2
	}
	roots := make([]complex128, n)
	for i := range roots {
		roots[i] = cmplx.Rect(1, 2*math.Pi*float64(i)/float64(n))
	}
	first := make([]float64, min(period, 2*in*in))
	repeat(first, func(i int) float64 { return cube(streamA, i) })
	row := make([]complex128, in)
	for i := range in {
		for j := range row {
			e := 2 * (i*in + j)
			row[j] = complex(first[e%period], first[(e+1)%period])
		}
		for p, at := range points {
			l := (at[1] - out + n) % n
			step := (n - shift) % n * l % n // exponent of the first column
			sum := complex128(0)
			for _, v := range row {
				sum += v * roots[step]
				if step += l; step >= n {
					step -= n
				}
			}
			values[p] += sum * roots[(i-shift+n)%n*((at[0]-out+n)%n)%n]
		}
	}
}

// shape returns the size of the result.
func (w work) shape() (rows, cols int) {
	switch w.Operation {
	case dot, dotReal, dotFolded, throughMemory:
		return w.Rows, w.Columns
	case fft2Windowed:
		return w.Out, w.Out
	default:
		return w.Columns, w.Columns
	}
}

// points are where results are looked at: spread over all rows and columns.
func (w work) points() [][2]int {
	rows, cols := w.shape()
	var points [][2]int
	for i := range 5 {
		points = append(points, [2]int{i * (rows - 1) / 4, (3 * i % 5) * (cols - 1) / 4})
	}
	return points
}

// tolerance is the relative error in the 2-norm beyond which a result is of
// something else. Sums of up to 2048 terms and phases of 30 radians lose some
// hundred units in the last place; a wrong sign, operand or factor is of order 1.
func (w work) tolerance() float64 {
	if w.Precision == compare.Single {
		return 1e-4
	}
	return 1e-12
}

// relativeError is that of got in the 2-norm; NaN if got holds one.
func relativeError(got, want []complex128) float64 {
	difference, size := 0.0, 0.0
	for i := range want {
		difference += real(cmplx.Conj(got[i]-want[i]) * (got[i] - want[i]))
		size += real(cmplx.Conj(want[i]) * want[i])
	}
	return math.Sqrt(difference / size)
}
