package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// processor runs the instructions that the test writes, on whole numbers.
type processor struct {
	t         *testing.T
	registers [32]int
	stack     map[int]int
}

// constantAt is what stands in memory that does not change.
func constantAt(off int) int { return 1000003*off + 17 }

func (p *processor) run(lines []string) {
	for _, l := range lines {
		p.step(l)
	}
}

func (p *processor) step(l string) {
	var d, x, y, off int
	r := &p.registers
	scan := func(format string, a ...any) bool {
		n, err := fmt.Sscanf(l, format, a...)
		return err == nil && n == len(a)
	}
	switch {
	case scan("add %d %d %d", &d, &x, &y):
		r[d] = r[x] + r[y]
	case scan("accumulate %d %d %d", &d, &x, &y):
		r[d] = 3*r[d] + 5*r[x] + 7*r[y]
	case scan("VMOV V%d.B16, V%d.B16", &x, &d):
		r[d] = r[x]
	case scan("FSTPQ (F%d, F%d), %d(RSP)", &x, &y, &off):
		p.stack[off], p.stack[off+16] = r[x], r[y]
	case scan("FLDPQ %d(RSP), (F%d, F%d)", &off, &x, &y):
		r[x], r[y] = p.stack[off], p.stack[off+16]
	case scan("FLDPQ %d(R0), (F%d, F%d)", &off, &x, &y):
		r[x], r[y] = constantAt(off), constantAt(off+16)
	case scan("FMOVQ F%d, %d(RSP)", &x, &off):
		p.stack[off] = r[x]
	case scan("FMOVQ %d(RSP), F%d", &off, &d):
		r[d] = p.stack[off]
	case scan("FMOVQ %d(R0), F%d", &off, &d):
		r[d] = constantAt(off)
	default:
		p.t.Fatalf("what is %q?", l)
	}
}

func TestEveryValueIsThereWhenItIsRead(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		b := newBlock(double)
		want := map[value]int{}
		var live []value
		p := &processor{t: t, stack: map[int]int{}}
		for i := range r.IntN(4) {
			v := b.in(5 * i)
			p.registers[5*i] = 1 + i
			want[v] = 1 + i
			live = append(live, v)
		}
		for i := range 45 {
			v := b.constant("R0", 16*i)
			want[v] = constantAt(16 * i)
			live = append(live, v)
		}
		used := map[value]bool{}
		pick := func() value {
			v := live[r.IntN(len(live))]
			used[v] = true
			return v
		}
		for range 300 {
			x, y, z := pick(), pick(), pick()
			var v value
			if r.IntN(2) == 0 {
				v = b.binary(x, y, func(d, n, m int) line { return plain(fmt.Sprintf("add %d %d %d", d, n, m)) })
				want[v] = want[x] + want[y]
			} else {
				v = b.onto(x, []value{y, z}, func(d int, src []int) line {
					return plain(fmt.Sprintf("accumulate %d %d %d", d, src[0], src[1]))
				})
				want[v] = 3*want[x] + 5*want[y] + 7*want[z]
			}
			live = append(live, v)
		}
		// The sum of all values, which is at last in register 31 by way of a store.
		sum := live[0]
		for _, v := range live[1:] {
			s := b.binary(sum, v, func(d, n, m int) line { return plain(fmt.Sprintf("add %d %d %d", d, n, m)) })
			want[s] = want[sum] + want[v]
			sum = s
		}
		b.store(sum, "RSP", 1<<16)
		lines, slots := b.write()
		p.run(join(lines))
		if got := p.stack[1<<16]; got != want[sum] {
			t.Fatalf("seed %d: the sum is %d, want %d", seed, got, want[sum])
		}
		for off := range p.stack {
			if off != 1<<16 && (off < 16 || off >= 16+16*slots || off%16 != 0) {
				t.Errorf("seed %d: something is spilled to %d, with %d slots", seed, off, slots)
			}
		}
		for v, register := range b.fixed {
			if p.registers[register] != want[v] {
				t.Errorf("seed %d: register %d holds %d after the block, %d before", seed, register, p.registers[register], want[v])
			}
		}
	}
}

func TestConstantsAreRoundedOnce(t *testing.T) {
	// To 25 digits: cosines of 1/16, 1/5 and 1/13 turns, and a sine.
	for _, c := range []struct {
		k, n     int
		sine     bool
		expected float64
	}{
		{1, 16, false, 0.9238795325112867561281832},
		{1, 5, false, 0.3090169943749474241022934},
		{4, 13, false, -0.3546048870425356259696038},
		{3, 7, true, 0.4338837391175581204757683},
		{0, 8, false, 1},
	} {
		cos, sin := circle(c.k, c.n)
		got, _ := cos.Float64()
		if c.sine {
			got, _ = sin.Float64()
		}
		if got != c.expected {
			t.Errorf("%d/%d turns: %.17g, want %.17g", c.k, c.n, got, c.expected)
		}
	}
}

func TestNeighbouringMovesAreJoined(t *testing.T) {
	got := join([]line{load(0, "R1", 0), load(1, "R1", 16), load(2, "R1", 32), store(0, "R1", 16), store(1, "R1", 0), load(3, "R1", 1024), load(4, "R1", 1040)})
	want := []string{"FLDPQ 0(R1), (F0, F1)", "FMOVQ 32(R1), F2", "FMOVQ F0, 16(R1)", "FMOVQ F1, 0(R1)", "FMOVQ 1024(R1), F3", "FMOVQ 1040(R1), F4"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
