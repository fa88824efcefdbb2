package workers

import (
	"fmt"
	"math"
	"strings"

	"arago/internal/bytesize"
	"arago/propagate"
)

// ProcessBytes is about what a worker process takes beside its arrays. With next
// to no arrays, workers had a peak of 11 MiB in pure Go and 24 MiB with OpenBLAS
// and FFTW (VmHWM on linux/amd64): Go's run-time, the pages of the program that
// are touched, tables and buffers of the libraries. The rest is for samples of
// masks that wait for the next collection of garbage.
const ProcessBytes = 64 << 20

// Need is what a run needs.
type Need struct {
	// Lines is the number of wavelengths.
	Lines int
	// Memory as the plan predicts it.
	Memory propagate.Memory
	// Output is the number of bytes of the field in the last plane, Plane that
	// of a copy of the widest plane, 0 if nobody watches.
	Output, Plane int64
}

// NeedOf returns what a plan needs; observed says that its planes are watched.
func NeedOf(p *propagate.Plan, observed bool) Need {
	n := Need{Lines: p.Lines(), Memory: p.Memory(), Output: int64(p.FieldBytes())}
	if observed {
		n.Plane = complexBytes * int64(p.WidestPlane())
	}
	return n
}

// complexBytes is the size of a complex128.
const complexBytes = 16

// slotBytes is the size of a worker's part of the shared memory.
func (n Need) slotBytes() int64 { return max(n.Output, n.Plane) }

// each is what each process adds: its arrays, the copy of a plane that it makes
// for the observer, its slot, and itself.
func (n Need) each() int64 {
	// Wavelengths that are shared out take their kernels with them, which propagate.Memory
	// counts once, in Shared; but where a bound counts it holds for each process.
	return n.Memory.Wavelength + n.Memory.Kept + n.Plane + n.slotBytes() + ProcessBytes
}

// once is what all processes share and what the parent has: the masks, the
// image, and the plane that it hands to the observer.
func (n Need) once() int64 { return n.Memory.Shared + n.Plane }

// Peak predicts the bytes that a run takes with so many worker processes, in
// the parent and in all of them together.
func (n Need) Peak(processes int) int64 {
	if int64(processes) > (math.MaxInt64-n.once())/n.each() {
		return math.MaxInt64
	}
	return n.once() + int64(processes)*n.each()
}

// Room is what a run may use.
type Room struct {
	// CPUs is the number of processors worth using.
	CPUs int
	// Memory is the number of bytes that are free for all processes together, 0
	// if that is not known; PerProcess is what one process may take, as RLIMIT_AS
	// bounds it, 0 if there is no bound.
	Memory, PerProcess int64
}

// holds says whether a run of so many processes fits.
func (r Room) holds(n Need, processes int) bool {
	return (r.Memory <= 0 || n.Peak(processes) <= r.Memory) && (r.PerProcess <= 0 || max(n.each(), n.once()) <= r.PerProcess)
}

// Each returns the number of processors that each of so many processes computes
// with, at least 1.
func (r Room) Each(processes int) int { return max(1, r.CPUs/max(1, processes)) }

// Estimate is a number of processes and why it is so.
type Estimate struct {
	// Processes is at least 1.
	Processes int
	// LimitedBy is what keeps it from being larger: "processors",
	// "wavelengths" or "memory".
	LimitedBy string
	// Bytes is the predicted peak of the parent and all processes.
	Bytes int64
	// Reasons are phrases for people.
	Reasons []string
}

// String returns the number and the reasons in one line.
func (e Estimate) String() string {
	return fmt.Sprintf("%s: %s", plural(e.Processes, "process", "processes"), strings.Join(e.Reasons, "; "))
}

// EstimateOptimalProcesses returns the number of worker processes that serves a
// run best: one for each processor, but no more than there are wavelengths, and
// no more than fit in memory by the plan's own prediction. It depends on
// nothing but its arguments.
//
// The number is never less than 1. (POPPY's estimate_optimal_nprocesses divides
// the free memory, less 2 GiB, by the size of some arrays and rounds down: it
// answers 0 or a negative number where memory is short.) Where not even one
// process fits, LimitedBy is "memory", Bytes exceeds the room, and Run refuses
// with propagate.ErrMemory.
func EstimateOptimalProcesses(n Need, r Room) Estimate {
	e := Estimate{Processes: max(1, r.CPUs), LimitedBy: "processors"}
	limit := func(most int, by string) {
		if most < e.Processes {
			e.Processes, e.LimitedBy = most, by
		}
	}
	limit(n.Lines, "wavelengths")
	memory := fmt.Sprintf("each process takes %s; how much memory is free is not known", bytesize.Text(n.each()))
	if r.Memory > 0 {
		limit(int(min(max(0, r.Memory-n.once())/n.each(), math.MaxInt32)), "memory")
		memory = fmt.Sprintf("each process takes %s and %s are free", bytesize.Text(n.each()), bytesize.Text(r.Memory))
	}
	e.Processes = max(1, e.Processes)
	if r.PerProcess > 0 && n.each() > r.PerProcess {
		e.Processes, e.LimitedBy = 1, "memory"
		memory = fmt.Sprintf("each process takes %s and may take %s", bytesize.Text(n.each()), bytesize.Text(r.PerProcess))
	}
	e.Bytes = n.Peak(e.Processes)
	if r.Memory > 0 && e.Bytes > r.Memory {
		memory = fmt.Sprintf("one process and its parent take %s and %s are free", bytesize.Text(e.Bytes), bytesize.Text(r.Memory))
	}
	e.Reasons = []string{plural(max(1, r.CPUs), "processor", "processors"), plural(n.Lines, "wavelength", "wavelengths"), memory}
	return e
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
