//go:build !(cgo && (openblas || mkl || blis || atlas || netlib) && (linux || darwin))

package openblas

import "arago/backend"

// factory returns the factory of a back end that is in this build: there is none.
func factory(string) backend.Factory { return nil }
