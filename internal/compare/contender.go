package compare

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"
)

// ErrUnsupported is an operation that a contender does not have.
var ErrUnsupported = errors.New("the library does not have this operation")

// Contender is a library that is measured.
type Contender interface {
	// Library says what it is.
	Library() Library
	// Prepare makes ready for a task. Its error is ErrUnsupported for an
	// operation that the library lacks.
	Prepare(ctx context.Context, w *Workspace) (Run, error)
}

// Run is a contender that is ready for a task.
type Run interface {
	// Check makes one call on fresh operands and returns the elements of the
	// result at points.
	Check(ctx context.Context, points []Point) ([]complex128, error)
	// Time makes calls and returns how long they took together.
	Time(ctx context.Context, calls int) (time.Duration, error)
	// Close releases what the run holds.
	Close() error
}

// Library describes a contender.
type Library struct {
	// Name is unique in a comparison: "openblas".
	Name string `json:"name"`
	// Library and Version are those of the code that answers, Path its file
	// where it is one of its own.
	Library      string `json:"library"`
	Version      string `json:"version"`
	Path         string `json:"path,omitempty"`
	Architecture string `json:"architecture,omitempty"`
	License      string `json:"license,omitempty"`
	// Threads says how the number of cores is set.
	Threads string `json:"threads"`
	// OwnMemory says that it holds operands of its own, as another process does.
	OwnMemory bool `json:"own_memory"`
}

// Local is a contender whose calls run in this process.
type Local struct {
	About Library
	// Call returns one call of the task, or an error such as ErrUnsupported.
	Call func(w *Workspace) (func(), error)
	// Threads sets the number of threads of a library that has threads of its
	// own; nil where it has none.
	Threads func(n int)
}

// Library implements Contender.
func (l Local) Library() Library { return l.About }

// Prepare implements Contender.
func (l Local) Prepare(_ context.Context, w *Workspace) (Run, error) {
	call, err := l.Call(w)
	if err != nil {
		return nil, err
	}
	return &localRun{l, w, call}, nil
}

type localRun struct {
	Local
	*Workspace
	call func()
}

func (r *localRun) Check(_ context.Context, points []Point) ([]complex128, error) {
	r.reset()
	if _, err := r.repeat(1); err != nil {
		return nil, err
	}
	return r.at(points), nil
}

func (r *localRun) Time(_ context.Context, calls int) (time.Duration, error) { return r.repeat(calls) }

func (r *localRun) Close() error { return nil }

// repeat makes calls on the task's number of cores. A library that gives up, as
// for want of memory, panics with a sentence: it becomes the error.
func (r *localRun) repeat(calls int) (took time.Duration, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s gave up: %v", r.About.Name, p)
		}
	}()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(r.Cores))
	if r.Local.Threads != nil {
		r.Local.Threads(r.Cores)
		defer r.Local.Threads(1)
	}
	began := time.Now()
	for range calls {
		r.call()
	}
	return time.Since(began), nil
}
