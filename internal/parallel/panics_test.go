package parallel_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"arago/internal/parallel"
)

func TestAPanicInAGoroutineReachesWhoWaitsForIt(t *testing.T) {
	var panics parallel.Panics
	panics.Raise() // nothing to raise

	bad := errors.New("an error is no panic")
	if err := panics.Call(func() error { return bad }); err != bad {
		t.Errorf("the error of a call is %v", err)
	}
	panics.Raise()

	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			if err := panics.Call(func() error { var none []int; _ = none[len(none)]; return nil }); err == nil {
				t.Error("a call that panicked has no error")
			}
		})
	}
	group.Wait()
	defer func() {
		// A mistake of the program brings the place where it was made.
		if text, ok := recover().(string); !ok || !strings.Contains(text, "index out of range") || !strings.Contains(text, "panics_test.go") {
			t.Errorf("raised: %v", text)
		}
	}()
	panics.Raise()
	t.Error("nothing was raised")
}
