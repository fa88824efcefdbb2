package main

import (
	"fmt"
	"math"
)

// constants are the numbers that a function reads from memory of its own, lane
// by lane.
type constants struct {
	t      *arrangement
	values []float64
}

// index returns where c stands, which it adds if need be.
func (k *constants) index(c float64) int {
	for i, v := range k.values {
		if v == c {
			return i
		}
	}
	k.values = append(k.values, c)
	return len(k.values) - 1
}

// data returns the constants as the assembler wants them, padded to whole vectors.
func (k *constants) data(symbol string) (lines []string) {
	n := (len(k.values) + k.t.lanes - 1) / k.t.lanes * k.t.lanes
	for i := range n {
		var c float64
		if i < len(k.values) {
			c = k.values[i]
		}
		bits := fmt.Sprintf("$0x%016x", math.Float64bits(c))
		if k.t == single {
			bits = fmt.Sprintf("$0x%08x", math.Float32bits(float32(c)))
		}
		lines = append(lines, fmt.Sprintf("DATA %s<>+%d(SB)/%d, %s // %.17g", symbol, i*k.t.bytes, k.t.bytes, bits, c))
	}
	return append(lines, fmt.Sprintf("GLOBL %s<>(SB), RODATA|NOPTR, $%d", symbol, n*k.t.bytes))
}
