package sweep

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"arago/internal/failure"
	"arago/system"
)

// ErrStudy is a sweep file, or a case of it, that cannot be.
var ErrStudy = errors.New("not a study that can be computed")

// studyError is an ErrStudy.
type studyError struct{ error }

func (e studyError) Unwrap() error        { return e.error }
func (e studyError) Is(target error) bool { return target == ErrStudy }

func wrongStudy(format string, args ...any) error { return studyError{fmt.Errorf(format, args...)} }

// Study is a sweep file that has been read.
type Study struct {
	// File is its name, Base the system file.
	File string
	Base *system.Document
	// Output says what is kept of images, Measures what is measured.
	Output   Output
	Measures Measures

	seed   int64
	groups []group
	count  int
	// digest is a hash of the sweep file, the system file and the tables.
	digest [sha256.Size]byte
}

// Output says what is kept of an image.
type Output struct {
	// Images is "cube", "files" (one for each case) or "none".
	Images string `toml:"images"`
	// Sampling is "pixels": what the detector sees; or "samples": the image as it was
	// computed, Oversample times finer. Without a detector both are the same.
	Sampling string `toml:"sampling"`
	// Bits of a sample, 64 or 32.
	Bits int `toml:"bits"`
}

// fileText is a sweep file.
type fileText struct {
	System   string     `toml:"system"`
	Seed     int64      `toml:"seed"`
	Axes     []axisText `toml:"axis"`
	Output   Output     `toml:"output"`
	Measures Measures   `toml:"measures"`
}

// group is axes that advance together.
type group struct {
	axes []*axis
	n    int
}

// maxStudy bounds the size of a sweep file in bytes.
const maxStudy = 64 << 20

// Read reads the sweep file at path. Names of other files in it are relative to its
// folder. The error is ErrStudy, or that of a file that cannot be read.
func Read(path string) (*Study, error) {
	text, err := readAll(path, maxStudy)
	if err != nil {
		return nil, err
	}
	return Parse(path, text, system.Folder(path))
}

func readAll(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, failure.Cause(err))
	}
	if !info.Mode().IsRegular() || info.Size() > limit {
		return nil, wrongStudy("%s is no file of at most %d bytes", path, limit)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, failure.Cause(err))
	}
	return text, nil
}

// Parse reads the text of a sweep file; messages call it name.
func Parse(name string, text []byte, dir string) (*Study, error) {
	s := &Study{File: name}
	wrong := func(format string, args ...any) error {
		return wrongStudy("%s: %w", name, fmt.Errorf(format, args...))
	}
	var t fileText
	t.Output = Output{Images: "cube", Sampling: "pixels", Bits: 64}
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&t); err != nil {
		return nil, decodingError(name, err)
	}
	s.seed, s.Output, s.Measures = t.Seed, t.Output, t.Measures
	if t.System == "" {
		return nil, wrong("system is missing; write the name of the system file, as in system = \"telescope.toml\"")
	}
	base := t.System
	if !filepath.IsAbs(base) {
		base = filepath.Join(dir, base)
	}
	var err error
	if s.Base, err = system.ReadDocument(base); err != nil {
		return nil, wrongStudy("%s: system: %w", name, err)
	}
	if err := s.Output.check(); err != nil {
		return nil, wrong("output: %w", err)
	}
	if err := s.Measures.check(); err != nil {
		return nil, wrong("measures: %w", err)
	}
	if len(t.Axes) == 0 {
		return nil, wrong("there is no [[axis]]; write one for each parameter that changes")
	}
	hash := sha256.New()
	for _, part := range [][]byte{text, s.Base.Text()} {
		sum := sha256.Sum256(part)
		hash.Write(sum[:])
	}
	for i, at := range t.Axes {
		a, err := at.axis(s.seed, dir)
		if err != nil {
			label := fmt.Sprintf("axis %d", i+1)
			if p, _ := texts(at.Path, ""); len(p) > 0 {
				label += " (" + strings.Join(p, ", ") + ")"
			}
			return nil, wrong("%s %w", label, err)
		}
		if at.Table != "" || at.Files != "" {
			for k := range a.n {
				fmt.Fprintln(hash, a.at(k, 0)...)
			}
		}
		if err := s.add(a); err != nil {
			return nil, wrong("axis %d %w", i+1, err)
		}
	}
	if err := s.checkOverwritten(); err != nil {
		return nil, wrong("%w", err)
	}
	s.count = 1
	for _, g := range s.groups {
		if s.count > maxCases/g.n {
			return nil, wrong("there are more than %d cases", maxCases)
		}
		s.count *= g.n
	}
	hash.Sum(s.digest[:0])
	return s, nil
}

func decodingError(name string, err error) error {
	if unknown, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(unknown.Errors) > 0 {
		first := unknown.Errors[0]
		line, _ := first.Position()
		return wrongStudy("%s:%d: %s is not a known key; possible are system, seed, [[axis]], [output] and [measures] with theirs", name, line, strings.Join(first.Key(), "."))
	}
	if bad, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := bad.Position()
		return wrongStudy("%s:%d: %s", name, line, strings.TrimPrefix(bad.Error(), "toml: "))
	}
	return wrongStudy("%s: %w", name, err)
}

func (o Output) check() error {
	switch {
	case !slices.Contains([]string{"cube", "files", "none"}, o.Images):
		return fmt.Errorf("images is %q; it must be \"cube\", \"files\" (one for each case) or \"none\"", o.Images)
	case !slices.Contains([]string{"pixels", "samples"}, o.Sampling):
		return fmt.Errorf("sampling is %q; it must be \"pixels\" (of the detector) or \"samples\" (as computed)", o.Sampling)
	case o.Bits != 64 && o.Bits != 32:
		return fmt.Errorf("bits is %d; it must be 64 or 32", o.Bits)
	}
	return nil
}

// add puts an axis into its group.
func (s *Study) add(a *axis) error {
	for i, p := range a.paths {
		named := func(other string) bool { return strings.EqualFold(other, a.names[i]) } // as readers of FITS tables do
		switch {
		case slices.Contains(a.paths[:i], p):
			return fmt.Errorf("sets %s twice", p)
		case slices.ContainsFunc(a.names[:i], named):
			return fmt.Errorf("has the column %s in the index twice; give each parameter a name of its own", a.names[i])
		case slices.ContainsFunc(ownColumns(), named):
			return fmt.Errorf("has the column %s in the index, which the index has itself; give it another name", a.names[i])
		case slices.Contains(s.Paths(), p):
			return fmt.Errorf("sets %s, as another axis does", p)
		case slices.ContainsFunc(s.names(), named):
			return fmt.Errorf("has the column %s in the index, as another axis has; give it another name", a.names[i])
		}
	}
	for i := range s.groups {
		g := &s.groups[i]
		if a.zip == "" || g.axes[0].zip != a.zip {
			continue
		}
		if g.n != a.n {
			return fmt.Errorf("has %d values, and another axis with zip = %q has %d; they must have as many", a.n, a.zip, g.n)
		}
		g.axes = append(g.axes, a)
		return nil
	}
	s.groups = append(s.groups, group{[]*axis{a}, a.n})
	return nil
}

// checkOverwritten refuses a parameter that another one is a part of, if that is set
// before it: its values would be lost.
func (s *Study) checkOverwritten() error {
	paths := s.Paths() // in the order in which they are set
	for i, whole := range paths {
		for _, part := range paths[:i] {
			if strings.HasPrefix(part, whole+".") {
				return fmt.Errorf("%s is set after %s, which is a part of it, and overwrites it; put the axis of %s first", whole, part, whole)
			}
		}
	}
	return nil
}

// Cases returns the number of cases.
func (s *Study) Cases() int { return s.count }

// Paths returns the parameters that change, in the order of the axes.
func (s *Study) Paths() []string {
	var paths []string
	for _, g := range s.groups {
		for _, a := range g.axes {
			paths = append(paths, a.paths...)
		}
	}
	return paths
}

// AxisSize is parameters that change together, and how many values they take.
type AxisSize struct {
	Paths  []string
	Values int
}

// Axes returns the axes that multiply to the cases.
func (s *Study) Axes() []AxisSize {
	var list []AxisSize
	for _, g := range s.groups {
		a := AxisSize{Values: g.n}
		for _, axis := range g.axes {
			a.Paths = append(a.Paths, axis.paths...)
		}
		list = append(list, a)
	}
	return list
}

// Digest is a hash of the sweep file, the system file and the tables.
func (s *Study) Digest() string { return hex.EncodeToString(s.digest[:]) }

// names returns the columns of the index that hold their values.
func (s *Study) names() []string {
	var names []string
	for _, g := range s.groups {
		for _, a := range g.axes {
			names = append(names, a.names...)
		}
	}
	return names
}

// point returns where group k stands in a case.
func (s *Study) point(k, number int) int {
	for _, g := range s.groups[k+1:] {
		number /= g.n
	}
	return number % s.groups[k].n
}

// Case returns the settings of a case, counted from 0.
func (s *Study) Case(number int) []system.Setting {
	var settings []system.Setting
	for k, g := range s.groups {
		settings = g.settings(settings, s.point(k, number), number)
	}
	return settings
}

func (g group) settings(list []system.Setting, point, number int) []system.Setting {
	for _, a := range g.axes {
		for i, v := range a.at(point, number) {
			list = append(list, system.Setting{Path: a.paths[i], Value: v})
		}
	}
	return list
}

// Label says what a case is: "case 17 (source.offset_r = 0.2)".
func (s *Study) Label(number int) string {
	var values []string
	for _, v := range s.Case(number) {
		values = append(values, v.Path+" = "+shown(v.Value))
	}
	return fmt.Sprintf("case %d (%s)", number, strings.Join(values, ", "))
}

// shown writes a value as a message does, cut short.
func shown(v any) string {
	text := fmt.Sprint(v)
	if s, ok := v.(string); ok {
		text = fmt.Sprintf("%q", s)
	}
	if runes := []rune(text); len(runes) > 60 {
		text = string(runes[:60]) + "…"
	}
	return text
}

// inCase says which case an error is about.
func (s *Study) inCase(number int, err error) error {
	return fmt.Errorf("%s: %s: %w", s.File, s.Label(number), err)
}

// reference returns the settings of the system that a case is compared with, or nil.
func (s *Study) reference(settings []system.Setting) []system.Setting {
	if len(s.Measures.Reference) == 0 {
		return nil
	}
	list := slices.Clone(settings)
	for _, path := range slices.Sorted(maps.Keys(s.Measures.Reference)) {
		// What lies below it would set parts of the new value.
		list = slices.DeleteFunc(list, func(set system.Setting) bool {
			return set.Path == path || strings.HasPrefix(set.Path, path+".")
		})
		list = append(list, system.Setting{Path: path, Value: s.Measures.Reference[path]})
	}
	return list
}
