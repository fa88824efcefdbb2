package fftw

import (
	"fmt"
	"os"
	"time"
)

// Effort says how much time FFTW may take to find a fast plan for a size.
type Effort int

const (
	// Estimate chooses by FFTW's cost model, in no time. The same size has the
	// same plan, and the same bits, in every process.
	Estimate Effort = iota
	// Measure times a few candidates, for a fraction of a second.
	Measure
	// Patient times many, for seconds.
	Patient
)

var efforts = []string{Estimate: "estimate", Measure: "measure", Patient: "patient"}

// String returns the word for the effort: estimate, measure or patient.
func (e Effort) String() string {
	if e < 0 || int(e) >= len(efforts) {
		return fmt.Sprintf("Effort(%d)", int(e))
	}
	return efforts[e]
}

// ParseEffort reads the word for an effort. "" is estimate.
func ParseEffort(word string) (Effort, error) {
	if word == "" {
		return Estimate, nil
	}
	for e, name := range efforts {
		if word == name {
			return Effort(e), nil
		}
	}
	return 0, fmt.Errorf("FFTW has no planner effort %q; write estimate, measure or patient", word)
}

// DefaultTimeLimit bounds the search for one plan.
const DefaultTimeLimit = 10 * time.Second

// Options says how FFTW is used. The zero value is what New uses, unless the
// environment says otherwise.
type Options struct {
	// Effort is the planner's effort.
	Effort Effort
	// TimeLimit bounds the search for one plan, roughly: FFTW looks at the
	// clock between two candidates. 0 means DefaultTimeLimit.
	TimeLimit time.Duration
	// Threads is the number of FFTW's own threads in a transform. 0 and 1 mean
	// none: goroutines share the work, which is faster unless whole arrays are
	// transformed by measured plans. With threads a windowed transform is done as
	// that of the whole array, which takes memory for it.
	Threads int
	// Library is the folder with FFTW's shared libraries, or the file of one
	// library that has both precisions, such as MKL's libmkl_rt.so. "" means
	// where the system looks.
	Library string
	// Warn is told, in one sentence, about wisdom that cannot be read or kept.
	// nil means the default logger of log/slog.
	Warn func(string)
}

// Environment variables that New reads.
const (
	// EnvironmentEffort names the planner effort: estimate, measure, patient.
	EnvironmentEffort = "ARAGO_FFTW_EFFORT"
	// EnvironmentLibrary is Options.Library.
	EnvironmentLibrary = "ARAGO_FFTW_LIBRARY"
)

// FromEnvironment returns the options that the environment names.
func FromEnvironment() (Options, error) {
	effort, err := ParseEffort(os.Getenv(EnvironmentEffort))
	if err != nil {
		return Options{}, fmt.Errorf("%s: %w", EnvironmentEffort, err)
	}
	return Options{Effort: effort, Library: os.Getenv(EnvironmentLibrary)}, nil
}
