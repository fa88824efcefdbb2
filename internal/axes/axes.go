// Package axes labels the axes of pictures of planes: which unit people read,
// where round values lie, and how numbers are written.
package axes

import (
	"math"
	"strconv"
	"strings"

	"arago/grid"
)

// Unit returns what the coordinates of a plane are divided by for people, and
// the name of that unit: arcseconds on the sky, metres in pupils.
func Unit(u grid.Unit) (size float64, name string) {
	if u == grid.Metre {
		return 1, "m"
	}
	return grid.Arcsecond, "arcsec"
}

// Tick is a value that an axis names.
type Tick struct {
	At    float64
	Label string
}

// Ticks returns at most most round values from low to high: multiples of 1, 2
// or 5 times a power of ten. low is less than high and most is at least 2.
func Ticks(low, high float64, most int) []Tick {
	span := high - low
	step, decimals := 0.0, 0
search:
	for e := Exponent(span) - 2; ; e++ {
		for _, digit := range []float64{1, 2, 5} {
			step, decimals = digit*math.Pow10(e), max(0, -e)
			if span/step <= float64(most-1) {
				break search
			}
		}
	}
	// A tick at the very end of the axis must not be lost to rounding.
	slack := 1e-9 * span
	var out []Tick
	for i := math.Ceil((low - slack) / step); i*step <= high+slack; i++ {
		out = append(out, Tick{i * step, Number(i*step, decimals)})
	}
	return out
}

// Number writes a number for people: with a true minus sign, and no sign before
// a zero.
func Number(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if digits, negative := strings.CutPrefix(s, "-"); negative {
		if strings.Trim(digits, "0.") == "" {
			return digits
		}
		return "−" + digits
	}
	return s
}

// Exponent returns the power of ten that a positive number begins with.
func Exponent(v float64) int { return int(math.Floor(math.Log10(v))) }
