package main

import (
	"fmt"
	"io"
	"math/cmplx"
	"path/filepath"
	"strings"

	"arago/fitsfile"
	"arago/propagate"
)

// planeFiles writes the field behind each plane at each wavelength: a cube of
// intensity, amplitude and phase, as POPPY's as_fits(what='all').
type planeFiles struct {
	origin
	out    *outputs
	folder string
	count  int
	// fail ends the run.
	fail func(error)
}

// openPlanes makes the folder for the planes and tells whether it can hold files.
func (j *job) openPlanes(folder string) (*planeFiles, error) {
	if err := j.out.makeFolder(folder); err != nil {
		return nil, err
	}
	var probe outputs
	defer probe.discard()
	if _, err := probe.create(filepath.Join(folder, "plane")); err != nil {
		return nil, err
	}
	return &planeFiles{origin: j.origin, out: &j.out, folder: folder}, nil
}

// save writes one plane; the propagation calls it for one at a time.
func (p *planeFiles) save(s propagate.Snapshot) {
	file, err := p.out.create(filepath.Join(p.folder, planeName(s)))
	if err == nil {
		err = file.write(func(w io.Writer) error { return fitsfile.Encode(w, file.path, p.hdu(s)) })
	}
	if err != nil {
		p.fail(err)
		return
	}
	p.count++
}

// planeName returns the name of a plane's file: its number as messages count
// it, what it is, the number of the wavelength as headers count it, and the
// wavelength.
func planeName(s propagate.Snapshot) string {
	label := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' {
			return r
		}
		return '_'
	}, plain(s.Label))
	const longest = 64
	label = label[:min(len(label), longest)]
	return fmt.Sprintf("plane_%02d_%s_wave%d_%.5fum.fits", s.Plane+1, label, s.Line, s.Wavelength*1e6)
}

func (p *planeFiles) hdu(s propagate.Snapshot) fitsfile.HDU {
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
	h.Set("PLANENAM", plain(s.Label), "Name of the plane")
	h.Set("WAVELEN", s.Wavelength, "Wavelength in meters")
	h.Set("WAVENUM", s.Line, "Number of the wavelength, from 0")
	gridCards(h, s.Grid)
	fieldCards(h, s.Grid)
	p.systemCards(h)
	return hdu
}
