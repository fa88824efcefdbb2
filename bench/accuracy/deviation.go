package main

import (
	"errors"
	"math"
)

// deviation is how far a library is from the truth: the root mean square of the
// errors of all elements, and the largest.
type deviation struct {
	rms, max float64
	count    int
	// absent says that the library does not compute this.
	absent bool
}

func (d *deviation) add(err float64) {
	d.count++
	d.rms += err * err
	// A NaN is the largest error there is, and stays it.
	if math.IsNaN(err) || err > d.max {
		d.max = err
	}
}

// of returns the deviation of count elements, whose errors have been added.
func (d deviation) of(count int) (deviation, error) {
	if d.count != count {
		return d, errSize
	}
	d.rms = math.Sqrt(d.rms / float64(count))
	return d, nil
}

var errSize = errors.New("the result has not the size it should have")

// each measures all libraries.
func each(libraries []library, measure func(library) (deviation, error)) ([]deviation, error) {
	all := make([]deviation, len(libraries))
	for i, l := range libraries {
		d, err := measure(l)
		switch {
		case errors.Is(err, errUnsupported):
			d = deviation{absent: true}
		case err != nil:
			return nil, err
		}
		all[i] = d
	}
	return all, nil
}
