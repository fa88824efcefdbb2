// Package imagefile is how images and planes are kept in FITS files: the units of a file and
// their keywords, which the program writes and the C library returns. Keywords are POPPY's;
// where POPPY writes a wrong value (DET_SAMP, and DIFFLMT of several wavelengths), ours is
// the right one.
package imagefile

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"arago/fitsfile"
	"arago/grid"
	"arago/internal/about"
	"arago/internal/axes"
	"arago/internal/source"
	"arago/propagate"
)

// Origin is what an image comes from.
type Origin struct {
	source.Source
	// Date is the time that files are stamped with.
	Date time.Time
}

// ImageHDUs returns the units of the file that holds an image: the image in
// its samples and, if there is a detector, summed to its pixels. v is nil where nothing
// was verified.
func (o Origin) ImageHDUs(r *propagate.Result, v *propagate.Verification) []fitsfile.HDU {
	samples := imageHDU(r.Image)
	samples.Name = "OVERSAMP"
	h := &samples.Header
	h.Set("PLANE1", "Wavefront Intensity", "")
	o.spectrumCards(h, r.Spectrum)
	h.Set("OVERSAMP", o.System.Oversample, "Oversampling of image planes by FFT")
	d, detected := Detector(o.System)
	if detected {
		h.Set("DET_SAMP", d.Oversample, "Oversampling of detector pixels in calculation")
	}
	GridCards(h, r.Image.Grid)
	fieldCards(h, r.Image.Grid)
	o.systemCards(h)
	resultCards(h, r)
	if v != nil {
		verifiedCards(h, v)
	}
	if !detected {
		return []fitsfile.HDU{samples}
	}

	binned := r.Image.Binned(d.Oversample)
	pixels := imageHDU(binned)
	pixels.Name = "DET_SAMP"
	for _, c := range samples.Header.Cards() {
		pixels.Header.Set(c.Key, c.Value, c.Comment)
	}
	h = &pixels.Header
	h.Set("OVERSAMP", 1, "These data are rebinned to detector pixels")
	h.Set("CALCSAMP", d.Oversample, "This much oversampling used in calculation")
	GridCards(h, binned.Grid)
	return []fitsfile.HDU{samples, pixels}
}

func imageHDU(m grid.Map) fitsfile.HDU {
	return fitsfile.HDU{Shape: []int{m.Y.N, m.X.N}, Data: m.Data}
}

// spectrumCards writes the wavelengths and what follows from them.
func (o Origin) spectrumCards(h *fitsfile.Header, lines []propagate.Line) {
	mean := 0.0
	for _, l := range lines {
		mean += l.Wavelength * l.Weight // weights sum to 1
	}
	h.Set("WAVELEN", mean, "Weighted mean wavelength in meters")
	h.Set("DIFFLMT", mean/o.System.Diameter/grid.Arcsecond, "Diffraction limit WAVELEN/DIAM in arcsec")
	h.Set("NWAVES", len(lines), "Number of wavelengths used in calculation")
	for i, l := range lines {
		h.Set(fmt.Sprint("WAVE", i), l.Wavelength, fmt.Sprintf("Wavelength %d in meters", i))
		h.Set(fmt.Sprint("WGHT", i), l.Weight, fmt.Sprintf("Weight of wavelength %d; all sum to 1", i))
	}
}

// GridCards says how a plane is sampled: PIXELSCL as in POPPY, and as linear
// coordinates of FITS, which also tell where the zero lies and keep apart the
// steps of the two axes.
func GridCards(h *fitsfile.Header, g grid.Grid) {
	unit, name := axes.Unit(g.Unit)
	poppyName := name
	if g.Unit == grid.Metre {
		poppyName = "meter"
	}
	if g.X.Step == g.Y.Step {
		h.Set("PIXELSCL", g.X.Step/unit, "Scale in "+poppyName+"/pixel of this array")
	}
	h.Set("PIXUNIT", poppyName, "Unit of PIXELSCL and of coordinates")
	for i, a := range []grid.Axis{g.X, g.Y} {
		n := fmt.Sprint(i + 1)
		h.Set("CTYPE"+n, [2]string{"X", "Y"}[i], "Name of the coordinate")
		h.Set("CUNIT"+n, name, "Unit of the coordinate")
		h.Set("CRPIX"+n, a.Center+1, "Pixel (from 1) of the optical axis")
		h.Set("CRVAL"+n, 0.0, "Coordinate of the optical axis")
		h.Set("CDELT"+n, a.Step/unit, "Step of the coordinate")
	}
}

// fieldCards gives the width of an image.
func fieldCards(h *fitsfile.Header, g grid.Grid) {
	if g.Unit != grid.Radian {
		return
	}
	x, y := g.X.Width()/grid.Arcsecond, g.Y.Width()/grid.Arcsecond
	if g.X == g.Y {
		h.Set("FOV", x, "Field of view in arcsec (full array)")
		return
	}
	h.Set("FOV_X", x, "Field of view in arcsec (full array), X direction")
	h.Set("FOV_Y", y, "Field of view in arcsec (full array), Y direction")
}

// systemCards says which system a file is about, and what wrote it.
func (o Origin) systemCards(h *fitsfile.Header) {
	h.Set("NORMALIZ", o.System.Normalize.String(), "PSF normalization method")
	h.Set("DIAM", o.System.Diameter, "Pupil diameter in meters (not incl padding)")
	h.Set("SYSTEM", Plain(o.System.Name), "Name of the optical system")
	h.Set("SYSFILE", Plain(filepath.Base(o.File)), "System file; SYSHASH is its SHA-256")
	h.Set("SYSHASH", o.SHA256, "") // no room for a comment
	h.Set("CREATOR", about.Creator, "Program that wrote this file")
	h.Set("DATE", o.Date.Format("2006-01-02T15:04:05"), "Date of calculation (UTC)")
}

// resultCards says how an image was computed.
func resultCards(h *fitsfile.Header, r *propagate.Result) {
	h.Set("BACKEND", r.Backend, "Back end: "+strings.Join(about.Libraries(r.Linear, r.Fourier), ", "))
	h.Set("FFTTYPE", r.Fourier.Name, "Back end of Fourier transforms")
	h.Set("PRECISN", r.Precision.String(), "Precision of the field")
	h.Set("PREDERR", r.PredictedError, "Predicted error of field / that of the star")
	h.Set("MASKERR", r.MaskError, "Part of PREDERR: sampling of image masks")
	for i, s := range r.Steps {
		recipe := s.Recipe
		if recipe == "" {
			recipe = "none"
		}
		// A keyword has eight characters at most; HISTORY has room for all.
		if i < 99 {
			h.Set(fmt.Sprint("RECIPE", i+1), recipe, Plain("Transform to plane "+fmt.Sprint(i+1)+", "+s.Label))
		}
		h.Set("HISTORY", Plain(fmt.Sprintf("plane %d: %s, %d x %d samples, transform to it: %s", i+1, s.Label, s.Rows, s.Cols, recipe)), "")
		if s.Note != "" {
			h.Set("HISTORY", Plain(fmt.Sprintf("plane %d: %s", i+1, s.Note)), "")
		}
	}
}

// verifiedCards says what direct summation found.
func verifiedCards(h *fitsfile.Header, v *propagate.Verification) {
	h.Set("VERIFIED", len(v.Samples), "Samples computed again by direct summation")
	if v.Dark {
		h.Set("VERIFABS", v.Largest, "Largest difference of one; the image is dark")
		return
	}
	h.Set("VERIFPK", v.OfPeak, "Largest difference of one / peak of the image")
	h.Set("VERIFREL", v.OfSample, "Largest difference of one / its own value")
}

// Plain writes in ASCII, all that headers may hold, what labels are made of.
func Plain(s string) string {
	return strings.NewReplacer("°", " deg", "×", "x", "µ", "u", "λ", "lambda", "–", "-", "−", "-").Replace(s)
}

// Detector returns the detector of a system that has one.
func Detector(s propagate.System) (propagate.Detector, bool) {
	d, ok := s.Planes[len(s.Planes)-1].(propagate.Detector)
	return d, ok
}
