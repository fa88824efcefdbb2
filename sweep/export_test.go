package sweep

import "os"

// Cut is what Plan.Range does with costs.
var Cut = cut

// WithoutLocks makes locks unknown until the function that it returns is called.
func WithoutLocks() (restore func()) {
	try = func(*os.File) (got, known bool, err error) { return true, false, nil }
	return func() { try = tryLock }
}
