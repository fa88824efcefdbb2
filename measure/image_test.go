package measure

import (
	"math"
	"testing"

	"arago/grid"
)

func TestImagesThatCannotBeMeasuredAreRefused(t *testing.T) {
	good := pattern(8, 1, airy(0, 0))
	with := func(change func(m *grid.Map)) grid.Map {
		m := pattern(8, 1, airy(0, 0))
		change(&m)
		return m
	}
	for says, c := range map[string]struct {
		m    grid.Map
		kind error
	}{
		"it has 0×0 samples":                     {grid.Map{}, ErrImage},
		"but there are 63":                       {with(func(m *grid.Map) { m.Data = m.Data[1:] }), ErrImage},
		"the sample in row 1, column 2 is NaN":   {with(func(m *grid.Map) { m.Data[10] = math.NaN() }), ErrImage},
		"the sample in row 0, column 0 is +Inf":  {with(func(m *grid.Map) { m.Data[0] = math.Inf(1) }), ErrImage},
		"its samples are 0 rad apart":            {with(func(m *grid.Map) { m.Y.Step = 0 }), ErrImage},
		"its samples are NaN rad apart":          {with(func(m *grid.Map) { m.X.Step = math.NaN() }), ErrImage},
		"there is no light to measure: the sum ": {with(func(m *grid.Map) { clear(m.Data) }), ErrNoLight},
		"there is no light to measure: no sampl": {with(func(m *grid.Map) { clear(m.Data) }), ErrNoLight},
	} {
		dark := c.kind == ErrNoLight
		for name, measure := range map[string]func(grid.Map) error{
			"Flux":             func(m grid.Map) error { _, err := Flux(m); return err },
			"Centroid":         func(m grid.Map) error { _, err := Centroid(m); return err },
			"CentroidIn":       func(m grid.Map) error { _, err := CentroidIn(m, Point{}, 2); return err },
			"FloatingCentroid": func(m grid.Map) error { _, err := FloatingCentroid(m, Point{}, 2); return err },
			"Peak":             func(m grid.Map) error { _, _, err := Peak(m); return err },
			"RadialProfile":    func(m grid.Map) error { _, err := RadialProfile(m, Point{}); return err },
			"EncircledEnergy":  func(m grid.Map) error { _, err := EncircledEnergy(m, Point{}); return err },
			"FWHM":             func(m grid.Map) error { _, err := FWHM(m); return err },
			"GaussianFWHM":     func(m grid.Map) error { _, err := GaussianFWHM(m); return err },
			"Strehl": func(m grid.Map) error {
				p := good
				p.Grid = m.Grid
				if m.Len() != p.Len() || m.Y.Step != 1 || m.X.Step != 1 {
					p = m // else the fields differ, which is another error
				}
				_, err := Strehl(m, p)
				return err
			},
		} {
			t.Run(name+": "+says, func(t *testing.T) {
				err := measure(c.m)
				switch name {
				case "Flux", "RadialProfile", "EncircledEnergy":
					if dark {
						// Without light these are zero, which is an answer.
						ok(t, err)
						return
					}
				}
				if dark {
					refused(t, err, ErrNoLight, "there is no light to measure")
					return
				}
				if m := c.m; name == "Strehl" && m.X.Step != m.X.Step {
					refused(t, err, ErrFields, "")
					return
				}
				refused(t, err, c.kind, says)
			})
		}
	}
}

func TestPointsOutsideTheFieldAreRefused(t *testing.T) {
	m := pattern(8, 0.5, flat)
	for _, p := range []Point{{2.1, 0}, {0, -2.1}, {math.NaN(), 0}, {0, math.Inf(1)}} {
		_, err := RadialProfile(m, p)
		refused(t, err, ErrOutside, "is not within x -2 to 2, y -2 to 2")
		_, err = EncircledEnergy(m, p)
		refused(t, err, ErrOutside, "outside the field")
		_, err = CentroidIn(m, p, 1)
		refused(t, err, ErrOutside, "outside the field")
		_, err = FloatingCentroid(m, p, 1)
		refused(t, err, ErrOutside, "outside the field")
	}
	for _, p := range []Point{{2, 2}, {-2, 1.9}} {
		if _, err := EncircledEnergy(m, p); err != nil {
			t.Errorf("a point on the edge of the field: %v", err)
		}
	}
}

func TestFluxIsTheSumOfTheImage(t *testing.T) {
	flux, err := Flux(pattern(9, 2, flat))
	ok(t, err)
	near(t, "the flux of 81 ones", flux, 81, 0)
}
