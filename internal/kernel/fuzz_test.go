package kernel_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"
	"unsafe"

	"arago/internal/guarded"
	"arago/internal/kernel"
)

// setAt and placeAt make a choice of any number.
func setAt(n uint8) kernel.Set {
	sets := kernel.Sets()
	return sets[int(n)%len(sets)]
}

func placeAt[R float32 | float64](n uint8) guarded.Place {
	places := guarded.Places[R]()
	return places[int(n)%len(places)]
}

func FuzzTiles(f *testing.F) {
	for set := range uint8(4) {
		f.Add(set, false, false, uint8(16), uint8(12), uint8(9), uint8(0), uint8(0), uint64(1))
		f.Add(set, true, true, uint8(29), uint8(31), uint8(64), uint8(1), uint8(5), uint64(2))
		f.Add(set, false, true, uint8(95), uint8(7), uint8(33), uint8(7), uint8(2), uint64(3))
	}
	f.Fuzz(func(t *testing.T, set uint8, single, add bool, m, n, k, gaps, place uint8, seed uint64) {
		if single {
			fuzzTiles(t, &kernel.Of[float32](setAt(set)).Tiles, 0x1p-24, add, int(m), int(n), int(k), int(gaps), placeAt[float32](place), seed)
		} else {
			fuzzTiles(t, &kernel.Of[float64](setAt(set)).Tiles, 0x1p-53, add, int(m), int(n), int(k), int(gaps), placeAt[float64](place), seed)
		}
	})
}

func fuzzTiles[R float32 | float64](t *testing.T, tiles *kernel.Tiles[R], epsilon float64, add bool, m, n, k, gaps int, at guarded.Place, seed uint64) {
	m, k = m%100, k%100
	products := newMemories(t, seed, tiles, epsilon)
	columns := n % (tiles.Columns + 1)
	products.multiply(m, columns, k, at, add)
	if m%2 == 0 && columns%2 == 0 {
		products.multiplyComplex(m, columns, k, at, add)
	}
	gap, other := gaps%4, gaps/4%4
	newPackings(t, seed, tiles).multiply(m, k, n%80, 1+n/80, gap, other, at, add)
	newPackings(t, seed, tiles).fold(m, k, n%80, 1+n/80, gap, other, at, add)
	if m > 0 && n > 0 && k > 0 {
		pack := newPackers(t, seed, tiles)
		pack.rows(m, k, gap, at)
		pack.columns(n%100+1, k, other, gap, at)
	}
}

func FuzzLanes(f *testing.F) {
	for set := range uint8(4) {
		for r := range uint8(kernel.MaxRadix + 1) {
			f.Add(set, false, r, uint8(2), uint8(6), uint8(1), uint8(5), 3*r, r%8, r, uint64(1))
			f.Add(set, true, r, uint8(1), uint8(2), uint8(0), uint8(3), 4*r, r%8, r, uint64(2))
		}
	}
	f.Fuzz(func(t *testing.T, set uint8, single bool, radix, blocks, span, from, to, count, gap, place uint8, seed uint64) {
		r, b, s := int(radix), int(blocks), int(span)
		if single {
			m := laneRoomsOf[float32](t, setAt(set), 0x1p-24, lanesBytes, seed)
			fuzzLanes(m, r, b, s, int(from), int(to), int(count), int(gap), placeAt[float32](place))
		} else {
			m := laneRoomsOf[float64](t, setAt(set), 0x1p-53, lanesBytes, seed)
			fuzzLanes(m, r, b, s, int(from), int(to), int(count), int(gap), placeAt[float64](place))
		}
	})
}

// lanesBytes has room for the largest operands of fuzzLanes: passes of 2·3·64·8
// vectors, matrices of 16 rows of up to 132 reals, blocks of 2·66 vectors.
const lanesBytes = 3 << 16

func fuzzLanes[R float32 | float64](m *laneRooms[R], r, blocks, span, from, to, count, gap int, at guarded.Place) {
	r, blocks, span = r%len(m.lanes.Pass), blocks%4, 1+span%8
	if m.lanes.Pass[r] != nil {
		from, to = from%(span+1), to%(span+1)
		m.pass(r, blocks, span, min(from, to), max(from, to), at)
	}
	if r < len(m.lanes.Natural) && m.lanes.Natural[r] != nil {
		n := count % 9
		m.first(r, n, n+gap%4, n+gap/4%4, at)
		m.firstColumns(r, n, n+gap%4, gap/4%2 == 0, at)
		m.natural(r, from, blocks, span, at)
	}
	m.transposedStore(m.lanes.Tiles, count%4, gap%4, at)
	m.scalings(count%65, at)
	for _, columns := range []bool{false, true} {
		m.move(count%65, gap%4, columns, gap/4%2 == 0, at)
	}
}

func FuzzPointwise(f *testing.F) {
	numbers := func(x ...float64) (data []byte) {
		for _, v := range x {
			data = binary.LittleEndian.AppendUint64(data, math.Float64bits(v))
		}
		return data
	}
	for set := range uint8(4) {
		for loop := range uint8(len(pointwiseLoops[float64]())) {
			f.Add(set, false, loop, uint8(19), uint8(0), numbers(1, 1e-7, -3e-6))
			f.Add(set, true, loop, uint8(37), uint8(2), numbers(0, math.Inf(1), 1e-310, math.NaN(), 1e300, 7e-7))
		}
	}
	f.Fuzz(func(t *testing.T, set uint8, single bool, loop, n, place uint8, data []byte) {
		if single {
			fuzzPointwise[float32](t, setAt(set), int(loop), int(n), placeAt[float32](place), data)
		} else {
			fuzzPointwise[float64](t, setAt(set), int(loop), int(n), placeAt[float64](place), data)
		}
	})
}

// fuzzPointwise fills the operands of a loop with the bits of data, over and over.
func fuzzPointwise[R float32 | float64](t *testing.T, set kernel.Set, loop, n int, at guarded.Place, data []byte) {
	l := pointwiseLoops[R]()[loop%len(pointwiseLoops[R]())]
	n %= 64
	next := 0
	bits := func(size int) (v uint64) {
		for i := range size {
			if len(data) > 0 {
				v |= uint64(data[next%len(data)]) << (8 * i)
				next++
			}
		}
		return v
	}
	x, y := make([][]R, l.complexes), make([][]float64, l.reals)
	for i := range x {
		x[i] = guarded.Slice[R](t, 2*n, shifted[R](at, i))
		for k := range x[i] {
			if i < l.written {
				continue
			}
			if unsafe.Sizeof(x[i][k]) == 4 {
				x[i][k] = R(math.Float32frombits(uint32(bits(4))))
			} else {
				x[i][k] = R(math.Float64frombits(bits(8)))
			}
		}
	}
	for i := range y {
		y[i] = guarded.Slice[float64](t, n, shifted[float64](at, 3*i))
		for k := range y[i] {
			y[i][k] = math.Float64frombits(bits(8))
		}
	}
	wantX, wantY := make([][]R, len(x)), make([][]float64, len(y))
	for i := range x {
		wantX[i] = slices.Clone(x[i])
	}
	for i := range y {
		wantY[i] = slices.Clone(y[i])
	}
	got, want := l.run(kernel.Of[R](set), x, y), l.run(kernel.Of[R](kernel.Pure), wantX, wantY)
	what := fmt.Sprintf("%s by %s, %d complex numbers %v", l.name, set, n, at)
	differentFrom(t, what, []float64{got}, []float64{want})
	for i := range x {
		differentFrom(t, what, x[i], wantX[i])
	}
	for i := range y {
		differentFrom(t, what, y[i], wantY[i])
	}
}
