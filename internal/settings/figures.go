package settings

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"arago/backend"
	"arago/fourier"
	"arago/internal/failure"
	"arago/tune"
)

// Figures are those by which recipes are chosen and times predicted.
type Figures struct {
	Identity tune.Identity `json:"identity"`
	// Source is "measured" or "built-in"; Reason says why it is not "measured".
	Source string `json:"source"`
	Reason string `json:"reason,omitempty"`
	// File is where measured figures are kept, Measured when they were.
	File     string          `json:"file,omitempty"`
	Measured *time.Time      `json:"measured,omitempty"`
	Machine  fourier.Machine `json:"machine"`
}

// Where the figures of a machine are from.
const (
	FromMeasurement = "measured"
	FromProgram     = "built-in"
)

// cacheVariable names another folder than the user's for what the program keeps.
const cacheVariable = "ARAGO_CACHE"

// TuneFolder returns the folder of measured figures.
func (e Environment) TuneFolder() (string, error) {
	if folder := e(cacheVariable); folder != "" {
		return filepath.Join(folder, "tune"), nil
	}
	folder, err := tune.Folder()
	if err != nil {
		return "", fmt.Errorf("there is no folder for caches: %w; name one by %s", err, cacheVariable)
	}
	return folder, nil
}

// Figures returns the figures that a run with these back ends uses. What is wrong
// with those that were measured is a reason to use the built-in ones, not an error.
func (e Environment) Figures(s backend.Selection) Figures {
	r := Figures{Identity: tune.IdentityOf(s), Source: FromProgram, Machine: *fourier.DefaultMachine()}
	folder, err := e.TuneFolder()
	if err != nil {
		r.Reason = err.Error()
		return r
	}
	file, err := tune.Load(folder, r.Identity)
	switch {
	case errors.Is(err, tune.ErrNone):
		r.Reason = err.Error()
		return r
	case err != nil:
		r.Reason = fmt.Sprintf("%s cannot be read: %v", r.Identity.Path(folder), failure.Cause(err))
		return r
	}
	r.Source, r.File, r.Measured = FromMeasurement, r.Identity.Path(folder), &file.Measured
	r.Machine = *file.For(runtime.GOMAXPROCS(0))
	return r
}

// Text says in a phrase where the figures are from.
func (r Figures) Text() string {
	if r.Source == FromMeasurement {
		return fmt.Sprintf("measured by arago tune on %s", r.Measured.Format(time.DateOnly))
	}
	return fmt.Sprintf("built-in figures of %s kernels (%s; arago tune measures this machine)", r.Identity.Kernels, r.Reason)
}
