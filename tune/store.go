package tune

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"arago/fourier"
	"arago/internal/atomicfile"
)

// File is what is kept of one measurement.
type File struct {
	Identity Identity        `json:"identity"`
	Measured time.Time       `json:"measured"`
	Machine  fourier.Machine `json:"machine"`
}

// ErrNone is the error of Load where nothing usable is kept.
var ErrNone = errors.New("no measured figures")

// Folder returns where figures are kept: arago/tune in the user's folder for
// caches.
func Folder() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(cache, "arago", "tune"), nil
}

// Path returns the file of an identity in a folder. There is one for each processor,
// set of kernels and choice of back ends, so that they do not displace each other,
// on machines that share a folder either. Versions are not part of its name: figures
// of a new one replace those of the old, and till then Load says what differs.
func (i Identity) Path(folder string) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%q", []string{i.CPU, i.Kernels, backendName(i.Linear), backendName(i.Fourier)})))
	return filepath.Join(folder, fmt.Sprintf("%x.json", sum[:8]))
}

// Load returns the figures that are kept in a folder for an identity. Its error
// is ErrNone, with the reason, or that of the operating system.
func Load(folder string, i Identity) (File, error) {
	text, err := os.ReadFile(i.Path(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return File{}, ErrNone
	}
	if err != nil {
		return File{}, err
	}
	var f File
	if err := json.Unmarshal(text, &f); err != nil {
		return File{}, fmt.Errorf("%w: %s is damaged: %w", ErrNone, i.Path(folder), err)
	}
	if differs := f.Identity.differs(i); differs != "" {
		return File{}, fmt.Errorf("%w: those kept are of %s", ErrNone, differs)
	}
	if err := check(&f.Machine); err != nil {
		return File{}, fmt.Errorf("%w: %s is damaged: %w", ErrNone, i.Path(folder), err)
	}
	return f, nil
}

// Save keeps figures in a folder, which it makes if there is none.
func Save(folder string, f File) (path string, err error) {
	if err := check(&f.Machine); err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	path = f.Identity.Path(folder)
	file, err := atomicfile.Create(path)
	if err != nil {
		return path, err
	}
	defer file.Discard()
	if err := file.Fill(func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(f)
	}); err != nil {
		return path, err
	}
	_, err = atomicfile.Commit(file)
	return path, err
}

// For returns the figures for so many processors. Those of one were measured; what
// all do together was measured for as many as there were then.
func (f File) For(processors int) *fourier.Machine {
	m := f.Machine
	if m.Together.Processors != processors {
		m.Together = fourier.DefaultTogether(processors)
	}
	return &m
}

// check says what is wrong with figures, which a file may have lost.
func check(m *fourier.Machine) error {
	for _, p := range []struct {
		name string
		r    *fourier.Rates
	}{{"double precision", &m.Double}, {"single precision", &m.Single}} {
		r := p.r
		if !positive(float64(r.Sample), r.Rough, r.Window, r.Elements, r.Phasors, r.Scalar, r.Call) {
			return fmt.Errorf("%s: a rate is missing or not positive", p.name)
		}
		for _, c := range []fourier.Curve{r.RealProduct, r.ComplexProduct, r.FoldedProduct, r.FFT, r.Memory} {
			if len(c) == 0 {
				return fmt.Errorf("%s: a rate is missing", p.name)
			}
			for i, point := range c {
				if !positive(point.Rate, float64(point.Size)) || i > 0 && point.Size <= c[i-1].Size {
					return fmt.Errorf("%s: there is a rate of %g at %d", p.name, point.Rate, point.Size)
				}
			}
		}
	}
	t := m.Together
	if !positive(float64(t.Processors), t.Products, t.Lines, t.Memory, t.Phasors) || !(t.Fork >= 0) || math.IsInf(t.Fork, 0) {
		return errors.New("what all processors do together is missing or not positive")
	}
	return nil
}

func positive(values ...float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool { return !(v > 0) || math.IsInf(v, 0) })
}
