package fourier

import "arago/internal/kernel"

// ReferenceMachine returns figures that are the same on every machine: those of one
// processor with AVX2. Whoever has parts of one work computed on several machines
// chooses recipes by them, so that all parts are computed alike, and shares the work
// out by them, so that all agree on who does what.
func ReferenceMachine() *Machine { return machineOf(kernel.AVX2, 1) }
