package optics

import (
	"fmt"
	"math"

	"arago/grid"
	"arago/internal/randomfield"
)

// A screen is a random wavefront error. Its waves have frequencies that are whole
// multiples of 1/(4·Radius) on both axes, so that it repeats itself after twice the diameter
// of the disc that it is described on. A plane has the waves that its samples carry, those below
// their Nyquist frequency: the same ones in each plane of the same seed, and more
// of them where samples are finer.
type screen struct {
	Disc
	field randomfield.Field
	// rms is that of the OPD over the samples on the disc; without one, the OPD is what
	// the spectrum says. Piston over the disc is removed in either case.
	rms float64
}

// Disc is where a random wavefront error is described.
type Disc struct {
	// Radius is that of the disc in metres. It has to hold the light: the wavefront error
	// goes on beyond it, and repeats itself after four times the radius.
	Radius float64
	// ShiftX and ShiftY move the wavefront error in the pupil, by metres: turbulence in
	// the wind, a beam that walks on a mirror. The shift is exact, no interpolation; at
	// most ten thousand radii.
	ShiftX, ShiftY float64
}

func (d Disc) validate() error {
	if err := checkPositive("radius", d.Radius, "length (m)"); err != nil {
		return err
	}
	// So far the phases of all waves are right to 1e-9.
	farthest := 1e4 * d.Radius
	return firstError(checkWithin("shift_x", d.ShiftX, -farthest, farthest), checkWithin("shift_y", d.ShiftY, -farthest, farthest))
}

// newScreen describes a screen by the power spectral density of its OPD, in m⁴ at a
// spatial frequency squared in 1/m².
func newScreen(d Disc, seed uint64, power func(frequencySquared float64) float64) screen {
	return screen{Disc: d, field: randomfield.Field{Seed: seed, Period: 4 * d.Radius, Power: power}}
}

// randomWFE is an element that is a screen.
type randomWFE interface {
	Element
	screen() screen
	// inWords says what it is.
	inWords() string
}

// mostWaves bounds the waves along an axis, both signs: a step so fine, or a radius so large,
// is a mistake of units.
const mostWaves = 1 << 16

// farthestOPD bounds the path difference in metres. From there on, neighbouring numbers of
// double precision are some hundredths of a wave of visible light apart.
const farthestOPD = 1e8

func tooFine(radius float64, g grid.Grid) bool {
	return !(4*radius/min(g.Y.Step, g.X.Step) < mostWaves)
}

// sampleScreen is Sample of a randomWFE.
func sampleScreen(e randomWFE, g grid.Grid, opds Memory) (Sample, error) {
	if err := firstError(e.Validate(), checkPlane(e.inWords(), grid.Metre, g)); err != nil {
		return Sample{}, err
	}
	if !(g.Y.Step > 0 && g.X.Step > 0) {
		return Sample{}, fmt.Errorf("%s cannot be sampled on %v; the steps of a grid must be positive", e.inWords(), g)
	}
	s := e.screen()
	if tooFine(s.Radius, g) {
		return Sample{}, fmt.Errorf("%s on a disc of radius %g m cannot be sampled in steps of %.3g m: it may have at most %d waves along a line; reduce the radius to that of the beam, or npix",
			e.inWords(), s.Radius, min(g.Y.Step, g.X.Step), mostWaves)
	}
	values := opds(g)
	if err := s.fill(values, g); err != nil {
		return Sample{}, fmt.Errorf("%s: %w", e.inWords(), err)
	}
	return Sample{OPD: values}, nil
}

// fill sets values to the OPD on the samples of g.
func (s screen) fill(values []float64, g grid.Grid) error {
	y, x := axisOf(g.Y, s.ShiftY), axisOf(g.X, s.ShiftX)
	onY, onX := s.across(y), s.across(x)
	field := s.field.On(onY, onX)
	piston, scale, err := s.level(field, onY, onX)
	if err != nil {
		return err
	}
	if y.From < onY.From || y.To > onY.To || x.From < onX.From || x.To > onX.To {
		onY, onX = y, x // a plane, or a part of one, that reaches beyond the disc
		field = s.field.On(onY, onX)
	}
	var largest float64
	for i := range g.Y.N {
		row := field[(y.From-onY.From+i)*(onX.To-onX.From)+x.From-onX.From:]
		for j := range g.X.N {
			v := (row[j] - piston) * scale
			values[i*g.X.N+j] = v
			largest = max(largest, math.Abs(v)) // NaN if v is
		}
	}
	if !(largest <= farthestOPD) {
		return fmt.Errorf("its optical path difference reaches %.3g m, and beyond %g m a phase has no digit left; weaken it, or see whether its parameters are in the units that they should have", largest, farthestOPD)
	}
	return nil
}

// axisOf returns the samples of an axis of a plane, numbered so that parts of a plane have
// the very same coordinates.
func axisOf(a grid.Axis, shift float64) randomfield.Axis {
	whole := math.Floor(a.Center)
	return randomfield.Axis{Step: a.Step, Center: (a.Center - whole) + shift/a.Step, From: int(-whole), To: int(-whole) + a.N}
}

// across returns the samples from one side of the disc to the other.
func (s screen) across(a randomfield.Axis) randomfield.Axis {
	a.From = int(math.Ceil(a.Center - s.Radius/a.Step))
	a.To = int(math.Floor(a.Center+s.Radius/a.Step)) + 1
	return a
}

// level returns the mean of a field over the samples whose middle lies on the disc, and
// what it has to be multiplied by for the rms.
func (s screen) level(field []float64, y, x randomfield.Axis) (mean, scale float64, err error) {
	var (
		cols  = x.To - x.From
		count int
		sum   float64
	)
	each := func(f func(v float64)) {
		for i := y.From; i < y.To; i++ {
			v := (float64(i) - y.Center) * y.Step
			for j := x.From; j < x.To; j++ {
				u := (float64(j) - x.Center) * x.Step
				// A sample on the rim lies on the disc, whatever its coordinates are rounded to.
				if float64(u*u)+float64(v*v) <= float64(s.Radius*s.Radius)*(1+1e-12) {
					f(field[(i-y.From)*cols+j-x.From])
				}
			}
		}
	}
	each(func(v float64) { count, sum = count+1, sum+v })
	if count > 0 {
		mean = sum / float64(count)
	}
	if s.rms == 0 {
		return mean, 1, nil
	}
	sum = 0
	each(func(v float64) { sum += float64((v - mean) * (v - mean)) })
	if !(sum > 0) {
		return 0, 0, fmt.Errorf("its %d samples on a disc of radius %g m cannot be scaled to an rms: they carry no wave, or none has power", count, s.Radius)
	}
	return mean, s.rms / math.Sqrt(sum/float64(count)), nil
}

// Prepared returns elements that have the same samples on g and its parts as those that
// are given. Random wavefront errors are not made anew for each part: without it, every band of rows
// takes as long as the whole plane.
func Prepared(elements []Element, g grid.Grid) ([]Element, error) {
	prepared := make([]Element, len(elements))
	for i, e := range elements {
		var err error
		if prepared[i], err = preparedElement(e, g); err != nil {
			return nil, err
		}
	}
	return prepared, nil
}

func preparedElement(e Element, g grid.Grid) (Element, error) {
	if !ours(e) {
		return e, nil
	}
	switch e := e.(type) {
	case randomWFE:
		s, err := e.Sample(g)
		return madeScreen{e, g, s.OPD}, err
	case CompoundAnalyticOptic:
		var err error
		e.Optics, err = Prepared(e.Optics, g)
		return e, err
	case InverseTransmission:
		var err error
		if e.Optic != nil {
			e.Optic, err = preparedElement(e.Optic, g)
		}
		return e, err
	}
	return e, nil
}

// madeScreen is a random wavefront error with its samples on a grid.
type madeScreen struct {
	randomWFE
	grid grid.Grid
	opd  []float64
}

// Sample implements Element.
func (m madeScreen) Sample(g grid.Grid) (Sample, error) { return m.sampleIn(g, zeros, zeros) }

func (m madeScreen) sampleIn(g grid.Grid, _, opds Memory) (Sample, error) {
	i, j := int(math.Round(m.grid.Y.Center-g.Y.Center)), int(math.Round(m.grid.X.Center-g.X.Center))
	part := m.grid
	part.Y, part.X = m.grid.Y.Sub(i, i+g.Y.N), m.grid.X.Sub(j, j+g.X.N)
	if g != part || i < 0 || j < 0 || i+g.Y.N > m.grid.Y.N || j+g.X.N > m.grid.X.N {
		return sampleScreen(m.randomWFE, g, opds)
	}
	values := opds(g)
	for row := range g.Y.N {
		copy(values[row*g.X.N:][:g.X.N], m.opd[(i+row)*m.grid.X.N+j:])
	}
	return Sample{OPD: values}, nil
}

// PreparedBytes returns how much memory Prepared takes for an element on a grid: what it
// keeps, and what it needs meanwhile; zero for elements that it leaves as they are.
func PreparedBytes(e Element, g grid.Grid) (kept, meanwhile float64) {
	if !ours(e) {
		return 0, 0
	}
	switch e := e.(type) {
	case randomWFE:
		samples := func(length float64, a grid.Axis) float64 { return max(float64(a.N), length/a.Step) }
		diameter := 2 * e.screen().Radius
		if tooFine(diameter/2, g) {
			return 1, 0 // Prepared will refuse it
		}
		cols := samples(diameter, g.X)
		// A complex number for each column and wave along y, and the real field.
		return 8 * float64(g.Y.N) * float64(g.X.N), 16*cols*diameter/g.Y.Step + 8*cols*samples(diameter, g.Y)
	case CompoundAnalyticOptic:
		for _, optic := range e.Optics {
			k, m := PreparedBytes(optic, g)
			kept, meanwhile = kept+k, max(meanwhile, m)
		}
	case InverseTransmission:
		if e.Optic != nil {
			return PreparedBytes(e.Optic, g)
		}
	}
	return kept, meanwhile
}
