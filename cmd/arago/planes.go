package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"arago/fitsfile"
	"arago/internal/imagefile"
	"arago/propagate"
)

// planeFiles writes the field behind each plane at each wavelength: a cube of
// intensity, amplitude and phase, as POPPY's as_fits(what='all').
type planeFiles struct {
	imagefile.Origin
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
	return &planeFiles{Origin: j.Origin, out: &j.out, folder: folder}, nil
}

// save writes one plane; the propagation calls it for one at a time.
func (p *planeFiles) save(s propagate.Snapshot) {
	file, err := p.out.create(filepath.Join(p.folder, planeName(s)))
	if err == nil {
		err = file.write(func(w io.Writer) error { return fitsfile.Encode(w, file.path, p.PlaneHDU(s)) })
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
	}, imagefile.Plain(s.Label))
	const longest = 64
	label = label[:min(len(label), longest)]
	return fmt.Sprintf("plane_%02d_%s_wave%d_%.5fum.fits", s.Plane+1, label, s.Line, s.Wavelength*1e6)
}
