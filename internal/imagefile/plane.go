package imagefile

import (
	"math/cmplx"

	"arago/fitsfile"
	"arago/propagate"
)

// PlaneHDU returns the unit of a file that holds the field behind a plane: a cube of
// intensity, amplitude and phase, as POPPY's as_fits(what='all').
func (o Origin) PlaneHDU(s propagate.Snapshot) fitsfile.HDU {
	n := len(s.Field)
	cube := make([]float64, 3*n)
	intensity, amplitude, phase := cube[:n], cube[n:2*n], cube[2*n:]
	for i, e := range s.Field {
		a := cmplx.Abs(e)
		intensity[i], amplitude[i], phase[i] = a*a, a, cmplx.Phase(e)
	}
	hdu := fitsfile.HDU{Shape: []int{3, s.Grid.Y.N, s.Grid.X.N}, Data: cube}
	h := &hdu.Header
	h.Set("PLANE1", "Wavefront Intensity", "")
	h.Set("PLANE2", "Wavefront Amplitude", "")
	h.Set("PLANE3", "Wavefront Phase", "in radians")
	h.Set("PLANENUM", s.Plane+1, "Number of the plane in the system, from 1")
	h.Set("PLANENAM", Plain(s.Label), "Name of the plane")
	h.Set("WAVELEN", s.Wavelength, "Wavelength in meters")
	h.Set("WAVENUM", s.Line, "Number of the wavelength, from 0")
	GridCards(h, s.Grid)
	fieldCards(h, s.Grid)
	o.systemCards(h)
	return hdu
}
