package spline

import (
	"math"

	"arago/grid"
	"arago/internal/parallel"
)

// Rotate returns a field that is sampled on g, rotated counter-clockwise by an
// angle in degrees about the point where both coordinates of g are zero, on the
// same grid.
//
// Whole quarter turns that take samples to samples move them and change no
// value. All else is a cubic spline through the real part and one through the
// imaginary part; what is turned in from outside the array is zero. On a
// centred square grid this is scipy.ndimage.rotate(…, -degrees,
// reshape=False) of both parts.
//
// An axis of even length with its zero on sample N/2 is one period of a
// discrete Fourier transform: the coordinate +N/2 that its first sample meets
// in a half turn is that of the first sample itself, so index i goes to
// (N−i) mod N and nothing is lost.
//
// Rotate panics if the length of field is not that of the grid.
func Rotate(field []complex128, g grid.Grid, degrees float64) []complex128 {
	if len(field) != g.Len() {
		panic("spline: number of samples of the field does not fit the grid")
	}
	out := make([]complex128, len(field))
	if len(field) == 0 {
		return out
	}
	m := newTurn(g, degrees)
	if m.movesSamples() {
		m.move(out, field)
	} else {
		m.interpolate(out, field)
	}
	return out
}

// bandRows is the number of rows that one goroutine rotates at a time.
const bandRows = 16

// turn takes a position in the rotated field to the position in the field that
// it comes from: the turn back. It works in samples from the zero of the grid,
//
//	row = rowY·i + rowX·j   col = colY·i + colX·j
type turn struct {
	g                      grid.Grid
	rowY, rowX, colY, colX float64
}

func newTurn(g grid.Grid, degrees float64) turn {
	sin, cos := math.Sincos(math.Mod(degrees, 360) * grid.Degree)
	// Quarter turns are exact: the sine of a rounded π is not 0.
	if quarters := degrees / 90; quarters == math.Trunc(quarters) {
		sin, cos = math.Round(sin), math.Round(cos)
	}
	return turn{
		g:    g,
		rowY: cos, rowX: -sin * (g.X.Step / g.Y.Step),
		colY: sin * (g.Y.Step / g.X.Step), colX: cos,
	}
}

// source returns the position that output sample (i, j) comes from, in samples.
func (m turn) source(i, j int) (row, col float64) {
	y, x := float64(i)-m.g.Y.Center, float64(j)-m.g.X.Center
	return m.rowY*y + m.rowX*x + m.g.Y.Center, m.colY*y + m.colX*x + m.g.X.Center
}

// movesSamples tells whether every sample comes from a whole index, inside the
// array or not.
func (m turn) movesSamples() bool {
	whole := func(v float64) bool { return v == math.Trunc(v) }
	row, col := m.source(0, 0)
	return whole(m.rowY) && whole(m.rowX) && whole(m.colY) && whole(m.colX) && whole(row) && whole(col)
}

func (m turn) move(out, field []complex128) {
	rows, cols := m.g.Y.N, m.g.X.N
	for i := range rows {
		for j := range cols {
			row, col := m.source(i, j)
			r, c := periodic(int(row), m.g.Y), periodic(int(col), m.g.X)
			if r >= 0 && r < rows && c >= 0 && c < cols {
				out[i*cols+j] = field[r*cols+c]
			}
		}
	}
}

// periodic returns index i of an axis, and 0 for the index just beyond its end
// if the axis is one period of a discrete Fourier transform.
func periodic(i int, a grid.Axis) int {
	if i == a.N && 2*a.Center == float64(a.N) {
		return 0
	}
	return i
}

func (m turn) interpolate(out, field []complex128) {
	rows, cols := m.g.Y.N, m.g.X.N
	part := make([]float64, len(field))
	for k, v := range field {
		part[k] = real(v)
	}
	re := New(rows, cols, part, 0)
	for k, v := range field {
		part[k] = imag(v)
	}
	im := New(rows, cols, part, 0)
	parallel.Bands(rows, bandRows, func(from, to int) {
		for i := from; i < to; i++ {
			for j := range cols {
				row, col := m.source(i, j)
				out[i*cols+j] = complex(re.At(row, col), im.At(row, col))
			}
		}
	})
}
