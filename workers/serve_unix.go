//go:build unix

package workers

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"

	"golang.org/x/sys/unix"

	"arago/detect"
	"arago/propagate"
)

// Serve is the whole of a worker's main: it computes what the parent orders,
// with the plan that build makes, until the parent has no more. It returns the
// exit code of the process. If the parent goes away, the process exits at once.
func Serve(build Builder) (code int) {
	if !inherited() {
		fmt.Fprintf(os.Stderr, "this program was started as a worker, but not by its parent; the variable %s is not for use by hand\n", variable)
		return 2
	}
	for _, fd := range []int{ordersFD, answersFD, memoryFD} {
		unix.CloseOnExec(fd)
	}
	c := &child{
		orders:  os.NewFile(ordersFD, "orders"),
		answers: os.NewFile(answersFD, "answers"),
		memory:  os.NewFile(memoryFD, "shared memory"),
		orphan:  func() { os.Exit(1) },
	}
	return c.serve(build)
}

// inherited says whether the files are there that a worker inherits.
func inherited() bool {
	for fd, kind := range map[int]uint32{ordersFD: unix.S_IFIFO, answersFD: unix.S_IFIFO, memoryFD: unix.S_IFREG} {
		var s unix.Stat_t
		if unix.Fstat(fd, &s) != nil || uint32(s.Mode)&unix.S_IFMT != kind {
			return false
		}
	}
	return IsWorker()
}

// child is a worker process as it sees itself.
type child struct {
	orders  io.Reader
	answers io.Writer
	memory  *os.File
	// orphan is called when the parent has gone.
	orphan func()

	// slot is where fields are put.
	slot []byte
	// from is the first plane of the present wavelength that is reported.
	from int
}

func (c *child) serve(build Builder) (code int) {
	var h hello
	if err := read(c.orders, &h, longestOrder); err != nil {
		return 1
	}
	if h.Protocol != protocol {
		c.answer(answer{Kind: sayReady, Protocol: protocol})
		return 1
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	// There is always somebody who waits for an order: the room for one more
	// is for the moment between an answer and the wait.
	orders := make(chan order, 1)
	go func() {
		for {
			var o order
			if err := read(c.orders, &o, longestOrder); err != nil {
				c.orphan()
				cancel()
				close(orders)
				return
			}
			orders <- o
		}
	}()

	plan, err := c.prepare(h, build, orders)
	if err != nil {
		c.answer(answer{Kind: sayFailed, Failure: newFailure(err)})
		return 1
	}
	outline := outlineOf(plan)
	c.answer(answer{Kind: sayReady, Protocol: protocol, Plan: &outline})
	for o := range orders {
		if o.Kind == doLeave {
			c.answer(answer{Kind: sayBye, Peak: peak()})
			return 0
		}
		c.from = o.From
		if err := plan.Propagate(ctx, o.Line, c.slot[:plan.FieldBytes()]); err != nil {
			c.answer(answer{Kind: sayFailed, Failure: newFailure(err)})
			continue
		}
		c.answer(answer{Kind: sayDone})
		// While the parent adds the field, make room: the arrays of the next
		// wavelength are to take the place of those of this one.
		runtime.GC()
	}
	return 1
}

// answer sends an answer. If that cannot be, the parent has gone, and who waits
// for orders notices.
func (c *child) answer(a answer) { _ = write(c.answers, a) }

// prepare maps the memory and makes the plan.
func (c *child) prepare(h hello, build Builder, orders <-chan order) (*propagate.Plan, error) {
	masks, err := mapped(c.memory, 0, h.Layout.MaskBytes, false)
	if err != nil {
		return nil, err
	}
	c.slot, err = mapped(c.memory, h.Layout.Slots+int64(h.Slot)*h.Layout.Stride, h.Layout.SlotBytes, true)
	if err != nil {
		return nil, err
	}
	o := propagate.Options{Workers: 1, Masks: h.Layout.masks(masks)}
	switch {
	case h.Observe:
		o.Observe = func(s propagate.Snapshot) {
			if s.Plane < c.from {
				return
			}
			copy(numbers[complex128](c.slot), s.Field)
			c.answer(answer{Kind: sayPlane, Plane: s.Plane, Grid: &s.Grid})
			<-orders
		}
	case h.Progress:
		o.Progress = func(done, _ int) {
			if done > c.from {
				c.answer(answer{Kind: sayPlane, Plane: done - 1})
			}
		}
	}
	return build(h.Description, o)
}

func outlineOf(p *propagate.Plan) outline {
	return outline{Lines: p.Lines(), Planes: p.Planes(), FieldBytes: p.FieldBytes(), First: p.Wavelength(0)}
}

// peak returns the most memory that this process had resident, without what it
// shares with its parent; 0 if that is not known.
func peak() int64 {
	bytes, _ := detect.PeakResident()
	return max(0, bytes-detect.SharedResident())
}
