package optics

import (
	"fmt"
	"math"
)

// The checks of parameters return nil or a *ParameterError. The quantity is
// what the parameter is, with its unit: "length (m)".

func checkFinite(parameter string, v float64) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return &ParameterError{parameter, fmt.Sprintf("is %g; it must be a finite number", v)}
	}
	return nil
}

func checkPositive(parameter string, v float64, quantity string) error {
	if !(v > 0) || math.IsInf(v, 0) {
		return &ParameterError{parameter, fmt.Sprintf("is %g; it must be a positive %s", v, quantity)}
	}
	return nil
}

func checkNotNegative(parameter string, v float64, quantity string) error {
	if !(v >= 0) || math.IsInf(v, 0) {
		return &ParameterError{parameter, fmt.Sprintf("is %g; it must be zero or a positive %s", v, quantity)}
	}
	return nil
}

// firstError returns the first error that is not nil.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkWithin(parameter string, v, lo, hi float64) error {
	if !(v >= lo && v <= hi) {
		return &ParameterError{parameter, fmt.Sprintf("is %g; it must be a number from %g to %g", v, lo, hi)}
	}
	return nil
}
