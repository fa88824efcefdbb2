package main

import "arago/internal/axes"

// scale maps values onto pixels of a sheet.
type scale struct {
	low, high float64 // values
	from, to  int     // pixels
}

func (s scale) at(v float64) float64 {
	return float64(s.from) + (v-s.low)/(s.high-s.low)*float64(s.to-s.from)
}

// spacedTicks returns ticks for a horizontal axis: fewer than most if their
// labels would not fit side by side.
func (s scale) spacedTicks(most int, labels lettering) []axes.Tick {
	for ; ; most-- {
		ticks := s.ticks(most)
		widest := 0.0
		for _, t := range ticks {
			widest = max(widest, labels.width(t.Label))
		}
		room := float64(s.to - s.from)
		if len(ticks) > 1 {
			room = s.at(ticks[1].At) - s.at(ticks[0].At)
		}
		if most == 2 || 1.3*widest < room {
			return ticks
		}
	}
}

// ticks returns at most most round values within the scale.
func (s scale) ticks(most int) []axes.Tick { return axes.Ticks(s.low, s.high, most) }
