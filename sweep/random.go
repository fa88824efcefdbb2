package sweep

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
)

// Random values follow from the master seed of the study, the path of the parameter
// and a number: that of the case or, with common, that of the point on the axis. The
// hash is
//
//	SHA-256("arago sweep\x00" + path + "\x00" + seed + number + block)
//
// with seed, number and block as 8 bytes each, little-endian, block counting from 0
// where more than one hash is needed. It gives four words of 64 bits, little-endian.
// Whoever computes a case, wherever, has the same values.

type normalText struct {
	Count int     `toml:"count"`
	Mean  float64 `toml:"mean"`
	Sigma float64 `toml:"sigma"`
}

type uniformText struct {
	Count int     `toml:"count"`
	From  float64 `toml:"from"`
	To    float64 `toml:"to"`
}

func (t normalText) axis(a *axis, common bool, seed int64) error {
	if !(t.Sigma >= 0) || math.IsInf(t.Sigma, 0) || math.IsNaN(t.Mean) || math.IsInf(t.Mean, 0) {
		return fmt.Errorf("has normal with mean %g and sigma %g; both must be finite, and sigma not negative", t.Mean, t.Sigma)
	}
	return a.random(t.Count, common, seed, func(d draw) any { return t.Mean + float64(t.Sigma*d.normal()) })
}

func (t uniformText) axis(a *axis, common bool, seed int64) error {
	width := t.To - t.From
	if !(width >= 0) || math.IsInf(width, 0) {
		return fmt.Errorf("has uniform from %g to %g; both must be finite, and to not below from", t.From, t.To)
	}
	return a.random(t.Count, common, seed, func(d draw) any { return t.From + float64(width*d.fraction()) })
}

// random takes n values that value draws, for each path its own.
func (a *axis) random(n int, common bool, seed int64, value func(draw) any) error {
	if n < 1 || n > maxCases {
		return fmt.Errorf("has %d realisations; write a count from 1 to %d", n, maxCases)
	}
	a.n, a.drawn = n, true
	a.at = func(point, number int) []any {
		if common {
			number = point
		}
		values := make([]any, len(a.paths))
		for i, path := range a.paths {
			values[i] = value(draw{path, seed, number})
		}
		return values
	}
	return nil
}

// draw is where random words come from.
type draw struct {
	path   string
	master int64
	number int
}

// words returns four words of 64 bits.
func (d draw) words(block int) (w [4]uint64) {
	text := append([]byte("arago sweep\x00"), d.path...)
	text = append(text, 0)
	for _, v := range []uint64{uint64(d.master), uint64(d.number), uint64(block)} {
		text = binary.LittleEndian.AppendUint64(text, v)
	}
	sum := sha256.Sum256(text)
	for i := range w {
		w[i] = binary.LittleEndian.Uint64(sum[8*i:])
	}
	return w
}

// seed returns a whole number of 53 bits, which every program can read.
func (d draw) seed() int64 { return int64(d.words(0)[0] >> 11) }

// unit returns a word as a number above 0 and below 1.
func unit(word uint64) float64 { return (float64(word>>12) + 0.5) * 0x1p-52 }

// fraction returns a number between 0 and 1.
func (d draw) fraction() float64 { return unit(d.words(0)[0]) }

// normal returns a number of the standard normal distribution, by the ratio of
// uniforms: v/u where (u, v) is even in the region u² ≤ exp(−(v/u)²/2) (Kinderman and
// Monahan 1977, ACM Trans. Math. Softw. 3, 257). The logarithm only decides whether a
// pair counts, and the value itself is one division: it is the same on every machine
// unless a pair lies so close to the border that the last bit of the logarithm decides.
func (d draw) normal() float64 {
	most := math.Sqrt(2 / math.E) // of |v|
	for block := 0; ; block++ {
		w := d.words(block)
		for i := 0; i < len(w); i += 2 {
			u, v := unit(w[i]), float64(most*(2*unit(w[i+1])-1))
			x := v / u
			if x*x <= -4*math.Log(u) {
				return x
			}
		}
	}
}
