package workers

import (
	"errors"

	"arago/backend"
	"arago/propagate"
)

var (
	// ErrUnsupported is a mode that this system, or the chosen back end, does
	// not have.
	ErrUnsupported = errors.New("this parallel mode is not available")
	// ErrWorker is a run that worker processes could not finish.
	ErrWorker = errors.New("a worker process failed")
)

// failure is an error on its way from a worker to its parent: its text, and the
// name of the sentinel that errors.Is finds in it.
type failure struct {
	Kind string
	Text string
}

// kinds are the sentinels that keep their identity on the way.
var kinds = map[string]error{
	"system":     propagate.ErrSystem,
	"sampling":   propagate.ErrSampling,
	"memory":     propagate.ErrMemory,
	"dark":       propagate.ErrDark,
	"unknown":    backend.ErrUnknown,
	"not built":  backend.ErrNotBuilt,
	"incomplete": backend.ErrIncomplete,
}

// longestText bounds the text of a failure, which must fit into a message.
const longestText = 64 << 10

func newFailure(err error) *failure {
	f := &failure{Text: err.Error()}
	if len(f.Text) > longestText {
		f.Text = f.Text[:longestText]
	}
	for kind, sentinel := range kinds {
		if errors.Is(err, sentinel) {
			f.Kind = kind
		}
	}
	return f
}

// error returns the failure as an error again.
func (f *failure) error() error { return &remoteError{f.Text, kinds[f.Kind]} }

type remoteError struct {
	text string
	is   error
}

func (e *remoteError) Error() string { return e.text }
func (e *remoteError) Unwrap() error { return e.is }
