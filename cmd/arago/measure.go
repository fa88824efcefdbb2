package main

import (
	"errors"
	"fmt"
	"image/png"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"arago/fitsfile"
	"arago/grid"
	"arago/internal/axes"
	"arago/measure"
)

type measureCommand struct {
	File string `arg:"" help:"The FITS file."`

	Ext        string  `placeholder:"NAME" help:"The extension to measure, by name or by number from 0 (default: the first that holds an image)."`
	Reference  string  `placeholder:"FILE" help:"The perfect image, for the Strehl ratio: the same system without aberrations."`
	Center     string  `enum:"peak,centroid,axis" default:"peak" placeholder:"WORD" help:"What circles are drawn around: peak, centroid, or the optical axis (default: peak)."`
	PixelScale float64 `name:"pixelscale" placeholder:"ARCSEC" help:"Arcseconds per sample, where the header does not say."`
	Profile    string  `placeholder:"FILE" help:"Draw the radial profile and the encircled energy to this PNG file."`
	JSON       bool    `name:"json" help:"Print a JSON object."`
}

// Help implements kong.HelpProvider.
func (measureCommand) Help() string {
	return `It measures an image: the light in the field, the peak, the full width at half maximum, the light within circles (encircled energy), the centroid in a window of four widths that follows the core, and, given the perfect image, the Strehl ratio. Peak and width are those of the interpolation between samples. Of a cube, as --save-planes writes it, the first plane is measured.

    arago measure telescope.fits
    arago measure telescope.fits --ext DET_SAMP --json
    arago measure telescope.fits --profile profile.png --reference perfect.fits

For a perfect image, take the aberrations out of the system file and compute it again.`
}

// Validate is called by kong.
func (c measureCommand) Validate() error {
	if c.PixelScale < 0 {
		return fmt.Errorf("--pixelscale is %g; it must be positive", c.PixelScale)
	}
	if c.Profile != "" && !strings.EqualFold(filepath.Ext(c.Profile), ".png") {
		return fmt.Errorf("--profile is %q; it must end in .png", c.Profile)
	}
	return nil
}

// picked is an image out of a FITS file.
type picked struct {
	grid.Map
	name string // for people: the file and the unit
	// diffraction is λ/D in radians, 0 if the header does not tell.
	diffraction float64
}

// Run measures the image.
func (c measureCommand) Run(a *app) error {
	img, err := pick(c.File, c.Ext, c.PixelScale)
	if err != nil {
		return err
	}
	var perfect *picked
	if c.Reference != "" {
		p, err := pick(c.Reference, c.Ext, c.PixelScale)
		if err != nil {
			return err
		}
		perfect = &p
	}
	m, err := c.measurements(img, perfect)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if c.Profile != "" {
		if err := writeProfile(c.Profile, img, m); err != nil {
			return err
		}
	}
	if c.JSON {
		return a.printJSON(m)
	}
	return a.print(m.text())
}

// pick reads an image.
func pick(path, ext string, pixelScale float64) (picked, error) {
	f, err := fitsfile.Open(path)
	if err != nil {
		return picked{}, err
	}
	defer f.Close()
	i, err := f.Find(ext)
	if err != nil {
		return picked{}, err
	}
	hdu, err := f.Plane(i, 0)
	if err != nil {
		return picked{}, err
	}
	g, err := gridOf(hdu, pixelScale*grid.Arcsecond)
	if err != nil {
		return picked{}, fmt.Errorf("%s, HDU %d: %w; give it with --pixelscale", path, i, err)
	}
	img := picked{Map: grid.Map{Grid: g, Data: hdu.Data}, name: fmt.Sprintf("%s, HDU %d", path, i)}
	if hdu.Name != "" {
		img.name += " (" + hdu.Name + ")"
	}
	if g.Unit == grid.Radian {
		img.diffraction = diffractionLimit(hdu.Header)
	}
	return img, nil
}

// gridOf returns the grid of an image: that of the linear coordinates that our
// own files have, or of PIXELSCL, with the axis in the middle.
func gridOf(hdu fitsfile.HDU, step float64) (grid.Grid, error) {
	g := grid.Grid{Unit: grid.Radian}
	rows, cols := hdu.Shape[0], hdu.Shape[1]
	h := hdu.Header
	unit := grid.Arcsecond
	if name, _ := h.Text("PIXUNIT"); strings.HasPrefix(name, "meter") {
		g.Unit, unit = grid.Metre, 1
	}
	if step == 0 {
		y, okY := linearAxis(h, 2, rows, unit)
		x, okX := linearAxis(h, 1, cols, unit)
		if okY && okX {
			g.Y, g.X = y, x
			return g, nil
		}
		var err error
		if step, err = fitsfile.PixelScale(h, g.Unit); err != nil {
			return g, err
		}
	}
	g.Y, g.X = grid.Centered(rows, step), grid.Centered(cols, step)
	return g, nil
}

// linearAxis reads the coordinates of an axis as imagefile.GridCards writes them.
func linearAxis(h fitsfile.Header, number, n int, unit float64) (grid.Axis, bool) {
	key := strconv.Itoa(number)
	name, _ := h.Text("CUNIT" + key)
	zero, okZero := h.Float("CRPIX" + key)
	value, okValue := h.Float("CRVAL" + key)
	step, okStep := h.Float("CDELT" + key)
	kind, _ := h.Text("CTYPE" + key)
	ok := okZero && okValue && okStep && value == 0 && step > 0 &&
		(name == "arcsec" || name == "m") && (kind == "X" || kind == "Y")
	return grid.Axis{N: n, Step: step * unit, Center: zero - 1}, ok
}

// diffractionLimit returns λ/D in radians, or 0.
func diffractionLimit(h fitsfile.Header) float64 {
	if limit, ok := h.Float("DIFFLMT"); ok && limit > 0 {
		return limit * grid.Arcsecond
	}
	return 0
}

// measurements takes all measures that the image has; one that it has not, such
// as a width where the core is cut off, is left out and its reason noted. The
// perfect image may be nil.
func (c measureCommand) measurements(img picked, perfect *picked) (*measurements, error) {
	unit, name := axes.Unit(img.Unit)
	m := &measurements{File: c.File, Image: img.name, Rows: img.Y.N, Cols: img.X.N, Unit: name,
		Step: [2]float64{img.Y.Step / unit, img.X.Step / unit}, DiffractionLimit: img.diffraction / unit}
	var err error
	if m.Flux, err = measure.Flux(img.Map); err != nil {
		return nil, err
	}
	peak, intensity, err := measure.Peak(img.Map)
	if err != nil {
		return nil, err
	}
	m.Peak = intensity
	m.PeakAt = pointOf(peak, unit)

	width, err := measure.FWHM(img.Map)
	if !m.lacks("fwhm", err) {
		m.FWHM = new(width / unit)
		const halfWidths = 2 // FWHMs from the middle of the window to its side
		centroid, err := measure.FloatingCentroid(img.Map, peak, halfWidths*width)
		if !m.lacks("centroid", err) {
			m.Centroid = new(pointOf(centroid, unit))
		}
	} else {
		m.lacks("centroid", errors.New("its window is counted in widths"))
	}

	center := peak
	switch {
	case c.Center == "axis":
		center = measure.Point{}
	case c.Center == "centroid" && m.Centroid == nil:
		return nil, fmt.Errorf("there is no centroid to draw circles around: %s; --center peak or axis serve", m.Missing["centroid"])
	case c.Center == "centroid":
		center = measure.Point{X: m.Centroid.X * unit, Y: m.Centroid.Y * unit}
	}
	m.Center = pointOf(center, unit)
	if err := m.encircle(img, center, unit); err != nil {
		return nil, err
	}
	if perfect == nil {
		m.lacks("strehl", errors.New("it needs --reference with the image of the same system without aberrations"))
		return m, nil
	}
	strehl, err := measure.Strehl(img.Map, perfect.Map)
	if err != nil {
		return nil, fmt.Errorf("with %s as reference: %w", c.Reference, err)
	}
	m.Strehl = &strehl
	return m, nil
}

// encircle fills in the encircled energies.
func (m *measurements) encircle(img picked, center measure.Point, unit float64) error {
	energy, err := measure.EncircledEnergy(img.Map, center)
	if err != nil {
		return err
	}
	// Radii that people compare: in λ/D, the first dark ring of a clear round
	// pupil (1.22) among them, or else in samples.
	step, radii := img.diffraction, []float64{1, 1.22, 2, 3, 5, 10}
	if step == 0 {
		step, radii = max(img.X.Step, img.Y.Step), []float64{1, 2, 5, 10, 20}
	}
	largest := max(img.X.Width(), img.Y.Width()) / 2
	for _, r := range radii {
		if r*step > largest {
			break
		}
		e := energyReport{Radius: r * step / unit, Fraction: energy.Within(r*step) / energy.Total()}
		if img.diffraction > 0 {
			e.DiffractionLimits = r
		}
		m.Encircled = append(m.Encircled, e)
	}
	for _, part := range []float64{0.5, 0.8} {
		r, err := energy.RadiusOf(part * energy.Total())
		if !m.lacks(fmt.Sprintf("radius of %.0f %%", 100*part), err) {
			m.Radii = append(m.Radii, radiusReport{Fraction: part, Radius: r / unit})
		}
	}
	m.energy = energy
	if m.profile, err = measure.RadialProfile(img.Map, center); err != nil {
		return err
	}
	return nil
}

// writeProfile draws the profile into a file.
func writeProfile(path string, img picked, m *measurements) error {
	var out outputs
	defer out.discard()
	file, err := out.create(path)
	if err != nil {
		return err
	}
	drawing := drawProfile(img, m)
	if err := file.write(func(w io.Writer) error { return png.Encode(w, drawing) }); err != nil {
		return err
	}
	return out.commit()
}
