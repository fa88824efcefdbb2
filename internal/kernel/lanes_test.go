package kernel_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"unsafe"

	"arago/internal/guarded"
	"arago/internal/kernel"
	"arago/internal/kernel/kerneltest"
	"arago/internal/kernel/pure"
)

// laneRooms holds the operands of one call of the loops on blocks of lines, unmapped
// memory around each.
type laneRooms[R float32 | float64] struct {
	t       *testing.T
	r       *rand.Rand
	lanes   *kernel.Lanes[R]
	a, b, c *guarded.Memory
	epsilon float64
}

func checkLanes(t *testing.T, double func(*laneRooms[float64]), single func(*laneRooms[float32])) {
	kerneltest.EverySet(t, func(t *testing.T, set kernel.Set) {
		t.Run("double", func(t *testing.T) { double(newLaneRooms[float64](t, set, 0x1p-53)) })
		t.Run("single", func(t *testing.T) { single(newLaneRooms[float32](t, set, 0x1p-24)) })
	})
}

func newLaneRooms[R float32 | float64](t *testing.T, set kernel.Set, epsilon float64) *laneRooms[R] {
	return laneRoomsOf[R](t, set, epsilon, 1<<20, 3)
}

func laneRoomsOf[R float32 | float64](t *testing.T, set kernel.Set, epsilon float64, bytes int, seed uint64) *laneRooms[R] {
	return &laneRooms[R]{t, rand.New(rand.NewPCG(seed, 4)), &kernel.Of[R](set).Lanes,
		guarded.New(t, bytes), guarded.New(t, bytes), guarded.New(t, bytes), epsilon}
}

func fillNaN[R float32 | float64](x []R) []R {
	for i := range x {
		x[i] = R(math.NaN())
	}
	return x
}

func rounded[R float32 | float64](x *big.Float) R {
	var r R
	if unsafe.Sizeof(r) == 4 {
		f, _ := x.Float32()
		return R(f)
	}
	f, _ := x.Float64()
	return R(f)
}

// exactTurn returns the cosine and the sine of k/n turns to some 120 bits, by the
// power series.
func exactTurn(k, n int) (cos, sin *big.Float) {
	const bits = 160
	float := func(x float64) *big.Float { return new(big.Float).SetPrec(bits).SetFloat64(x) }
	turn, _, _ := big.ParseFloat("6.283185307179586476925286766559005768394338798750211641949889", 10, bits, big.ToNearestEven)
	x := float(float64(k))
	x.Mul(x, turn).Quo(x, float(float64(n)))
	if 2*k > n {
		x.Sub(x, turn)
	}
	cos, sin = float(0), float(0)
	term := float(1)
	for i := 0; i < 60; i++ {
		sums := []*big.Float{cos, sin}
		if sum := sums[i%2]; i%4 < 2 {
			sum.Add(sum, term)
		} else {
			sum.Sub(sum, term)
		}
		term.Mul(term, x).Quo(term, float(float64(i+1)))
	}
	return cos, sin
}

// twiddles returns those of a pass, NaN where a kernel must not read.
func twiddles[R float32 | float64](memory *guarded.Memory, at guarded.Place, r, span int, root func(k, n int) (re, im R)) []R {
	tw := fillNaN(guarded.In[R](memory, 2*(r-1)*span, at))
	for q := 1; q < span; q++ {
		for j := 1; j < r; j++ {
			at := 2 * (q*(r-1) + j - 1)
			tw[at], tw[at+1] = root(q*j%(r*span), r*span)
		}
	}
	return tw
}

// root returns exp(−2πi·k/n) to within a few units of the last place.
func root[R float32 | float64](k, n int) (re, im R) {
	sin, cos := math.Sincos(-2 * math.Pi * float64(k) / float64(n))
	return R(cos), R(sin)
}

func TestEveryPassAgreesWithItsTwin(t *testing.T) {
	checkLanes(t, checkPasses[float64], checkPasses[float32])
}

// likeOthers says of a radix that one loop serves it and others, which show enough of a
// processor that is emulated while its kernels are tested in full elsewhere.
func likeOthers(r int) bool {
	return testing.Short() && r > 16 && r != 19 && r != 31 && r != 61
}

func checkPasses[R float32 | float64](m *laneRooms[R]) {
	for r, pass := range m.lanes.Pass {
		if pass == nil || likeOthers(r) {
			continue
		}
		spans, counts := []int{1, 2, 3, 5, 8}, []int{0, 1, 2, 3}
		if r > 16 || testing.Short() { // those above 16 are all by the same loop
			spans, counts = []int{1, 3}, []int{0, 1, 2}
		}
		for _, span := range spans {
			for _, blocks := range counts {
				for _, part := range [][2]int{{0, span}, {0, 0}, {0, 1}, {1, span}, {span / 2, span}, {span, span}, {span - 1, span}} {
					m.pass(r, blocks, span, part[0], part[1], guarded.Place((span+blocks+part[0])%4-1))
				}
			}
		}
		for _, place := range guarded.Places[R]() {
			m.pass(r, 2, 3, 0, 3, place)
			m.pass(r, 1, 5, 1, 4, place)
		}
	}
}

// radixTolerance is how far a pass may be from its twin. They add the same r
// products in different orders, each of which has an error of a few units of the last
// place of the sum of the magnitudes: numbers are normal, so that a sum of r of them
// rarely exceeds 5·√(2r).
func (m *laneRooms[R]) radixTolerance(r int) float64 {
	return m.epsilon * 8 * math.Log2(float64(2*r)) * math.Sqrt(2*float64(r))
}

// pass compares one pass, in place and not.
func (m *laneRooms[R]) pass(r, blocks, span, from, to int, place guarded.Place) {
	m.t.Helper()
	pass, twin := m.lanes.Pass[r], pure.Pass[R](m.lanes.Width, r)
	tolerance := m.radixTolerance(r)
	n := 2 * blocks * r * span * m.lanes.Width
	tw := twiddles(m.c, place, r, span, root[R])
	src := kerneltest.Normal(m.r, guarded.In[R](m.a, n, place))
	dst := fillNaN(guarded.In[R](m.b, n, place))
	input := append([]R(nil), src...)
	want := fillNaN(make([]R, n))
	what := fmt.Sprintf("radix %d, span %d, %d blocks, from %d to %d, %v", r, span, blocks, from, to, place)
	twin(want, input, tw, blocks, span, from, to)
	pass(dst, src, tw, blocks, span, from, to)
	kerneltest.Agree(m.t, what, dst, want, tolerance)
	kerneltest.Agree(m.t, what+", the input", src, input, 0)
	twin(input, input, tw, blocks, span, from, to)
	pass(src, src, tw, blocks, span, from, to)
	kerneltest.Agree(m.t, what+", in place", src, input, tolerance)
}

func TestEveryPassIsCloserToTheTransformThanItsRoundingsAdd(t *testing.T) {
	checkLanes(t, checkPassesExactly[float64], checkPassesExactly[float32])
}

// The root mean square of the error against the sums in 160 bits, relative to that of
// the results, is what 2·log₂(2r) independent roundings make that are each half of
// epsilon: some two in each of the log₂(r) levels of additions, and those of the twiddle
// factor.
func checkPassesExactly[R float32 | float64](m *laneRooms[R]) {
	width := m.lanes.Width
	for r, pass := range m.lanes.Pass {
		if pass == nil || likeOthers(r) {
			continue
		}
		for _, span := range []int{1, 3} {
			times := max(1, 256/(r*span)) // so that chance does not decide
			var wrong, whole float64
			n := r * span
			cos, sin := make([]*big.Float, n), make([]*big.Float, n)
			for k := range n {
				cos[k], sin[k] = exactTurn(k, n)
			}
			for range times {
				x := kerneltest.Normal(m.r, make([]R, 2*n*width))
				tw := twiddles(m.c, guarded.AtEnd, r, span, func(k, n int) (re, im R) {
					return rounded[R](cos[k]), -rounded[R](sin[k])
				})
				y := make([]R, len(x))
				pass(y, x, tw, 1, span, 0, span)
				for k := range n {
					q, b := k%span, k%width
					re, im := new(big.Float).SetPrec(160), new(big.Float).SetPrec(160)
					for j := range r {
						c, s := cos[j*k%n], sin[j*k%n] // W^(qj)·exp(−2πi·j(k−q)/span/r)
						ar := new(big.Float).SetFloat64(float64(x[2*(q+j*span)*width+b]))
						ai := new(big.Float).SetFloat64(float64(x[(2*(q+j*span)+1)*width+b]))
						mul := func(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(160).Mul(a, b) }
						re.Add(re, mul(ar, c)).Add(re, mul(ai, s))
						im.Add(im, mul(ai, c)).Sub(im, mul(ar, s))
					}
					for part, want := range []*big.Float{re, im} {
						f, _ := want.Float64()
						d, _ := new(big.Float).Sub(want, new(big.Float).SetFloat64(float64(y[(2*k+part)*width+b]))).Float64()
						wrong, whole = wrong+d*d, whole+f*f
					}
				}
			}
			limit := m.epsilon * 0.5 * math.Sqrt(2*math.Log2(float64(2*r)))
			if e := math.Sqrt(wrong / whole); !(e <= limit) {
				m.t.Errorf("radix %d, span %d: relative error %.3g, want at most %.3g", r, span, e, limit)
			}
		}
	}
}

func TestEveryMoveOfLinesAgreesWithItsTwin(t *testing.T) {
	checkLanes(t, checkMoves[float64], checkMoves[float32])
}

func checkMoves[R float32 | float64](m *laneRooms[R]) {
	move := 0
	for count := range 20 {
		for _, turned := range []bool{false, true} {
			gap, place := 2*(move%3)+1, guarded.Place(move%4-1)
			for _, columns := range []bool{false, true} {
				far := gap
				if move%5 == 0 && (!columns && m.lanes.Width < 6 || columns && count < 6) {
					far += 1 << 13 // rows that are far apart
				}
				m.move(count, far, columns, turned, place)
			}
			move++
		}
	}
	// Rows that all begin in the same set of the first-level cache, short ones and long ones.
	var r R
	period := 4096 / int(unsafe.Sizeof(r))
	for _, count := range []int{8, 21, 200} {
		for _, turned := range []bool{false, true} {
			m.move(count, period-2*count, false, turned, guarded.AtEnd)
		}
	}
	for _, place := range guarded.Places[R]() {
		for k := range 4 {
			m.move(2*m.lanes.Width, 0, k%2 == 0, k/2 == 0, place)
			m.move(m.lanes.Width+1, 1, k%2 == 0, k/2 == 0, place)
		}
	}
}

// move compares the load and the store of count elements of each line of a block,
// of a matrix with a gap behind each row.
func (m *laneRooms[R]) move(count, gap int, columns, turned bool, place guarded.Place) {
	m.t.Helper()
	width := m.lanes.Width
	table := m.some(count, count+2)
	rows, length := width, count
	load, store := m.lanes.LoadRows, m.lanes.StoreRows
	twinLoad, twinStore := pure.LoadRows[R](width), pure.StoreRows[R](width)
	if columns {
		rows, length = count, width
		load, store = m.lanes.LoadColumns, m.lanes.StoreColumns
		twinLoad, twinStore = pure.LoadColumns[R](width), pure.StoreColumns[R](width)
	}
	stride := 2*length + gap
	size := max(0, (rows-1)*stride+2*length)
	if rows == 0 {
		size = 0
	}
	matrix := kerneltest.Normal(m.r, guarded.In[R](m.a, size, place))
	x := fillNaN(guarded.In[R](m.b, 2*width*(count+2), place))
	want := append([]R(nil), x...)
	what := fmt.Sprintf("%d elements, gap %d, columns %v, turned %v, %v", count, gap, columns, turned, place)
	load(x, matrix, stride, table, turned)
	twinLoad(want, matrix, stride, table, turned)
	kerneltest.Agree(m.t, what+", load", x, want, 0)

	kerneltest.Normal(m.r, x)
	fillNaN(matrix)
	wanted := append([]R(nil), matrix...)
	store(matrix, stride, x, table, turned)
	twinStore(wanted, stride, x, table, turned)
	kerneltest.Agree(m.t, what+", store", matrix, wanted, 0)
}

func TestEveryTransposedStoreAgreesWithItsTwin(t *testing.T) {
	checkLanes(t, checkTransposedStoresAnywhere[float64], checkTransposedStoresAnywhere[float32])
}

func checkTransposedStoresAnywhere[R float32 | float64](m *laneRooms[R]) {
	checkTransposedStores(m, m.lanes.Tiles, 3, guarded.Places[R]()...)
}

// checkTransposedStores puts odd reals more than there need be between blocks.
func checkTransposedStores[R float32 | float64](m *laneRooms[R], tiles func(dst []R, stride int, rows []int32, x []R, from []int32), odd int, places ...guarded.Place) {
	for groups := range 4 {
		for _, place := range places {
			m.transposedStore(tiles, groups, odd, place)
		}
	}
}

// some are count different numbers below most.
func (m *laneRooms[R]) some(count, most int) []int32 {
	table := make([]int32, count)
	for i, p := range m.r.Perm(most)[:count] {
		table[i] = int32(p)
	}
	return table
}

// transposedStore compares one transposition into so many blocks.
func (m *laneRooms[R]) transposedStore(tiles func(dst []R, stride int, rows []int32, x []R, from []int32), groups, odd int, place guarded.Place) {
	m.t.Helper()
	width := m.lanes.Width
	from, rows := m.some(groups*width, groups*width+3), m.some(width, width+2)
	stride := 2*width*(width+2) + odd
	x := kerneltest.Normal(m.r, guarded.In[R](m.a, 2*width*(len(from)+3), place))
	dst := fillNaN(guarded.In[R](m.b, max(0, groups*stride-odd), place))
	want := append([]R(nil), dst...)
	tiles(dst, stride, rows, x, from)
	pure.Tiles[R](width)(want, stride, rows, x, from)
	kerneltest.Agree(m.t, fmt.Sprint(groups, " groups at ", place), dst, want, 0)
}

func TestEveryScalingOfElementsAgreesWithItsTwin(t *testing.T) {
	checkLanes(t, checkScalings[float64], checkScalings[float32])
}

func checkScalings[R float32 | float64](m *laneRooms[R]) {
	for count := range 10 {
		for _, place := range guarded.Places[R]() {
			m.scalings(count, place)
		}
	}
}

// scalings compares the scaling of so many elements by factors of their own, in place and
// not, and by the same factor. A part of a product is a sum of two products, with an error of
// a unit of the last place of each; factors of that size are rare among normal numbers.
func (m *laneRooms[R]) scalings(count int, place guarded.Place) {
	m.t.Helper()
	width := m.lanes.Width
	tolerance := 64 * m.epsilon
	at, from := m.some(count, count+2), m.some(count, count+2)
	src := kerneltest.Normal(m.r, guarded.In[R](m.a, 2*width*(count+2), place))
	dst := fillNaN(guarded.In[R](m.b, 2*width*(count+2), place))
	factors := kerneltest.Normal(m.r, guarded.In[R](m.c, 2*count, place))
	want := append([]R(nil), dst...)
	m.lanes.ScaleElements(dst, at, src, from, factors)
	pure.ScaleElements[R](width)(want, at, src, from, factors)
	kerneltest.Agree(m.t, fmt.Sprint(count, " elements scaled"), dst, want, tolerance)

	want = append(want[:0], src...)
	m.lanes.ScaleElements(src, at, src, at, factors)
	pure.ScaleElements[R](width)(want, at, want, at, factors)
	kerneltest.Agree(m.t, fmt.Sprint(count, " elements scaled in place"), src, want, tolerance)

	src = kerneltest.Normal(m.r, guarded.In[R](m.a, 2*width*count, place))
	fillNaN(dst)
	want = append(want[:0], dst...)
	re, im := R(m.r.NormFloat64()), R(m.r.NormFloat64())
	m.lanes.Spread(dst, at, src, re, im)
	pure.Spread[R](width)(want, at, src, re, im)
	kerneltest.Agree(m.t, fmt.Sprint(count, " elements spread"), dst, want, tolerance)
}

// A pass of a prime radix is cut into several calls where there is much to do: here of
// many blocks, and of a block with many butterflies.
func TestLongPassesOfPrimeRadicesAgreeWithTheirTwins(t *testing.T) {
	kerneltest.EverySet(t, func(t *testing.T, set kernel.Set) {
		m := laneRoomsOf[float32](t, set, 0x1p-24, 8<<20, 3)
		m.pass(61, 225, 1, 0, 1, guarded.AtEnd)
		m.pass(61, 3, 80, 0, 80, guarded.AtEnd)
		m.pass(61, 1, 225, 1, 225, guarded.AtEnd)
	})
}
