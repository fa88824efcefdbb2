package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The vectors of a round go to one stream and then to the other: stores to one
// cache line that follow each other are one store.

func (m *machine) fold() {
	m.function("Fold", "sum, diff, a, b *%s, n int", "", "Fold"+unitsOf)
	sum, diff, a, b, n := m.pointer("sum"), m.pointer("diff"), m.pointer("a"), m.pointer("b"), m.pointer("n")
	m.stream(n, m.atOnce(), func(vectors int) {
		sums, diffs := m.sumsAndDifferences(vectors,
			func(v int) reg.VecVirtual { return m.load(m.at(a, v)) },
			func(v int) reg.VecVirtual { return m.load(m.at(b, v)) })
		for v := range vectors {
			m.store(sums[v], m.at(sum, v))
		}
		for v := range vectors {
			m.store(diffs[v], m.at(diff, v))
		}
	}, m.forward(sum, diff, a, b))
}

func (m *machine) foldMirrored() {
	m.function("FoldMirrored", "sum, diff, a, b *%s, n int", "", "FoldMirrored"+unitsOf)
	sum, diff, a, b, n := m.pointer("sum"), m.pointer("diff"), m.pointer("a"), m.pointer("b"), m.pointer("n")
	reverse := m.reversal()
	m.toEnd(b, n)
	m.stream(n, m.atOnce(), func(vectors int) {
		sums, diffs := m.sumsAndDifferences(vectors,
			func(v int) reg.VecVirtual { return m.load(m.at(a, v)) },
			func(v int) reg.VecVirtual {
				mirrored := m.vector()
				reverse(m.at(b, -1-v), mirrored)
				return mirrored
			})
		for v := range vectors {
			m.store(sums[v], m.at(sum, v))
		}
		for v := range vectors {
			m.store(diffs[v], m.at(diff, v))
		}
	}, func(units int) {
		m.forward(sum, diff, a)(units)
		m.SUBQ(operand.U32(units*m.vectors()*m.bytes), b)
	})
}

func (m *machine) unfoldMirrored() {
	m.function("UnfoldMirrored", "a, b, even, odd *%s, n int", "", "UnfoldMirrored"+unitsOf)
	a, b, even, odd, n := m.pointer("a"), m.pointer("b"), m.pointer("even"), m.pointer("odd"), m.pointer("n")
	reverse := m.reversal()
	m.toEnd(b, n)
	m.stream(n, m.atOnce(), func(vectors int) {
		sums, diffs := m.sumsAndDifferences(vectors,
			func(v int) reg.VecVirtual { return m.load(m.at(even, v)) },
			func(v int) reg.VecVirtual { return m.load(m.at(odd, v)) })
		for v := range vectors {
			m.store(sums[v], m.at(a, v))
		}
		for v := range vectors {
			reverse(diffs[v], diffs[v])
			m.store(diffs[v], m.at(b, -1-v))
		}
	}, func(units int) {
		m.forward(a, even, odd)(units)
		m.SUBQ(operand.U32(units*m.vectors()*m.bytes), b)
	})
}

// sumsAndDifferences returns a + b and a − b of the vectors of a round.
func (m *machine) sumsAndDifferences(vectors int, a, b func(v int) reg.VecVirtual) (sums, diffs []reg.VecVirtual) {
	for v := range vectors {
		x, y := a(v), b(v)
		sums, diffs = append(sums, m.add(y, x)), append(diffs, m.sub(y, x))
	}
	return sums, diffs
}

// toEnd moves a pointer behind the last of n complex numbers.
func (m *machine) toEnd(p, n reg.Register) {
	bytes := m.GP64()
	m.MOVQ(n, bytes)
	if m.single {
		m.SHLQ(operand.U8(3), bytes)
	} else {
		m.SHLQ(operand.U8(4), bytes)
	}
	m.ADDQ(bytes, p)
}

// reversal returns what reverses the complex numbers of a vector.
func (m *machine) reversal() func(from operand.Op, to reg.VecVirtual) {
	switch {
	case m.single && m.wide():
		order := m.load(m.words("reverse", 7, 6, 5, 4, 3, 2, 1, 0))
		return func(from operand.Op, to reg.VecVirtual) { m.VPERMPD(from, order, to) }
	case m.single:
		return func(from operand.Op, to reg.VecVirtual) { m.VPERMPD(operand.U8(0x1b), from, to) }
	case m.wide():
		order := m.load(m.words("reversePairs", 6, 7, 4, 5, 2, 3, 0, 1))
		return func(from operand.Op, to reg.VecVirtual) { m.VPERMPD(from, order, to) }
	default:
		return func(from operand.Op, to reg.VecVirtual) { m.VPERMPD(operand.U8(0x4e), from, to) }
	}
}
