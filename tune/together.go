package tune

import (
	"runtime"

	"arago/backend"
	"arago/fourier"
)

// gains are by how much faster all processors are than one.
type gains struct {
	products, lines, memory, phasors float64
	// small is the time that all processors take for a product that is just large enough to
	// be shared and a transform of as many samples.
	small float64
}

// The work that is just large enough to be shared.
const smallest = 128

var (
	smallProduct = fourier.Product{Rows: smallest, Inner: smallest, Cols: smallest}
	smallLines   = fourier.Lines{Count: smallest, Length: smallest, In: smallest, Out: smallest}
)

// tasks returns the measurements, which run with one processor and with all of them
// by turns.
func (g *gains) tasks(core backend.Core[float64, complex128], processors int) []task {
	gain := func(of *float64, work func() func()) task {
		return func(seconds clock) {
			call := work()
			one := seconds(call)
			together(processors, func() { *of = min(max(1, one/seconds(call)), float64(processors)) })
		}
	}
	return []task{
		gain(&g.products, func() func() {
			return product(core, fourier.Product{Rows: 256, Inner: breadth, Cols: breadth})
		}),
		gain(&g.lines, func() func() { return alongRows(core, 256, 1024) }),
		gain(&g.memory, func() func() { return outer(core, 1<<20) }),
		gain(&g.phasors, func() func() { return phasors[float64]() }),
		func(seconds clock) {
			together(processors, func() {
				g.small = seconds(product(core, smallProduct)) + seconds(alongRows(core, smallest, smallest))
			})
		},
	}
}

// together calls work while Go uses so many processors.
func together(processors int, work func()) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
	work()
}

// together returns the figures for the model.
func (g *gains) together(m *fourier.Machine, processors int) fourier.Together {
	t := fourier.Together{Processors: processors, Products: g.products, Lines: g.lines, Memory: g.memory, Phasors: g.phasors}
	without := *m
	without.Together = t
	small := fourier.Work{Products: []fourier.Product{smallProduct}, Lines: []fourier.Lines{smallLines}}
	if processors > 1 {
		t.Fork = max(0, (g.small-without.Seconds(small, false))/2)
	}
	return t
}
