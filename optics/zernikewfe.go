package optics

import (
	"fmt"

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
func (e ZernikeWFE) Sample(g grid.Grid) (Sample, error) {
	if err := firstError(e.Validate(), checkPlane("Zernike wavefront error", grid.Metre, g)); err != nil {
		return Sample{}, err
	}
	s := Sample{OPD: make([]float64, g.Len())}
	if e.ApertureStop {
		s.Amplitude = make([]float64, g.Len())
	}

	sum := newZernikeSum(e.Coefficients)
	toElement := e.Placement.affine()
	xs := g.X.Coordinates()
	// The samples of one row that lie on the disc: where, and their values.
	var (
		column  = make([]int, g.X.N)
		ux, uy  = make([]float64, g.X.N), make([]float64, g.X.N)
		value   = make([]float64, g.X.N)
		scratch zernikeScratch
	)
	for i, y := range g.Y.Coordinates() {
		n := 0
		for j, x := range xs {
			ex, ey := toElement.apply(x, y)
			if radius(ex, ey) <= e.Radius {
				column[n], ux[n], uy[n] = j, ex/e.Radius, ey/e.Radius
				n++
			}
		}
		sum.evaluate(value[:n], ux[:n], uy[:n], &scratch)
		for k, j := range column[:n] {
			s.OPD[i*g.X.N+j] = value[k]
			if e.ApertureStop {
				s.Amplitude[i*g.X.N+j] = 1
			}
		}
	}
	return s, nil
}
