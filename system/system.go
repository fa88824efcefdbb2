package system

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"arago/propagate"
)

// Bounds on what a file may ask for. They catch slips of the pen before memory
// is taken for them; whether a system fits in this machine is found by planning.
const (
	// maxFileSize, in bytes: people write system files by hand, and a thousand
	// Zernike coefficients take 20 kB.
	maxFileSize = 1 << 20
	// maxSide bounds the samples across any array. A plane of that side in
	// double precision takes 64 GiB.
	maxSide = 1 << 16
	// maxWavelengths bounds the spectrum; each wavelength is a propagation.
	maxWavelengths = 10_000
)

// Read reads the system file at path. Names of FITS files in it are relative to
// its folder. The error is an [*Error].
func Read(path string) (propagate.System, error) {
	f, err := os.Open(path)
	if err != nil {
		return propagate.System{}, unreadable(path, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err != nil {
		return propagate.System{}, unreadable(path, err)
	}
	return Parse(path, text, Folder(path))
}

func unreadable(path string, err error) error {
	cause := err
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		cause = p.Err
	}
	return &Error{File: path, Problem: "cannot be read: " + cause.Error(), Err: err}
}

// Folder returns the folder of the file at path, as the system finds it: a link
// on the way to a ".." is followed first.
func Folder(path string) string {
	folder, _ := filepath.Split(path)
	if strings.Contains(folder, "..") {
		if followed, err := filepath.EvalSymlinks(folder); err == nil {
			return followed
		}
	}
	return filepath.Clean(folder)
}

// File is a FITS file that a system was made from.
type File struct {
	Path string
	// SHA256 is the hash of the samples that were read.
	SHA256 string

	// Step is the distance between samples, in metres or radians, and Metres what a unit
	// of a path is in metres, 0 for a phase and for a transmission: the header or the
	// text says so, and the element depends on it as on the samples.
	Step, Metres float64
}

// Parse reads the text of a system file. Messages call it name; names of FITS
// files in it are relative to the folder dir. The error is an [*Error].
func Parse(name string, text []byte, dir string) (propagate.System, error) {
	s, _, err := ParseFiles(name, text, dir)
	return s, err
}

// ParseFiles is Parse, and lists the FITS files that were read, in the order of
// the text.
func ParseFiles(name string, text []byte, dir string) (propagate.System, []File, error) {
	r := &reader{file: name, dir: dir}
	if len(text) > maxFileSize {
		r.add(Error{Problem: fmt.Sprintf("is larger than %d bytes; that is no system file", maxFileSize)})
		return propagate.System{}, nil, r.first()
	}
	root, bad := parseTOML(text)
	if bad != nil {
		r.add(*bad)
		return propagate.System{}, nil, r.first()
	}
	s := r.system(root)
	if err := r.first(); err != nil {
		return propagate.System{}, nil, err
	}
	return s, r.files, nil
}

// system reads a whole file.
func (r *reader) system(root *table) propagate.System {
	p := &params{reader: r, table: root}
	head := p.section("system", "the size of the pupil array and how the light is counted")
	source := p.section("source", "the wavelengths and the position of the star")
	planes := p.sections("plane", "the planes that the light passes, in this order")
	p.finish()

	var s propagate.System
	if head != nil {
		if isFresnel(head) {
			k := head.entries["kind"]
			r.errs = []*Error{{File: r.file, Line: k.line, Where: "system", Key: "kind",
				Problem: `is "fresnel", but this version computes Fraunhofer systems only: pupils and images; write "fraunhofer" or leave the key out`}}
			return s
		}
		s = r.head(head)
	}
	if source != nil {
		s.Source = r.source(source)
	}
	s.Planes = r.planes(planes, s)
	return s
}

func isFresnel(head *table) bool {
	kind, _ := head.entries["kind"].data.(string)
	return kind == "fresnel"
}

// head reads [system].
func (r *reader) head(t *table) propagate.System {
	p := &params{reader: r, table: t, where: "system"}
	p.word("kind", "fraunhofer", []string{"fraunhofer"}, "how the light is propagated")
	s := propagate.System{
		Name:       p.text("name", "what people call the system"),
		Diameter:   p.needPositive("diameter", "m", "the width of the pupil array"),
		Npix:       p.needWhole("npix", 1, maxSide, "the samples across the pupil array"),
		Oversample: p.whole("oversample", 2, 1, maxSide, "how much finer than λ/diameter image planes are sampled"),
	}
	if side := s.Npix * s.Oversample; side > maxSide {
		p.fail("oversample", "is %d, which with npix = %d makes image planes of %d samples a side; they may have %d", s.Oversample, s.Npix, side, maxSide)
	}
	name := p.word("normalize", propagate.NormalizeFirst.String(), normalizations, "where the total intensity is 1")
	if n, err := propagate.ParseNormalization(name); err == nil {
		s.Normalize = n
	}
	p.finish()
	return s
}

var normalizations = []string{
	propagate.NormalizeFirst.String(),
	propagate.NormalizeLast.String(),
	propagate.NormalizeExitPupil.String(),
	propagate.NormalizeNone.String(),
}
