package backendtest

import "arago/internal/truth"

// What results are compared with.
var (
	dotElement  = truth.Dot
	fft2Element = truth.FFT2
	turn        = truth.Turn
)
