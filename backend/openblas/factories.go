package openblas

import "arago/backend"

//go:generate go run generate.go

// Named is a back end and the name that it is chosen by, which is also its
// build tag.
type Named struct {
	Name string
	New  backend.Factory
}

// Factories returns the back ends that this package can be built as, in the
// order of preference. Those that are not in this build answer with a
// [backend.NotBuiltError].
func Factories() []Named {
	var all []Named
	for _, v := range []struct{ name, adds string }{
		{"openblas", "Dot and Outer by OpenBLAS"},
		{"mkl", "Dot and Outer by Intel MKL"},
		{"blis", "Dot and Outer by BLIS"},
		{"atlas", "Dot and Outer by ATLAS"},
		{"netlib", "Dot and Outer by the reference BLAS of netlib, which is slow"},
	} {
		f := factory(v.name)
		if f == nil {
			f = func() (backend.Implementation, error) {
				return backend.Implementation{}, &backend.NotBuiltError{Name: v.name, Tag: v.name, Adds: v.adds}
			}
		}
		all = append(all, Named{v.name, f})
	}
	return all
}
