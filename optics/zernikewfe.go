package optics

import (
	"fmt"
	"math"

	"arago/grid"
)

// ZernikeWFE is a wavefront error in a pupil: a sum of Zernike polynomials over
// a disc. A sample has it if its middle lies on the disc; elsewhere the OPD is
// zero. All orders are as accurate as the coordinates of the samples.
type ZernikeWFE struct {
	Placement
	// Radius is that of the disc in metres; POPPY has no default.
	Radius float64
	// Coefficients are the rms wavefront errors in metres of the polynomials in
	// Noll's order, beginning with j = 1 (piston).
	Coefficients []float64
	// ApertureStop makes the disc an aperture too: samples whose middle lies
	// outside it are dark, as in POPPY, where the default is false. (A
	// CircularAperture of the same radius has gray edges.)
	ApertureStop bool
}

// Validate implements Element.
func (e ZernikeWFE) Validate() error {
	if len(e.Coefficients) == 0 {
		return &ParameterError{"coefficients", "is empty; it must list the rms wavefront errors (m) of the Zernike polynomials 1, 2, 3, …"}
	}
	for i, c := range e.Coefficients {
		if err := checkFinite(fmt.Sprintf("coefficients[%d]", i), c); err != nil {
			return err
		}
	}
	return firstError(checkPositive("radius", e.Radius, "length (m)"), e.Placement.validate())
}

// Sample implements Element.
func (e ZernikeWFE) Sample(g grid.Grid) (Sample, error) { return e.sampleIn(g, zeros, zeros) }

func (e ZernikeWFE) sampleIn(g grid.Grid, amplitudes, opds Memory) (Sample, error) {
	if err := firstError(e.Validate(), checkPlane("Zernike wavefront error", grid.Metre, g)); err != nil {
		return Sample{}, err
	}
	s := Sample{OPD: opds(g)}
	if e.ApertureStop {
		s.Amplitude = amplitudes(g)
	}

	sum := newZernikeSum(e.Coefficients)
	toElement := e.Placement.affine()
	xs := g.X.Coordinates()
	// The samples of a row that lie on the disc follow each other: where they are on the
	// disc, or on its chord along the row.
	var (
		ux, uy  = make([]float64, g.X.N), make([]float64, g.X.N)
		scratch zernikeScratch
	)
	for i, y := range g.Y.Coordinates() {
		outside := func(j int) bool { return !(radius(toElement.apply(xs[j], y)) <= e.Radius) }
		from, to := 0, g.X.N
		for from < to && outside(from) {
			from++
		}
		for from < to && outside(to-1) {
			to--
		}
		n, value := to-from, s.OPD[i*g.X.N+from:i*g.X.N+to]
		middle, half := toElement.chord(y, e.Radius)
		// It depends on the plane and not on the columns that are asked for.
		if half > g.X.Step*float64(sum.nodes()) {
			for k, x := range xs[from:to] {
				ux[k] = (x - middle) / half
			}
			cx, cy := toElement.apply(middle, y)
			ex, ey := toElement.apply(middle+half, y)
			sum.alongLine(value, ux[:n], point{cx / e.Radius, cy / e.Radius}, point{(ex - cx) / e.Radius, (ey - cy) / e.Radius}, &scratch)
		} else {
			for k, x := range xs[from:to] {
				ex, ey := toElement.apply(x, y)
				ux[k], uy[k] = ex/e.Radius, ey/e.Radius
			}
			sum.evaluate(value, ux[:n], uy[:n], &scratch)
		}
		if e.ApertureStop {
			for j := from; j < to; j++ {
				s.Amplitude[i*g.X.N+j] = 1
			}
		}
	}
	return s, nil
}

// chord returns the middle and half the length, in the coordinate x of the plane, of
// the chord along row y of a disc about the element's zero; half is 0 beside the disc.
func (a affine) chord(y, radius float64) (middle, half float64) {
	// The point is p + u·d, with u = x − shiftX.
	dx, dy := a.cos/a.shrinkX, -a.sin/a.shrinkY
	px, py := a.sin*(y-a.shiftY)/a.shrinkX, a.cos*(y-a.shiftY)/a.shrinkY
	square, along := dx*dx+dy*dy, px*dx+py*dy
	beside := px*dy - py*dx
	return a.shiftX - along/square, math.Sqrt(max(0, radius*radius*square-beside*beside)) / square
}
