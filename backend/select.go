package backend

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

const auto = "auto"

// Selection is a complete choice: one back end for Dot and Outer, one for
// FFT2, in both precisions.
type Selection struct {
	// Linear and Fourier are the properties of the back ends that serve
	// Dot/Outer and FFT2; the same one, unless they were chosen apart.
	Linear, Fourier Properties

	Double Core[float64, complex128]
	Single Core[float32, complex64]
}

// Name returns the choice as a user would write it: "gonum", or
// "dot=openblas,fft=fftw".
func (s Selection) Name() string {
	if s.Linear.Name == s.Fourier.Name {
		return s.Linear.Name
	}
	return "dot=" + s.Linear.Name + ",fft=" + s.Fourier.Name
}

// Choice is what the user said about back ends, in the places where it can be
// said. The first that is not empty counts; if all are empty, it is "auto".
type Choice struct {
	// Argument is the API argument or the flag --backend.
	Argument string
	// Place is what errors call the place of Argument; "" is --backend.
	Place string
	// Environment is the value of ARAGO_BACKEND.
	Environment string
	// Config is the value in the configuration file.
	Config string
}

// Choose selects what c says. An error names the place that said it.
func (r *Registry) Choose(c Choice) (Selection, error) {
	for _, from := range []struct{ value, place string }{
		{c.Argument, cmp.Or(c.Place, "--backend")}, {c.Environment, "ARAGO_BACKEND"}, {c.Config, "the configuration file"},
	} {
		if from.value == "" {
			continue
		}
		s, err := r.Select(from.value)
		if err != nil {
			return s, fmt.Errorf("%s says %q: %w", from.place, from.value, err)
		}
		return s, nil
	}
	return r.Select(auto)
}

// Select returns the back ends that a choice names:
//
//	gonum                  one back end for everything that it has
//	dot=openblas,fft=fftw  Dot and Outer from one, FFT2 from another
//	dot=openblas           the other part as "auto" chooses it
//	auto                   the first in order of preference that is in the
//	                       build and works, for each part
//
// A back end chosen by its bare name that lacks a part is completed as "auto"
// would. Errors are ErrUnknown, ErrNotBuilt, ErrIncomplete or those of the
// back end.
func (r *Registry) Select(choice string) (Selection, error) {
	dot, fft, err := parseChoice(choice)
	if err != nil {
		return Selection{}, err
	}
	linear, err := r.part(dot, "Dot", hasLinear, dot == fft)
	if err != nil {
		return Selection{}, err
	}
	fourier, err := r.part(fft, "FFT2", hasFourier, dot == fft)
	if err != nil {
		return Selection{}, err
	}
	return combine(linear, fourier), nil
}

func parseChoice(choice string) (dot, fft string, err error) {
	if !strings.ContainsAny(choice, "=,") {
		name := strings.TrimSpace(choice)
		if name == "" {
			name = auto
		}
		return name, name, nil
	}
	dot, fft = auto, auto
	seen := map[string]bool{}
	for part := range strings.SplitSeq(choice, ",") {
		key, name, ok := strings.Cut(part, "=")
		key, name = strings.TrimSpace(key), strings.TrimSpace(name)
		if !ok || name == "" || (key != "dot" && key != "fft") || seen[key] {
			return "", "", fmt.Errorf(`%w %q; write a name, or dot=NAME,fft=NAME`, ErrUnknown, choice)
		}
		seen[key] = true
		if key == "dot" {
			dot = name
		} else {
			fft = name
		}
	}
	return dot, fft, nil
}

func hasLinear(i Implementation) bool  { return i.LinearDouble != nil && i.LinearSingle != nil }
func hasFourier(i Implementation) bool { return i.FourierDouble != nil && i.FourierSingle != nil }

// part opens the back end called name for an operation. If it lacks the
// operation and complete is true, the automatic choice takes its place.
func (r *Registry) part(name, operation string, has func(Implementation) bool, complete bool) (opened, error) {
	if name != auto {
		o, err := r.open(name)
		if err != nil {
			return o, err
		}
		if has(o.Implementation) {
			return o, nil
		}
		if !complete {
			return o, fmt.Errorf("%w: back end %q has no %s", ErrIncomplete, name, operation)
		}
	}
	var failures strings.Builder
	for _, e := range r.entries {
		o, err := e.open()
		if err == nil && has(o.Implementation) {
			return o, nil
		}
		if err != nil && !errors.Is(err, ErrNotBuilt) {
			fmt.Fprintf(&failures, "; %s: %v", e.name, err)
		}
	}
	return opened{}, fmt.Errorf("%w: no back end of this program has %s%s", ErrIncomplete, operation, failures.String())
}

func combine(linear, fourier opened) Selection {
	return Selection{
		Linear: linear.Properties, Fourier: fourier.Properties,
		Double: Core[float64, complex128]{linear.LinearDouble, fourier.FourierDouble, linear.lock, fourier.lock},
		Single: Core[float32, complex64]{linear.LinearSingle, fourier.FourierSingle, linear.lock, fourier.lock},
	}
}
