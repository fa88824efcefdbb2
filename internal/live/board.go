package live

import (
	"sync"
	"time"
)

type state string

const (
	stateComputing state = "computing"
	stateDone      state = "done"
	stateFailed    state = "failed"
)

// pictureBudget is what the pictures of a run may take, in bytes. A wavelength
// of ten planes takes 1.3 MB at most.
const pictureBudget = 64 << 20

// board holds what is known of a run. Each change has a number, and each cell
// that of its last change, so that a viewer who knows the board as of one
// number is told what is newer, however late.
type board struct {
	run   Run
	now   func() time.Time
	began time.Time

	mutex    sync.Mutex
	version  uint64
	changed  chan struct{} // closed at the next change
	state    state
	sentence string
	ended    time.Time
	done     int
	total    int
	lines    []line

	budget int
	bytes  int
	// shown lists the cells that have pictures, the earliest first.
	shown []place
}

// line is one wavelength.
type line struct {
	version uint64
	// begun is the number of the change that brought its first plane.
	begun uint64
	// ready is when the last plane of this line had been taken in.
	ready time.Time
	cells []cell
	// dropped says that pictures of it have been dropped for want of space.
	dropped bool
}

// cell is one plane at one wavelength.
type cell struct {
	version uint64 // 0: not computed yet
	// seconds since the plane before; nil for the first one, whose beginning
	// nobody tells.
	seconds *float64
	view    view
	// pictures is nil when they have been dropped.
	pictures *pictures
}

// place is where a cell lies.
type place struct{ line, plane int }

func newBoard(run Run, now func() time.Time) *board {
	b := &board{
		run: run, now: now, began: now(), state: stateComputing, changed: make(chan struct{}),
		total: len(run.Steps) * len(run.Wavelengths), lines: make([]line, len(run.Wavelengths)), budget: pictureBudget,
	}
	for i := range b.lines {
		b.lines[i].cells = make([]cell, len(run.Steps))
	}
	return b
}

// change calls f with the number of a new change and wakes those who wait.
func (b *board) change(f func(version uint64)) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.version++
	f(b.version)
	close(b.changed)
	b.changed = make(chan struct{})
}

// add puts a plane that arrived at some time into its cell.
func (b *board) add(at, plane int, d drawing, arrived time.Time) {
	b.change(func(version uint64) {
		l := &b.lines[at]
		c := &l.cells[plane]
		// A share of work that is done again brings a plane again.
		b.drop(version, func(p place) bool { return p == place{at, plane} })
		var seconds *float64
		if plane > 0 && l.cells[plane-1].version != 0 {
			seconds = new(arrived.Sub(l.ready).Seconds())
		} else {
			l.begun = version
		}
		*c = cell{version: version, seconds: seconds, view: d.view, pictures: &d.pictures}
		l.version, l.ready = version, b.now()
		b.bytes += d.pictures.size()
		b.shown = append(b.shown, place{at, plane})
		for b.bytes > b.budget && len(b.shown) > 1 {
			first := b.shown[0].line
			newest := b.shown[len(b.shown)-1]
			b.drop(version, func(p place) bool { return p.line == first && p != newest })
			b.lines[first].dropped = true
		}
	})
}

// drop forgets the pictures of some cells.
func (b *board) drop(version uint64, which func(place) bool) {
	kept := b.shown[:0]
	for _, p := range b.shown {
		if !which(p) {
			kept = append(kept, p)
			continue
		}
		l := &b.lines[p.line]
		c := &l.cells[p.plane]
		b.bytes -= c.pictures.size()
		c.pictures = nil
		c.version, l.version = version, version
	}
	b.shown = kept
}

func (b *board) progress(done, total int) {
	b.change(func(uint64) { b.done, b.total = done, total })
}

// finish ends the run; what comes after the first end does not count.
func (b *board) finish(s state, sentence string) {
	b.change(func(uint64) {
		if b.state == stateComputing {
			b.state, b.sentence, b.ended = s, sentence, b.now()
		}
	})
}

// pictures returns those of a cell, nil if there are none.
func (b *board) pictures(at, plane int) *pictures {
	if at < 0 || at >= len(b.lines) || plane < 0 || plane >= len(b.run.Steps) {
		return nil
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.lines[at].cells[plane].pictures
}
