package compare

import (
	"errors"

	"arago/backend"
)

// Missing is a back end that cannot take part.
type Missing struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// Backends returns the back ends of a registry as contenders, those that names
// lists or, if it is empty, all that are in the build. One that is asked for by
// name and cannot be opened is an error, otherwise it is missing.
func Backends(r *backend.Registry, names []string) (contenders []Contender, missing []Missing, err error) {
	asked := len(names) > 0
	if !asked {
		names = r.Names()
	}
	for _, name := range names {
		impl, err := r.Open(name)
		var selection backend.Selection
		if err == nil {
			// Calls go through a Core, which checks them and lets one caller at
			// a time into libraries that want that.
			selection, err = r.Select(name)
		}
		switch {
		case err == nil:
			contenders = append(contenders, newBackend(impl, selection))
		case asked:
			return nil, nil, err
		case !errors.Is(err, backend.ErrNotBuilt):
			missing = append(missing, Missing{name, err.Error()})
		}
	}
	return contenders, missing, nil
}

func newBackend(impl backend.Implementation, s backend.Selection) Contender {
	p := impl.Properties
	return Local{
		About: Library{
			Name: p.Name, Library: p.Library, Version: p.Version, Path: p.Path,
			Architecture: p.Architecture, License: p.License,
			Threads: "goroutines, bounded by GOMAXPROCS; the library itself is held at one thread",
		},
		Call: func(w *Workspace) (func(), error) {
			has := impl.LinearDouble != nil && impl.LinearSingle != nil
			if w.Operation == FFT2 || w.Operation == FFT2Windowed {
				has = impl.FourierDouble != nil && impl.FourierSingle != nil
			}
			if !has {
				return nil, ErrUnsupported
			}
			if w.Double != nil {
				return callOf(s.Double, w.Double, w.Task), nil
			}
			return callOf(s.Single, w.Single, w.Task), nil
		},
	}
}

func callOf[R backend.Real, C backend.Complex](core backend.Core[R, C], o *Operands[R, C], t Task) func() {
	whole := backend.FFT2{Rows: t.Size, Cols: t.Size, Sign: 1}
	switch t.Operation {
	case Dot:
		return func() { core.Dot(o.Dst, o.A, o.B) }
	case DotReal, DotRealThin:
		return func() { core.DotReal(o.Dst, o.Real, o.B) }
	case Outer:
		return func() { core.Outer(o.Dst, o.Col, o.Row, backend.Write) }
	case OuterMultiply:
		return func() { core.Outer(o.Dst, o.Col, o.Row, backend.MultiplyIn) }
	case FFT2:
		return func() { core.FFT2(o.Dst, o.A, whole) }
	default:
		in, out := t.Window()
		part := whole
		part.Src = backend.Index{Row: -(in / 2), Col: -(in / 2)}
		part.Dst = backend.Index{Row: -(out / 2), Col: -(out / 2)}
		return func() { core.FFT2(o.Dst, o.A, part) }
	}
}
