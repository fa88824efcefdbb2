package main

import (
	"fmt"
	"strings"

	"arago/internal/about"
	"arago/internal/axes"
	"arago/internal/bytesize"
	"arago/internal/imagefile"
	"arago/propagate"
)

// psfReport is what arago psf says when it is done.
type psfReport struct {
	System  string `json:"system"`
	File    string `json:"file"`
	SHA256  string `json:"sha256"`
	FITS    string `json:"fits"`
	Picture string `json:"picture,omitempty"`
	// Planes is the folder of the planes, PlaneFiles the number of files in it.
	Planes     string `json:"planes,omitempty"`
	PlaneFiles int    `json:"plane_files,omitempty"`

	// Rows and Cols are the samples of the image, Step their distance (y, x) and
	// Width the width of the field (y, x), all in Unit.
	Rows  int        `json:"rows"`
	Cols  int        `json:"cols"`
	Step  [2]float64 `json:"step"`
	Width [2]float64 `json:"width"`
	Unit  string     `json:"unit"`
	// Oversample is the number of samples across a detector pixel, 0 without
	// a detector.
	Oversample int `json:"oversample,omitempty"`
	// Flux is the sum of the image.
	Flux      float64 `json:"flux"`
	Normalize string  `json:"normalize"`

	Wavelengths []lineReport `json:"wavelengths"`
	Steps       []about.Step `json:"steps"`
	Backend     string       `json:"backend"`
	Libraries   []string     `json:"libraries"`
	Precision   string       `json:"precision"`
	// PredictedError is that of the field in the last plane, relative to the amplitude
	// that all light of the first plane would make in one sample; see
	// propagate.Plan.PredictedError.
	PredictedError float64 `json:"predicted_error"`
	// MaskError is the part of it that the sampling of masks has.
	MaskError float64 `json:"mask_error"`
	// Warnings are about sampling and precision.
	Warnings []string `json:"warnings"`
	// Verified is what direct summation found, if it was asked.
	Verified *verifiedReport `json:"verified,omitempty"`
	// Mode is how the work was shared; Workers is the number of wavelengths
	// computed at once, FFTWThreads that of FFTW's threads, 0 if it has none.
	Mode        string `json:"mode"`
	Workers     int    `json:"workers"`
	FFTWThreads int    `json:"fftw_threads,omitempty"`
	// Replaced is the number of worker processes that died and were replaced.
	Replaced int `json:"replaced_workers,omitempty"`
	// Memory is the predicted peak in bytes, PeakMemory what this program and
	// its worker processes had resident, memory that they share counted once; 0
	// if the system does not tell.
	Memory     int64   `json:"predicted_memory"`
	PeakMemory int64   `json:"peak_memory"`
	Seconds    float64 `json:"seconds"`
	// PredictedSeconds is what was predicted when the plan was made, 0 where work is not
	// shared by goroutines.
	PredictedSeconds float64 `json:"predicted_seconds,omitempty"`

	spectrum string
}

// verifiedReport says by how much samples of the image differ from direct sums.
type verifiedReport struct {
	Samples []verifiedSample `json:"samples"`
	// Largest is the largest difference. OfPeak and OfSample are the largest ones
	// relative to the peak of the image and to the sample itself; Allowed is what
	// rounding explains, relative to the peak. If the image is dark but for rounding,
	// nothing is relative to its peak, and OfPeak and Allowed are 0.
	Largest  float64 `json:"largest"`
	Dark     bool    `json:"dark,omitempty"`
	OfPeak   float64 `json:"of_peak"`
	OfSample float64 `json:"of_sample"`
	Allowed  float64 `json:"allowed"`
	Seconds  float64 `json:"seconds"`
}

type verifiedSample struct {
	Row     int     `json:"row"`
	Col     int     `json:"col"`
	Image   float64 `json:"image"`
	Direct  float64 `json:"direct"`
	Allowed float64 `json:"allowed"`
}

type lineReport struct {
	Wavelength float64 `json:"wavelength"` // m
	Weight     float64 `json:"weight"`     // all sum to 1
}

func (j *job) report() psfReport {
	m := j.result.Image
	unit, name := axes.Unit(m.Unit)
	r := psfReport{
		System: j.System.Name, File: j.File, SHA256: j.SHA256, FITS: j.fits.path,
		Rows: m.Y.N, Cols: m.X.N, Unit: name,
		Step:  [2]float64{m.Y.Step / unit, m.X.Step / unit},
		Width: [2]float64{m.Y.Width() / unit, m.X.Width() / unit},
		Flux:  m.Sum(), Normalize: j.System.Normalize.String(),
		Backend: j.result.Backend, Libraries: about.Libraries(j.result.Linear, j.result.Fourier), Precision: j.result.Precision.String(),
		Mode: string(j.choice.Mode), Workers: j.choice.Workers, FFTWThreads: j.threads, Replaced: j.workers.Deaths,
		Memory: j.peak(j.looks), PeakMemory: j.peakMemory, Seconds: j.seconds, PredictedSeconds: j.predicted,
		spectrum: spectrumText(j.result.Spectrum),
	}
	if j.picture != nil {
		r.Picture = j.picture.path
	}
	if j.planes != nil {
		r.Planes, r.PlaneFiles = j.planes.folder, j.planes.count
	}
	if d, ok := imagefile.Detector(j.System); ok {
		r.Oversample = d.Oversample
	}
	for _, l := range j.result.Spectrum {
		r.Wavelengths = append(r.Wavelengths, lineReport(l))
	}
	r.Steps = about.Steps(j.result.Steps)
	r.PredictedError, r.MaskError = j.result.PredictedError, j.result.MaskError
	if r.Warnings = j.plan.Warnings(); r.Warnings == nil {
		r.Warnings = []string{}
	}
	if v := j.verified; v != nil {
		r.Verified = &verifiedReport{Largest: v.Largest, Dark: v.Dark, OfPeak: v.OfPeak, OfSample: v.OfSample, Allowed: v.Allowed, Seconds: j.verifiedSeconds}
		for _, s := range v.Samples {
			r.Verified.Samples = append(r.Verified.Samples, verifiedSample(s))
		}
	}
	return r
}

// text says how well direct sums agree with the image.
func (r verifiedReport) text() string {
	if r.Dark {
		return fmt.Sprintf("%d samples by direct summation in %.2g s: the image is dark, %.1g at most, and right within %.1g, which is rounding",
			len(r.Samples), r.Seconds, r.Samples[0].Image, r.Largest)
	}
	faintest := r.Samples[0].Image
	for _, s := range r.Samples {
		faintest = min(faintest, s.Image)
	}
	return fmt.Sprintf("%d samples by direct summation in %.2g s: within %.1g of the peak, and %.1g of each sample, the faintest %.1g of the peak",
		len(r.Samples), r.Seconds, r.OfPeak, r.OfSample, faintest/r.Samples[0].Image)
}

// text is the summary for people.
func (r psfReport) text() string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-9s %s\n", name, fmt.Sprintf(format, args...))
	}
	if r.System != "" {
		line("system", "%s", r.System)
	}
	line("image", "%s samples of %s %s", pair("%d", r.Cols, r.Rows), pair("%.6g", r.Step[1], r.Step[0]), r.Unit)
	if r.Oversample > 0 {
		k := r.Oversample
		line("pixels", "%s of %s %s, %d×%d samples each", pair("%d", r.Cols/k, r.Rows/k),
			pair("%.6g", r.Step[1]*float64(k), r.Step[0]*float64(k)), r.Unit, k, k)
	}
	line("field", "%s %s", pair("%.6g", r.Width[1], r.Width[0]), r.Unit)
	line("light", "%s", r.light())
	line("source", "%s", r.spectrum)
	line("recipes", "%s", r.recipes())
	for _, s := range r.Steps {
		if s.Note != "" {
			line("", "%s: %s", s.Plane, s.Note)
		}
	}
	line("back end", "%s (%s), %s precision", r.Backend, strings.Join(r.Libraries, ", "), r.Precision)
	line("error", "%s", errorText(r.PredictedError, r.MaskError))
	if r.Verified != nil {
		line("verified", "%s", r.Verified.text())
	}
	line("workers", "%s", r.shared())
	line("time", "%.3g s", r.Seconds)
	line("wrote", "%s", strings.Join(r.files(), ", "))
	return b.String()
}

// shared says how the work was shared and what memory it took.
func (r psfReport) shared() string {
	s := fmt.Sprintf("%d, by %s", r.Workers, r.Mode)
	if r.FFTWThreads > 0 {
		s = fmt.Sprintf("%d threads of FFTW", r.FFTWThreads)
	}
	if r.Replaced > 0 {
		s += fmt.Sprintf(" (%d died and were replaced)", r.Replaced)
	}
	if r.PeakMemory > 0 {
		return s + fmt.Sprintf(", with %s of memory", bytesize.Text(r.PeakMemory))
	}
	return s + fmt.Sprintf(", taking about %s", bytesize.Text(r.Memory))
}

// pair writes width × height.
func pair[T any](format string, x, y T) string {
	return fmt.Sprintf(format+" × "+format, x, y)
}

// light says what the flux in the field is part of.
func (r psfReport) light() string {
	switch r.Normalize {
	case propagate.NormalizeFirst.String():
		return fmt.Sprintf("%.6g of what passes the first plane is in the field", r.Flux)
	case propagate.NormalizeExitPupil.String():
		return fmt.Sprintf("%.6g of what passes the exit pupil is in the field", r.Flux)
	case propagate.NormalizeLast.String():
		return fmt.Sprintf("%.6g in the field, by normalisation", r.Flux)
	}
	return fmt.Sprintf("%.6g in the field, for an amplitude of 1 at the entrance", r.Flux)
}

// recipes names the planes and what led to each.
func (r psfReport) recipes() string {
	var b strings.Builder
	for i, s := range r.Steps {
		switch {
		case s.Recipe != "":
			fmt.Fprintf(&b, " —%s→ ", s.Recipe)
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(s.Plane)
	}
	return b.String()
}

func (r psfReport) files() []string {
	files := []string{r.FITS}
	if r.Picture != "" {
		files = append(files, r.Picture)
	}
	if r.Planes != "" {
		files = append(files, fmt.Sprintf("%d planes in %s", r.PlaneFiles, r.Planes))
	}
	return files
}
