package parallel

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
)

// Panics keeps what the first of several goroutines panics with for the one that waits for
// them, who may recover from it. A panic that stays in a goroutine ends the program, and
// with it a host that Arago is a library of.
type Panics struct{ first atomic.Pointer[any] }

// errPanicked is the error of a call that panicked.
var errPanicked = errors.New("a goroutine panicked")

// Call calls what in a goroutine that somebody waits for. A panic is kept, and is an error;
// the stack of a mistake in the program goes with it.
func (p *Panics) Call(what func() error) (err error) {
	defer func() {
		if failure := recover(); failure != nil {
			if mistake, ok := failure.(runtime.Error); ok {
				failure = fmt.Sprintf("%v\n\n%s", mistake, debug.Stack())
			}
			p.first.CompareAndSwap(nil, &failure)
			err = errPanicked
		}
	}()
	return what()
}

// Raise panics with what was kept, if anything was, in the goroutine that has waited.
func (p *Panics) Raise() {
	if failure := p.first.Load(); failure != nil {
		panic(*failure)
	}
}
