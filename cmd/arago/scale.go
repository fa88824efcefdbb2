package main

import (
	"math"
	"strconv"
	"strings"
)

// scale maps values onto pixels of a sheet.
type scale struct {
	low, high float64 // values
	from, to  int     // pixels
}

func (s scale) at(v float64) float64 {
	return float64(s.from) + (v-s.low)/(s.high-s.low)*float64(s.to-s.from)
}

// tick is a value that an axis names.
type tick struct {
	at    float64
	label string
}

// spacedTicks returns ticks for a horizontal axis: fewer than most if their
// labels would not fit side by side.
func (s scale) spacedTicks(most int, labels lettering) []tick {
	for ; ; most-- {
		ticks := s.ticks(most)
		widest := 0.0
		for _, t := range ticks {
			widest = max(widest, labels.width(t.label))
		}
		room := float64(s.to - s.from)
		if len(ticks) > 1 {
			room = s.at(ticks[1].at) - s.at(ticks[0].at)
		}
		if most == 2 || 1.3*widest < room {
			return ticks
		}
	}
}

// ticks returns at most most round values within the scale: multiples of 1, 2
// or 5 times a power of ten.
func (s scale) ticks(most int) []tick {
	span := s.high - s.low
	step, decimals := 0.0, 0
search:
	for e := exponent(span) - 2; ; e++ {
		for _, digit := range []float64{1, 2, 5} {
			step, decimals = digit*math.Pow10(e), max(0, -e)
			if span/step <= float64(most-1) {
				break search
			}
		}
	}
	// A tick at the very end of the scale must not be lost to rounding.
	slack := 1e-9 * span
	var out []tick
	for i := math.Ceil((s.low - slack) / step); i*step <= s.high+slack; i++ {
		out = append(out, tick{i * step, number(i*step, decimals)})
	}
	return out
}

// number writes a number for people: with a true minus sign, and no sign before
// a zero.
func number(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if digits, negative := strings.CutPrefix(s, "-"); negative {
		if strings.Trim(digits, "0.") == "" {
			return digits
		}
		return "−" + digits
	}
	return s
}

// exponent returns the power of ten that a positive number begins with.
func exponent(v float64) int { return int(math.Floor(math.Log10(v))) }
