package system

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"arago/fitsfile"
	"arago/grid"
	"arago/optics"
)

// fitsElement reads a fits_optical_element and the files that it names.
func fitsElement(p *params) optics.Element {
	transmission := p.path("transmission", "FITS file of the transmission of the field, relative to the folder of the system file; 1 on the array if left out")
	transmissionIndex := p.whole("transmission_index", 0, -unbounded, unbounded, "plane of the transmission if it is a cube")
	opd := p.path("opd", "FITS file of the optical path difference, relative to the folder of the system file; 0 if left out")
	opdIndex := p.whole("opd_index", 0, -unbounded, unbounded, "plane of the optical path difference if it is a cube")
	unit := p.text("opdunits", "unit of the optical path difference: m, mm, micron, nm, or radian for a phase that is the same at all wavelengths; the header's BUNIT if left out")
	scale := p.pixelScale()
	spec := optics.ArraySpec{
		FlipX:    p.bool("flip_x", false, "mirror the arrays left to right, first of all"),
		FlipY:    p.bool("flip_y", false, "mirror the arrays bottom to top, first of all"),
		Rotation: p.number("rotation", 0, "deg", "turn of the arrays about their middle, counter-clockwise"),
		Shift:    p.shift(),
		ShiftX:   p.length("shift_x", 0, "shift along x, last of all"),
		ShiftY:   p.length("shift_y", 0, "shift along y, last of all"),
	}
	if p.failed || p.table == nil {
		return nil
	}
	if transmission == "" && opd == "" {
		p.lack("transmission", "is missing, and so is opd; write the name of a FITS file for one of them or both")
		return nil
	}
	if p.withoutFiles {
		return unread{opd: opd != ""}
	}
	shelved := string(appendTable([]byte(p.plane.String()), p.table))
	if e, ok := p.shelf.get(shelved); ok {
		e := e.(fromFiles)
		p.reader.files = append(p.reader.files, e.files...)
		return e.ArrayElement
	}
	before := len(p.reader.files)
	files := make([]*fitsArray, 0, 2)
	if transmission != "" {
		files = append(files, p.load("transmission", transmission, transmissionIndex))
	}
	if opd != "" {
		files = append(files, p.load("opd", opd, opdIndex))
	}
	if p.failed {
		return nil
	}
	for i, f := range files {
		m, ok := p.sampled(f, files[len(files)-1-i], scale)
		switch {
		case !ok:
			return nil
		case f.key == "transmission":
			spec.Amplitude = m
		case !p.toPath(f, unit, m, &spec):
			return nil
		}
		read := &p.reader.files[before+i]
		read.Step, read.Metres = m.Grid.X.Step, f.metres
	}
	e, err := optics.NewArrayElement(spec)
	if err != nil {
		bad, ok := errors.AsType[*optics.ParameterError](err)
		if !ok {
			p.fail("", "%v", err)
			return nil
		}
		for _, f := range files {
			if f.key == bad.Parameter {
				bad.Problem = fmt.Sprintf("(%s) %s", f.path, bad.Problem)
			}
		}
		p.fail(bad.Parameter, "%s", bad.Problem)
		return nil
	}
	var bytes int64
	for _, f := range files {
		const copies = 3 // its samples, and the coefficients and rows of its spline
		bytes += copies * 8 * int64(len(f.Data))
	}
	p.shelf.put(shelved, fromFiles{e, slices.Clone(p.reader.files[before:])}, bytes)
	return e
}

// fromFiles is an element and the files that it was made of.
type fromFiles struct {
	*optics.ArrayElement
	files []File
}

// unread stands for an element whose files are not looked at: it is open.
type unread struct{ opd bool }

// Sample implements optics.Element.
func (e unread) Sample(g grid.Grid) (optics.Sample, error) {
	s := optics.Sample{Amplitude: make([]float64, g.Len())}
	for i := range s.Amplitude {
		s.Amplitude[i] = 1
	}
	if e.opd {
		s.OPD = make([]float64, g.Len())
	}
	return s, nil
}

// Validate implements optics.Element.
func (unread) Validate() error { return nil }

// scaleSource says where the distance between samples comes from: a number, a
// keyword of the header, or, if neither is set, the usual keywords.
type scaleSource struct {
	number  float64
	keyword string
}

// pixelScale reads pixelscale, which is a number or a keyword.
func (p *params) pixelScale() scaleSource {
	const name = "pixelscale"
	k := Parameter{name, kindScale, "", p.unit(),
		"distance between samples, or the keyword of the header that holds it; PIXELSCL if left out, in old files PUPLSCAL (pupil) or PIXSCALE (image)"}
	v, ok := p.look(k)
	if !ok {
		return scaleSource{}
	}
	if s, isText := v.data.(string); isText {
		if s == "" {
			p.fail(name, "is empty; write a number or the keyword of the header that holds it")
		}
		return scaleSource{keyword: s}
	}
	f, ok := p.float(name, v, k)
	if ok {
		p.checkPositive(name, f)
	}
	return scaleSource{number: f}
}

// shift reads a shift in fractions of the array.
func (p *params) shift() (xy [2]float64) {
	k := Parameter{"shift", "two numbers as in [x, y]", "", "", "shift as fractions of the array, -0.5 to 0.5, last of all; excludes shift_x and shift_y"}
	v, ok := p.look(k)
	if !ok {
		return xy
	}
	items, ok := v.data.([]value)
	if !ok {
		p.wrong("shift", v, k)
		return xy
	}
	if len(items) != 2 {
		p.fail("shift", "is a list of length %d; write %s", len(items), k.want())
		return xy
	}
	copy(xy[:], p.floats("shift", items, k))
	return xy
}

// fitsArray is an image that was read for the key transmission or opd.
type fitsArray struct {
	key, path string
	// metres is what a unit of a path is, 0 for what is none.
	metres float64
	fitsfile.HDU
}

// load reads the first image of a file, of a cube the plane with that index.
func (p *params) load(key, name string, index int) *fitsArray {
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(p.dir, path)
	}
	hdu, err := readPlane(path, index)
	if err != nil {
		p.failed = true
		p.add(Error{Line: p.line(key), Where: p.where, Key: key, Problem: "cannot be used: " + err.Error(), Err: err})
		return nil
	}
	p.reader.files = append(p.reader.files, File{Path: path, SHA256: hash(hdu)})
	return &fitsArray{key: key, path: path, HDU: hdu}
}

// hash returns that of the samples of a file.
func hash(hdu fitsfile.HDU) string {
	sum := sha256.New()
	fmt.Fprintln(sum, hdu.Shape)
	var bytes []byte
	for part := range slices.Chunk(hdu.Data, 1<<12) {
		bytes = bytes[:0]
		for _, v := range part {
			bytes = binary.LittleEndian.AppendUint64(bytes, math.Float64bits(v))
		}
		sum.Write(bytes)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func readPlane(path string, index int) (fitsfile.HDU, error) {
	f, err := fitsfile.Open(path)
	if err != nil {
		return fitsfile.HDU{}, err
	}
	defer f.Close()
	i, err := f.Find("")
	if err != nil {
		return fitsfile.HDU{}, err
	}
	return f.Plane(i, index)
}

// sampled returns the samples of a file on their grid. Where its header has no
// pixel scale, that of the other file serves.
//
// The zero of a pupil is the middle of the array. That of an image plane is
// sample N/2, so that a mask that was made for the samples of a Fourier
// transform meets them.
func (p *params) sampled(f, other *fitsArray, from scaleSource) (grid.Map, bool) {
	unit, centre, inRadians := grid.Metre, grid.Centered, 1.0
	if p.plane == inImage {
		unit, centre, inRadians = grid.Radian, grid.FFTCentered, grid.Arcsecond
	}
	step := from.number * inRadians
	switch {
	case from.keyword != "":
		s, ok := f.Header.Float(from.keyword)
		if !ok {
			s, ok = other.Header.Float(from.keyword)
		}
		if !ok || !(s > 0) {
			p.fail("pixelscale", "names the keyword %s, which is no positive number in %s", quoted(from.keyword), f.path)
			return grid.Map{}, false
		}
		step = s * inRadians
	case from.number == 0:
		s, err := fitsfile.PixelScale(f.Header, unit)
		if err != nil {
			var otherErr error
			if s, otherErr = fitsfile.PixelScale(other.Header, unit); otherErr != nil {
				p.fail(f.key, "(%s) cannot be placed: %v; or write pixelscale as a number of %s", f.path, err, unitNames[p.unit()])
				return grid.Map{}, false
			}
		}
		step = s
	}
	rows, cols := f.Shape[0], f.Shape[1]
	return grid.Map{
		Grid: grid.Grid{Y: centre(rows, step), X: centre(cols, step), Unit: unit},
		Data: f.Data,
	}, true
}

// toPath puts the samples of opd into spec, in metres or as a phase.
func (p *params) toPath(f *fitsArray, unit string, m grid.Map, spec *optics.ArraySpec) bool {
	key := "opdunits"
	if unit == "" {
		var ok bool
		if unit, ok = f.Header.Text("BUNIT"); !ok {
			p.fail("opd", "(%s) has no unit: its header has no BUNIT; write opdunits", f.path)
			return false
		}
		key = "opd"
	}
	metres, radian, err := fitsfile.LengthUnit(unit)
	switch {
	case err != nil && key == "opd":
		p.fail(key, "(%s) cannot be used: %v", f.path, err)
		return false
	case err != nil:
		p.fail(key, "cannot be used: %v", err)
		return false
	case radian:
		spec.Phase = m
	default:
		for i := range m.Data {
			m.Data[i] *= metres
		}
		spec.OPD, f.metres = m, metres
	}
	return true
}
