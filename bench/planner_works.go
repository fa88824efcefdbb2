package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	_ "embed"

	"arago/backend"
	"arago/backend/gonum"
	"arago/fitsfile"
	"arago/fourier"
	"arago/grid"
	"arago/propagate"
	"arago/system"
)

//go:embed planner.py
var plannerSource string

// ours is the package that the others are held against.
const ours = "Arago"

// opticsWork is a transform, or a whole run through a system.
type opticsWork struct {
	Key, Title string
	// N samples to M samples over Field λ/D, on each axis.
	N, M  int
	Field float64
	// File is the system file of a run, Extra what other packages need to know of it.
	File  string
	Extra map[string]any
	Goals []opticsGoal
}

// opticsGoal is by how much a call of Arago should be faster than the fastest of the
// others, or than one of them.
type opticsGoal struct {
	Than    string // the label of a row; "" is the fastest
	AtLeast float64
	// Memory is the most that the program should take, in bytes; 0 for no goal.
	Memory int64
}

func opticsWorks() []opticsWork {
	transform := func(key string, n, m int, field, atLeast float64) opticsWork {
		return opticsWork{
			Key: key, Title: fmt.Sprintf("%d → %d over %g λ/D", n, m, field),
			N: n, M: m, Field: field, Goals: []opticsGoal{{AtLeast: atLeast}},
		}
	}
	return []opticsWork{
		transform("1024-624", 1024, 624, 100, 8),
		transform("1024-156", 1024, 156, 25, 8),
		transform("2048-1024", 2048, 1024, 60, 10),
		transform("4096-512", 4096, 512, 16, 10),
		{
			Key: "main", Title: "18 hexagons, 9 wavelengths", File: filepath.Join("..", "examples", "segmented.toml"),
			Extra: map[string]any{
				"hexagons": map[string]any{"side": 0.76, "gap": 0.007, "rings": 2, "center": false}, "zernike_radius": 3.33,
				"zernike": []float64{0, 0, 0, 50e-9, 20e-9, -35e-9, 25e-9, -15e-9, 10e-9, 15e-9, 20e-9},
			},
			Goals: []opticsGoal{{AtLeast: 8}, {Than: "POPPY, its own elements", AtLeast: 45}},
		},
		{
			Key: "lyot", Title: "Lyot coronagraph, 9 wavelengths", File: "lyot.toml",
			Extra: map[string]any{
				"occulter": 0.3, "stop_radius": 2.75, "radius": 3.25, "oversample": 4,
				"zernike": []float64{0, 0, 0, 5e-9, 0, 0, 3e-9},
			},
			Goals: []opticsGoal{{AtLeast: 10}, {Than: "POPPY, FFT", AtLeast: 150}, {Memory: 250e6}},
		},
	}
}

// opticsEntry is a contender that has not been opened.
type opticsEntry struct {
	pack, method string
	// tolerance is by how much of the peak its image may differ from the first one's.
	tolerance float64
	open      func(context.Context) (opticsContender, error)
}

// contenders lists those of a work; the first one's image is what others are held to.
func (w opticsWork) contenders(o plannerOptions, folder string) []opticsEntry {
	peer := func(pack, module, method string, tolerance float64) opticsEntry {
		return opticsEntry{pack, method, tolerance, func(ctx context.Context) (opticsContender, error) {
			p, err := startProcess(exec.CommandContext(ctx, o.python, "-c", plannerSource, module), nil)
			return &opticsPeer{worker: p, method: method, folder: folder}, err
		}}
	}
	own := func(method string, c opticsContender, tolerance float64) opticsEntry {
		return opticsEntry{ours, method, tolerance, func(context.Context) (opticsContender, error) { return c, nil }}
	}
	// Sums of some thousand terms in double precision; the zoom FFT of HCIPy takes its
	// chirps from whole phases.
	const same, zoom = 1e-12, 1e-10
	if w.File == "" {
		return []opticsEntry{
			own("Go", new(ownTransform), same),
			peer("prysm", "prysm", "matrix DFT", same), peer("prysm", "prysm", "chirp-z", zoom),
			peer("HCIPy", "hcipy", "its choice", zoom), peer("HCIPy", "hcipy", "matrix DFT", same), peer("HCIPy", "hcipy", "zoom FFT", zoom),
			peer("POPPY", "poppy", "matrix DFT", same), peer("SciPy", "scipy", "chirp-z", zoom),
		}
	}
	program := &programRun{program: o.program, folder: folder}
	entries := []opticsEntry{own("Go", new(ownRun), same), own("the program", program, same)}
	if w.Key != "lyot" {
		return append(entries,
			peer("prysm", "prysm", "matrix DFT", same), peer("prysm", "prysm", "chirp-z", zoom),
			peer("HCIPy", "hcipy", "its choice", zoom), peer("POPPY", "poppy", "sampled pupil", same),
			// POPPY's hexagons have ragged edges: a sample is inside or outside.
			peer("POPPY", "poppy", "its own elements", 0.05))
	}
	// What is behind an occulter hangs on how finely it is sampled: eight samples to a
	// λ/D, or four on the planes of an FFT.
	const box, padded = 0.01, 0.05
	return append(entries,
		own("Go, recipe fft", &ownRun{recipe: fourier.RecipeFFT}, padded),
		peer("prysm", "prysm", "chirp-z", box), peer("HCIPy", "hcipy", "its choice", box), peer("POPPY", "poppy", "semi-analytic", box), peer("POPPY", "poppy", "FFT", padded))
}

// opticsPeer is a package in a Python process of its own.
type opticsPeer struct {
	*worker
	method, folder string
}

func (p *opticsPeer) prepare(_ context.Context, w opticsWork) error {
	r := map[string]any{"do": "prepare", "method": p.method}
	if w.File == "" {
		r["kind"], r["n"], r["m"], r["field"] = "transform", w.N, w.M, w.Field
		return p.ask(r, &struct{}{})
	}
	r["kind"] = "job"
	for key, value := range w.Extra {
		r[key] = value
	}
	plan, err := planOf(w, propagate.Options{})
	if err != nil {
		return err
	}
	s, err := system.Read(w.File)
	if err != nil {
		return err
	}
	d := s.Planes[len(s.Planes)-1].(propagate.Detector)
	r["npix"], r["pixels"], r["diameter"], r["step"] = s.Npix, d.PixelsX*d.Oversample, s.Diameter, d.ScaleX/float64(d.Oversample)
	var wavelengths []float64
	for _, l := range s.Source.Spectrum {
		wavelengths = append(wavelengths, l.Wavelength)
	}
	r["wavelengths"] = wavelengths
	masks := plan.Masks()
	for name, values := range map[string][]float64{"amplitude": masks[0].Amplitude, "opd": masks[0].OPD, "stop": masks[len(masks)-2].Amplitude} {
		path := filepath.Join(p.folder, name)
		if err := writeDoubles(path, values); err != nil {
			return err
		}
		r[name] = path
	}
	return p.ask(r, &struct{}{})
}

func (p *opticsPeer) call(context.Context) (float64, error) {
	var answer struct {
		Seconds float64 `json:"seconds"`
	}
	err := p.ask(map[string]any{"do": "time"}, &answer)
	return answer.Seconds, err
}

func (p *opticsPeer) image() ([]float64, error) {
	path := filepath.Join(p.folder, "image")
	if err := p.ask(map[string]any{"do": "image", "file": path}, &struct{}{}); err != nil {
		return nil, err
	}
	return readDoubles(path)
}

func (p *opticsPeer) tell(r *opticsRow) error {
	var answer struct {
		Bytes int64 `json:"bytes"`
	}
	err := p.ask(map[string]any{"do": "peak"}, &answer)
	r.Peak, r.Version, r.Uses = answer.Bytes, p.about.Version, p.about.Library
	return err
}

func (p *opticsPeer) close() {
	if p.worker != nil {
		p.stop()
	}
}

func writeDoubles(path string, values []float64) error {
	text := make([]byte, 0, 8*len(values))
	for _, v := range values {
		text = binary.LittleEndian.AppendUint64(text, math.Float64bits(v))
	}
	return os.WriteFile(path, text, 0o666)
}

func readDoubles(path string) ([]float64, error) {
	text, err := os.ReadFile(path)
	values := make([]float64, len(text)/8)
	for i := range values {
		values[i] = math.Float64frombits(binary.LittleEndian.Uint64(text[8*i:]))
	}
	return values, err
}

// ownTransform is a transform by the Go package fourier, as its planner has it done.
type ownTransform struct {
	plan         fourier.Plan[complex128]
	src, in, out backend.Matrix[complex128]
	// lasts says that a transform does not use its input up.
	lasts  bool
	making float64
}

func (o *ownTransform) prepare(_ context.Context, w opticsWork) error {
	backends, err := backends()
	if err != nil {
		return err
	}
	const diameter, wavelength = 1, 1e-6
	t := fourier.Transform{
		In:         grid.Square(grid.Centered(w.N, diameter/float64(w.N)), grid.Metre),
		Out:        grid.Square(grid.Centered(w.M, w.Field*wavelength/diameter/float64(w.M)), grid.Radian),
		Wavelength: wavelength, Sign: 1,
	}
	began := time.Now()
	best := fourier.Estimates(t, nil, false)[0]
	if best.Reason != "" {
		return errors.New(best.Reason)
	}
	if o.plan, err = fourier.New(backends.Double, fourier.NewCache(1<<30), t, best.Recipe); err != nil {
		return err
	}
	o.making = time.Since(began).Seconds()
	o.src, o.in, o.out = transformPupil(w.N), backend.NewMatrix[complex128](w.N, w.N), backend.NewMatrix[complex128](w.M, w.M)
	copy(o.in.Data, o.src.Data)
	o.plan.Execute(o.out, o.in)
	o.lasts = slices.Equal(o.in.Data, o.src.Data)
	return nil
}

// transformPupil is that of planner.py.
func transformPupil(n int) backend.Matrix[complex128] {
	pupil := backend.NewMatrix[complex128](n, n)
	at := func(i int) float64 { return (float64(i) - float64(n-1)/2) / float64(n) }
	for i := range n {
		for j := range n {
			x, y := at(j), at(i)
			if x*x+y*y <= 0.24 {
				pupil.Set(i, j, cmplx.Rect(1, 3*(x*x+y*y)+2*x*y*x-x+0.5*y))
			}
		}
	}
	return pupil
}

func backends() (backend.Selection, error) {
	var r backend.Registry
	r.Register(gonum.Name, gonum.New)
	return r.Select(gonum.Name)
}

func (o *ownTransform) call(context.Context) (float64, error) {
	if !o.lasts {
		copy(o.in.Data, o.src.Data)
	}
	began := time.Now()
	o.plan.Execute(o.out, o.in)
	return time.Since(began).Seconds(), nil
}

func (o *ownTransform) image() ([]float64, error) {
	var values []float64
	for i := range o.out.Rows {
		for _, v := range o.out.Row(i) {
			values = append(values, real(v)*real(v)+imag(v)*imag(v))
		}
	}
	return values, nil
}

func (o *ownTransform) tell(r *opticsRow) error {
	r.Plan, r.Recipes = o.making, []string{o.plan.Recipe()}
	return nil
}

func (*ownTransform) close() {}

// ownRun is a run by the Go package propagate.
type ownRun struct {
	recipe string
	plan   *propagate.Plan
	making float64
	result *propagate.Result
}

func planOf(w opticsWork, o propagate.Options) (*propagate.Plan, error) {
	s, err := system.Read(w.File)
	if err != nil {
		return nil, err
	}
	if o.Backend, err = backends(); err != nil {
		return nil, err
	}
	return propagate.NewPlan(s, o)
}

func (o *ownRun) prepare(_ context.Context, w opticsWork) error {
	began := time.Now()
	var err error
	o.plan, err = planOf(w, propagate.Options{Recipe: o.recipe})
	o.making = time.Since(began).Seconds()
	return err
}

func (o *ownRun) call(ctx context.Context) (float64, error) {
	began := time.Now()
	var err error
	o.result, err = o.plan.Run(ctx)
	return time.Since(began).Seconds(), err
}

func (o *ownRun) image() ([]float64, error) { return o.result.Image.Data, nil }

func (o *ownRun) tell(r *opticsRow) error {
	r.Plan = o.making
	for _, s := range o.result.Steps {
		if s.Recipe != "" {
			r.Recipes = append(r.Recipes, s.Recipe)
		}
	}
	return nil
}

func (*ownRun) close() {}

// programRun is a run of the program, from the system file to the FITS file.
type programRun struct {
	program, folder, file string
	process               []float64 // seconds from start to exit
	peak                  int64
}

func (p *programRun) prepare(_ context.Context, w opticsWork) error {
	p.file = w.File
	return nil
}

func (p *programRun) call(ctx context.Context) (float64, error) {
	began := time.Now()
	text, err := exec.CommandContext(ctx, p.program, "psf", p.file, "-o", p.fits(), "--no-picture", "--json").Output()
	p.process = append(p.process, time.Since(began).Seconds())
	if err != nil {
		return 0, err
	}
	var r struct {
		Seconds    float64 `json:"seconds"`
		PeakMemory int64   `json:"peak_memory"`
	}
	err = json.Unmarshal(text, &r)
	p.peak = max(p.peak, r.PeakMemory)
	return r.Seconds, err
}

func (p *programRun) fits() string { return filepath.Join(p.folder, "image.fits") }

func (p *programRun) image() ([]float64, error) {
	hdus, err := fitsfile.Read(p.fits())
	if err != nil {
		return nil, err
	}
	return hdus[0].Data, nil
}

func (p *programRun) tell(r *opticsRow) error {
	r.Peak, r.Process = p.peak, median(p.process)
	return nil
}

func (*programRun) close() {}
