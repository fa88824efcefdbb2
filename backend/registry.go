package backend

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

var (
	// ErrUnknown is a name that no back end has.
	ErrUnknown = errors.New("unknown back end")
	// ErrNotBuilt is a back end that exists but is not in this build.
	ErrNotBuilt = errors.New("back end not in this build")
	// ErrIncomplete is a choice that leaves Dot or FFT2 without a back end.
	ErrIncomplete = errors.New("choice of back ends is incomplete")
)

// NotBuiltError says which build tag would put a back end into the program.
type NotBuiltError struct {
	Name, Tag string
	// Adds says in a few words what the program would gain: "Dot and Outer by
	// OpenBLAS".
	Adds string
}

func (e *NotBuiltError) Error() string {
	return fmt.Sprintf("back end %q is not in this build; rebuild with -tags %s", e.Name, e.Tag)
}

// Is makes errors.Is(err, ErrNotBuilt) true.
func (e *NotBuiltError) Is(target error) bool { return target == ErrNotBuilt }

// Factory makes an implementation ready for use, or says why it cannot be.
type Factory func() (Implementation, error)

// Registry is the list of the back ends that a program knows, in the order in
// which "auto" prefers them.
type Registry struct{ entries []entry }

type entry struct {
	name string
	open func() (opened, error)
}

// opened is an implementation together with the lock that all its callers in
// this process share, where it lets one caller in at a time.
type opened struct {
	Implementation
	lock *sync.Mutex
}

// Register adds a back end after those that are there. The factory is called
// when the back end is first chosen, and once. Register panics if the name is
// taken or is not a word.
func (r *Registry) Register(name string, f Factory) {
	if name == "" || name == auto || strings.ContainsAny(name, " ,=") {
		panic(fmt.Sprintf("backend: %q cannot be the name of a back end", name))
	}
	if slices.Contains(r.Names(), name) {
		panic(fmt.Sprintf("backend: back end %q is registered twice", name))
	}
	open := sync.OnceValues(func() (opened, error) {
		impl, err := f()
		if err != nil || impl.Properties.ConcurrentCalls {
			return opened{Implementation: impl}, err
		}
		return opened{impl, new(sync.Mutex)}, nil
	})
	r.entries = append(r.entries, entry{name, open})
}

// Names returns the names of all back ends, in order of preference.
func (r *Registry) Names() []string {
	names := make([]string, len(r.entries))
	for i, e := range r.entries {
		names[i] = e.name
	}
	return names
}

// Open returns the back end of that name. The error is ErrUnknown,
// ErrNotBuilt, or what the back end itself has to say.
func (r *Registry) Open(name string) (Implementation, error) {
	o, err := r.open(name)
	return o.Implementation, err
}

func (r *Registry) open(name string) (opened, error) {
	for _, e := range r.entries {
		if e.name == name {
			return e.open()
		}
	}
	return opened{}, fmt.Errorf("%w %q; this program knows %s", ErrUnknown, name, strings.Join(r.Names(), ", "))
}
