package propagate

import "errors"

var (
	// ErrSystem is a system that cannot be: no planes, a detector that is not
	// the last plane, a wavelength that is not a positive length.
	ErrSystem = errors.New("this system cannot be computed")
	// ErrSampling is a system whose sampling would give a wrong image without
	// saying so: a field of view in which the star would appear several times.
	ErrSampling = errors.New("the sampling does not carry this system")
	// ErrMemory is a run that would need more memory than it may use.
	ErrMemory = errors.New("the run would not fit in memory")
	// ErrDark is a normalisation to the total of a plane that no light reaches.
	ErrDark = errors.New("no light to normalise")
)
