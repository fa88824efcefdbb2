package fourier

import (
	"math"
	"slices"
	"unsafe"

	"arago/backend"
)

// Estimates returns what each recipe would take to do t in double or, if single,
// in single precision, the one to choose first, those that cannot do it last.
// nil stands for the built-in figures of this machine.
//
// How often a run of all wavelengths will be repeated is not known: by "arago psf" it is
// done once, by a loop around a plan any number of times. The recipe to choose is the one
// that is never far from the best: the one with the smallest largest ratio of its time to
// that of the best recipe, over all numbers of runs. A time is linear in that number, so that
// the ratio is largest at one run or at infinitely many.
//
// A field with holes, see Transform.Lit, may be transformed hole by hole or as a whole; that
// is chosen in the same way, for each recipe.
//
// It is chosen by the rates of one processor, and the same for any number of them;
// Seconds are those of all.
func Estimates(t Transform, m *Machine, single bool) []Estimate {
	if m == nil {
		m = DefaultMachine()
	}
	if err := t.validate(); err != nil {
		return []Estimate{{Recipe: RecipeDense, Reason: err.Error()}}
	}
	var list []Estimate
	rates := m.rates(single)
	whole := t
	whole.Lit = nil
	for _, estimate := range estimators {
		e := estimate(t, single)
		list = append(list, e)
		if e.Holes {
			list = append(list, estimate(whole, single))
		}
	}
	for i := range list {
		if e := &list[i]; e.Reason == "" {
			e.Seconds, e.SecondsOnce, e.SecondsBases = rates.Seconds(e.Each), rates.Seconds(e.Once), rates.Seconds(e.Bases)
		}
	}
	t.order(list)
	// Of both ways of a recipe the better one remains.
	seen := map[string]bool{}
	list = slices.DeleteFunc(list, func(e Estimate) bool {
		again := seen[e.Recipe]
		seen[e.Recipe] = true
		return again
	})
	for i := range list {
		e := &list[i]
		e.Seconds, e.SecondsOnce, e.SecondsBases = m.Seconds(e.Each, single), m.Seconds(e.Once, single), m.Seconds(e.Bases, single)
	}
	return list
}

// estimators are those of all recipes. Of two that take the same time the first is
// chosen.
var estimators = []func(t Transform, single bool) Estimate{
	estimateDense, estimateFolded, estimateCompressed, estimateFFT, estimateChirpZ,
}

// order puts the recipe to choose first; see Estimates.
func (t Transform) order(list []Estimate) {
	wavelengths, bands := float64(max(1, t.Wavelengths)), float64(max(1, t.Bands))
	run := func(e Estimate) float64 {
		return wavelengths*(e.Seconds+e.SecondsOnce-e.SecondsBases) + bands*e.SecondsBases
	}
	first, ever := math.Inf(1), math.Inf(1)
	for _, e := range list {
		if e.Reason == "" {
			first, ever = min(first, run(e)), min(ever, e.Seconds)
		}
	}
	regret := func(e Estimate) float64 {
		if e.Reason != "" {
			return math.Inf(1)
		}
		return max(run(e)/first, e.Seconds/ever)
	}
	slices.SortStableFunc(list, func(a, b Estimate) int {
		x, y := regret(a), regret(b)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
}

// sincos is what a sine and a cosine of the standard library are worth in
// Work.Scalar.
const sincos = 50

// sampleBytes is the size of a complex number.
func sampleBytes(single bool) int64 {
	if single {
		return 8
	}
	return 16
}

// roundoff is the unit roundoff of a precision.
func roundoff(single bool) float64 {
	if single {
		return 0x1p-24
	}
	return 0x1p-53
}

// bytesOf is the size of C.
func bytesOf[C backend.Complex]() int64 {
	var c C
	return int64(unsafe.Sizeof(c))
}
