package measure

import (
	"fmt"
	"slices"

	"arago/grid"
)

// Peak returns where the image is brightest and its intensity there. Both are
// those of the interpolation between the samples, near the largest of them: the
// largest sample alone lies up to half a step beside the peak and is too low.
func Peak(m grid.Map) (at Point, intensity float64, err error) {
	if err := check(m); err != nil {
		return Point{}, 0, err
	}
	row, column, intensity, err := peak(m)
	return Point{coordinate(m.X, column), coordinate(m.Y, row)}, intensity, err
}

// peak climbs from the largest sample: it goes a step along either axis while
// that leads upwards, and halves the step when it does not, down to a millionth
// of a sample.
func peak(m grid.Map) (row, column, intensity float64, err error) {
	intensity = slices.Max(m.Data)
	if intensity <= 0 {
		return 0, 0, 0, fmt.Errorf("%w: no sample of the image is above zero", ErrNoLight)
	}
	k := slices.Index(m.Data, intensity)
	row, column = float64(k/m.X.N), float64(k%m.X.N)
	for step := 0.25; step > 1e-6; {
		climbed := false
		for _, d := range [][2]float64{{0, step}, {0, -step}, {step, 0}, {-step, 0}} {
			r := min(max(row+d[0], 0), float64(m.Y.N-1))
			c := min(max(column+d[1], 0), float64(m.X.N-1))
			if v := interpolate(m, r, c); v > intensity {
				row, column, intensity, climbed = r, c, v, true
			}
		}
		if !climbed {
			step /= 2
		}
	}
	return row, column, intensity, nil
}
