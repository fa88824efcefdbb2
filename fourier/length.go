package fourier

// FastLength returns a length of at least n, which is positive, that Fourier transforms
// are fast at.
func FastLength(n int) int { return convolutionLength(n) }
