//go:build unix

package workers

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"arago/grid"
	"arago/propagate"
)

// conversation is a worker that lives in this process, and the parent's ends of
// its pipes.
type conversation struct {
	orders  *io.PipeWriter
	answers *io.PipeReader
	layout  layout
	memory  *shared
	orphan  chan struct{}
	code    chan int
}

// converse starts a worker with room for the planes of a plan.
func converse(t *testing.T, plan *propagate.Plan) *conversation {
	t.Helper()
	need := NeedOf(plan, true)
	l := newLayout(plan.Masks(), 2, need.slotBytes())
	memory, err := newShared(l.size(2))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := memory.release(); err != nil {
			t.Error(err)
		}
	})
	l.store(memory.bytes, plan.Masks())
	theirOrders, orders := io.Pipe()
	answers, theirAnswers := io.Pipe()
	c := &conversation{orders, answers, l, memory, make(chan struct{}), make(chan int, 1)}
	worker := &child{orders: theirOrders, answers: theirAnswers, memory: memory.file, orphan: func() { close(c.orphan) }}
	go func() { c.code <- worker.serve(build) }()
	return c
}

func (c *conversation) say(t *testing.T, message any) {
	t.Helper()
	if err := write(c.orders, message); err != nil {
		t.Fatal(err)
	}
}

func (c *conversation) hear(t *testing.T, kind answerKind) answer {
	t.Helper()
	var a answer
	if err := read(c.answers, &a, longestAnswer); err != nil {
		t.Fatal(err)
	}
	if a.Kind != kind {
		t.Fatalf("the worker says %+v, want %q", a, kind)
	}
	return a
}

// leave lets the parent's ends go and waits for the worker to notice.
func (c *conversation) leave(t *testing.T) {
	t.Helper()
	c.orders.Close()
	<-c.orphan
	if code := <-c.code; code != 1 {
		t.Errorf("a worker without a parent ends with %d, want 1", code)
	}
}

func TestAWorkerPutsTheFieldOfItsWavelengthIntoItsSlot(t *testing.T) {
	s := spec{System: "coronagraph", Lines: 3}
	plan := s.plan(nil)
	c := converse(t, plan)
	c.say(t, hello{Protocol: protocol, Number: 2, Description: s.description(), Layout: c.layout, Slot: 1})
	if a := c.hear(t, sayReady); *a.Plan != (outline{Lines: 3, Planes: 4, FieldBytes: plan.FieldBytes(), First: 2e-6}) {
		t.Errorf("the worker's plan is %+v", *a.Plan)
	}
	want := make([]byte, plan.FieldBytes())
	for _, line := range []int{2, 0} {
		c.say(t, order{Kind: doCompute, Line: line})
		c.hear(t, sayDone)
		if err := plan.Propagate(t.Context(), line, want); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(c.layout.slot(c.memory.bytes, 1)[:len(want)], want) {
			t.Errorf("wavelength %d: the slot does not hold the field", line)
		}
		if slices.ContainsFunc(c.layout.slot(c.memory.bytes, 0), func(b byte) bool { return b != 0 }) {
			t.Error("something is in the slot of another worker")
		}
	}
	c.say(t, order{Kind: doLeave})
	c.hear(t, sayBye)
	if code := <-c.code; code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// Masks on padded planes are looked at once, by the parent: a worker that did so to tell its
// plan would take the time and the memory of it again, where there are none.
func TestToTellItsPlanAWorkerComputesNothing(t *testing.T) {
	s := spec{System: "coronagraph", Lines: 2}
	masks := s.plan(func(o *propagate.Options) { o.Recipe = "fft" }).Masks()
	plan := s.plan(func(o *propagate.Options) { o.Recipe, o.Masks = "fft", masks })
	if n := testing.AllocsPerRun(1, func() { outlineOf(plan) }); n != 0 {
		t.Errorf("it takes %g pieces of memory", n)
	}
}

func TestAWorkerShowsPlanesFromTheOneThatIsWanted(t *testing.T) {
	s := spec{System: "coronagraph", Lines: 2, Single: true}
	plan := s.plan(nil)
	want := map[int]propagate.Snapshot{}
	watched := s.plan(func(o *propagate.Options) { o.Observe = func(s propagate.Snapshot) { want[s.Plane] = s } })
	if err := watched.Propagate(t.Context(), 1, make([]byte, plan.FieldBytes())); err != nil {
		t.Fatal(err)
	}
	for _, from := range []int{0, 2} {
		c := converse(t, plan)
		c.say(t, hello{Protocol: protocol, Description: s.description(), Layout: c.layout, Observe: true, Progress: true})
		c.hear(t, sayReady)
		c.say(t, order{Kind: doCompute, Line: 1, From: from})
		for p := from; p < 4; p++ {
			a := c.hear(t, sayPlane)
			if a.Plane != p || *a.Grid != want[p].Grid {
				t.Fatalf("plane %d on %v, want %d on %v", a.Plane, a.Grid, p, want[p].Grid)
			}
			if !slices.Equal(numbers[complex128](c.layout.slot(c.memory.bytes, 0))[:a.Grid.Len()], want[p].Field) {
				t.Errorf("plane %d: the slot does not hold the field", p)
			}
			c.say(t, order{Kind: doProceed})
		}
		c.hear(t, sayDone)
		c.leave(t)
	}
}

func TestAWorkerCountsPlanesWhereOnlyProgressIsWanted(t *testing.T) {
	s := spec{System: "coronagraph", Lines: 2}
	c := converse(t, s.plan(nil))
	c.say(t, hello{Protocol: protocol, Description: s.description(), Layout: c.layout, Progress: true})
	c.hear(t, sayReady)
	c.say(t, order{Kind: doCompute, Line: 1, From: 1})
	for p := 1; p < 4; p++ {
		if a := c.hear(t, sayPlane); a.Plane != p || a.Grid != nil {
			t.Errorf("%+v, want plane %d without its grid", a, p)
		}
	}
	c.hear(t, sayDone)
	c.leave(t)
}

func TestAWorkerThatLosesItsParentStopsInTheMiddle(t *testing.T) {
	s := spec{System: "coronagraph", Lines: 2}
	c := converse(t, s.plan(nil))
	c.say(t, hello{Protocol: protocol, Description: s.description(), Layout: c.layout, Observe: true})
	c.hear(t, sayReady)
	c.say(t, order{Kind: doCompute})
	c.hear(t, sayPlane)
	c.answers.Close()
	c.leave(t)
}

func TestAWorkerSaysWhatItsPlanHasToSay(t *testing.T) {
	s := spec{System: "coronagraph", Lines: 1, Dark: true}
	c := converse(t, s.plan(nil))
	c.say(t, hello{Protocol: protocol, Description: s.description(), Layout: c.layout})
	c.hear(t, sayReady)
	c.say(t, order{Kind: doCompute})
	if err := c.hear(t, sayFailed).Failure.error(); !errors.Is(err, propagate.ErrDark) || !strings.Contains(err.Error(), "dark at 2e-06 m") {
		t.Errorf("error %v", err)
	}
	c.leave(t)

	s = spec{System: "coronagraph", Lines: 1, Build: "memory"}
	c = converse(t, s.plan(nil))
	c.say(t, hello{Protocol: protocol, Description: s.description(), Layout: c.layout})
	if err := c.hear(t, sayFailed).Failure.error(); !errors.Is(err, propagate.ErrMemory) {
		t.Errorf("error %v", err)
	}
	if code := <-c.code; code != 1 {
		t.Errorf("exit code %d", code)
	}
}

func TestAWorkerThatCannotBeginSaysSo(t *testing.T) {
	plan := spec{System: "coronagraph", Lines: 1}.plan(nil)
	c := converse(t, plan)
	c.say(t, hello{Protocol: protocol + 1})
	if a := c.hear(t, sayReady); a.Protocol != protocol || a.Plan != nil {
		t.Errorf("to a parent of another version it says %+v", a)
	}
	if code := <-c.code; code != 1 {
		t.Errorf("exit code %d", code)
	}

	for what, change := range map[string]func(*layout){
		"masks": func(l *layout) { l.MaskBytes = 1 << 62 },
		"slot":  func(l *layout) { l.SlotBytes = 1 << 62 },
	} {
		c = converse(t, plan)
		l := c.layout
		change(&l)
		c.say(t, hello{Protocol: protocol, Layout: l})
		if a := c.hear(t, sayFailed); !strings.Contains(a.Failure.Text, "could not be mapped") {
			t.Errorf("%s: %s", what, a.Failure.Text)
		}
	}

	c = converse(t, plan)
	c.orders.Close()
	if code := <-c.code; code != 1 {
		t.Errorf("without any order: exit code %d", code)
	}
}

func TestSharedMemoryHasItsSizeAndNoName(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	for _, length := range []int64{1, page, 3*page + 5, 2<<20 + 1} {
		for name, file := range map[string]func(int64) (*os.File, error){"in memory": nameless, "unlinked": unlinked} {
			file, err := file(length)
			if err != nil {
				t.Fatal(err)
			}
			info, err := file.Stat()
			if err != nil || info.Size() != length {
				t.Errorf("%s: %d bytes (%v), want %d", name, info.Size(), err, length)
			}
			bytes, err := mapped(file, 0, length, true)
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(bytes, func(b byte) bool { return b != 0 }) {
				t.Errorf("%s: it is not zero in the beginning", name)
			}
			bytes[length-1] = 7
			again, err := mapped(file, 0, length, false)
			if err != nil || again[length-1] != 7 {
				t.Errorf("%s: mapped twice it is not the same (%v)", name, err)
			}
			if names, err := os.ReadDir(temporary); err != nil || len(names) != 0 {
				t.Errorf("%s: it has the name %v (%v)", name, names, err)
			}
			for _, b := range [][]byte{bytes, again} {
				if err := (&shared{file, b}).release(); err != nil && !errors.Is(err, os.ErrClosed) {
					t.Error(err)
				}
			}
		}
	}
	t.Setenv("TMPDIR", temporary+"/none")
	if _, err := unlinked(5); err == nil {
		t.Error("a file could be made in a folder that does not exist")
	}
	if _, err := newShared(-1); err == nil {
		t.Error("memory of −1 bytes could be had")
	}
	if bytes, err := mapped(nil, 0, 0, false); bytes != nil || err != nil {
		t.Errorf("nothing at all is %v, %v", bytes, err)
	}
}

func TestAGridMustFitIntoTheSlot(t *testing.T) {
	g := func(rows, cols int) *grid.Grid { return &grid.Grid{Y: grid.Axis{N: rows}, X: grid.Axis{N: cols}} }
	for _, c := range []struct {
		grid *grid.Grid
		want bool
	}{
		{nil, false}, {g(0, 5), false}, {g(5, 0), false}, {g(-2, -3), false},
		{g(3, 4), true}, {g(1, 12), true}, {g(12, 1), true}, {g(13, 1), false}, {g(4, 4), false},
		{g(math.MaxInt, 4), false}, {g(4, math.MaxInt), false},
	} {
		if got := valid(c.grid, 12); got != c.want {
			t.Errorf("%s in 12 samples: %v", fmt.Sprint(c.grid), got)
		}
	}
}
