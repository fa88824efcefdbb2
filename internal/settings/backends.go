package settings

import (
	"errors"

	"arago/backend"
	"arago/detect"
	"arago/internal/failure"
	"arago/internal/kernel"
)

// Choice returns what the user says about back ends; argument is what was said to the
// program or the library itself.
func (e Environment) Choice(argument string, c Config) backend.Choice {
	return backend.Choice{Argument: argument, Environment: e("ARAGO_BACKEND"), Config: c.Backend}
}

// Backends selects the back ends that a choice names. A choice that there is not is an
// error of the kind failure.Misused, and so is that of [CheckKernels].
func Backends(r *backend.Registry, c backend.Choice) (backend.Selection, error) {
	if err := CheckKernels(); err != nil {
		return backend.Selection{}, err
	}
	s, err := r.Choose(c)
	if errors.Is(err, backend.ErrUnknown) || errors.Is(err, backend.ErrNotBuilt) || errors.Is(err, backend.ErrIncomplete) {
		return s, failure.Misuse("%w", err)
	}
	return s, err
}

// CheckKernels says whether the kernels that the environment asks for can be
// had. Beside those of a back end, Arago has kernels of its own in every run.
func CheckKernels() error {
	if _, err := kernel.Selected(); err != nil {
		return failure.Misuse("%w", err)
	}
	return nil
}

// Served lists the functions that a choice of back ends calls.
func Served(s backend.Selection) []detect.Served {
	var list []detect.Served
	for _, part := range []struct {
		name string
		p    backend.Properties
	}{{"Dot", s.Linear}, {"FFT2", s.Fourier}} {
		for _, e := range part.p.Entries {
			list = append(list, detect.Served{Part: part.name, Symbol: e.Symbol, Address: e.Address, Admits: part.p.Callers})
		}
	}
	return list
}

// Surroundings returns what this process may use of the machine; libraries are
// looked for when they have been chosen.
func Surroundings() detect.Report {
	var r detect.Report
	r.Process, r.CPU, r.Memory = detect.Limits()
	return r
}
