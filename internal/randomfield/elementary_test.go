package randomfield

import (
	"math"
	"testing"
)

func TestElementaryFunctionsAreThoseOfPackageMath(t *testing.T) {
	for i := range 20000 {
		u := unit(uint32(i)*2654435761, uint32(i)*40503)
		x := math.Ldexp(u, i%120-60)
		if got, want := Log(x), math.Log(x); math.Abs(got-want) > 4e-16*math.Max(math.Abs(want), 1e-3) {
			t.Fatalf("Log(%g) = %.17g, want %.17g", x, got, want)
		}
		y := float64(1400 * (u - 0.5))
		if got, want := Exp(y), math.Exp(y); math.Abs(got/want-1) > 4e-16 {
			t.Fatalf("Exp(%g) = %.17g, want %.17g", y, got, want)
		}
		sin, cos := turn(y)
		ws, wc := math.Sincos(2 * math.Pi * (y - math.Floor(y)))
		if math.Hypot(sin-ws, cos-wc) > 2e-15 { // the rounding of 2π·u
			t.Fatalf("turn(%g) = %.17g, %.17g, want %.17g, %.17g", y, sin, cos, ws, wc)
		}
	}
	for _, c := range [][3]float64{{0, 0, 1}, {0.25, 1, 0}, {0.5, 0, -1}, {-0.25, -1, 0}, {1.0 / 12, 0.5, math.Sqrt(0.75)}} {
		if sin, cos := turn(c[0]); math.Abs(sin-c[1]) > 2e-16 || math.Abs(cos-c[2]) > 2e-16 {
			t.Errorf("turn(%g) = %g, %g", c[0], sin, cos)
		}
	}
}

// The vectors of the authors' library Random123, kat_vectors, "philox4x32 10".
func TestPhiloxGivesTheNumbersOfItsAuthors(t *testing.T) {
	for _, c := range [][10]uint32{
		{0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
		{^uint32(0), ^uint32(0), ^uint32(0), ^uint32(0), ^uint32(0), ^uint32(0), 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
		{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
	} {
		a, b, d, e := philox(c[0], c[1], c[2], c[3], c[4], c[5])
		if [4]uint32{a, b, d, e} != [4]uint32(c[6:]) {
			t.Errorf("philox(%x) = %x %x %x %x, want %x", c[:6], a, b, d, e, c[6:])
		}
	}
}
