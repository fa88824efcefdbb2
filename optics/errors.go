package optics

import "fmt"

// ParameterError says that a parameter of an element has a value that it
// cannot have.
type ParameterError struct {
	// Parameter is the name as system files write it: "radius", "gap".
	Parameter string
	// Problem says what is wrong and what would be right: "is -1; it must be a
	// positive length".
	Problem string
}

func (e *ParameterError) Error() string { return fmt.Sprintf("%s %s", e.Parameter, e.Problem) }
