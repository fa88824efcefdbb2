package product_test

import (
	"math/rand/v2"
	"testing"

	"arago/backend"
	"arago/internal/guarded"
	"arago/internal/kernel"
	"arago/internal/product"
)

func FuzzProduct(f *testing.F) {
	for set := range uint8(4) {
		f.Add(set, false, uint8(0), uint8(17), uint8(33), uint8(25), uint8(9), uint8(0), uint8(0), uint64(1))
		f.Add(set, true, uint8(1), uint8(40), uint8(8), uint8(64), uint8(0), uint8(1), uint8(1), uint64(2))
		f.Add(set, false, uint8(2), uint8(12), uint8(51), uint8(13), uint8(14), uint8(7), uint8(3), uint64(3))
		f.Add(set, true, uint8(2), uint8(3), uint8(1), uint8(5), uint8(0), uint8(2), uint8(2), uint64(4))
	}
	f.Fuzz(func(t *testing.T, set uint8, single bool, kind, m, k, n, odd, gaps, place uint8, seed uint64) {
		of := kernel.Sets()[int(set)%len(kernel.Sets())]
		size := [4]int{int(m) % 71, int(k) % 71, int(n) % 71, int(odd) % 71}
		r := rand.New(rand.NewPCG(seed, 5))
		if single {
			fuzzProduct[float32, complex64](t, r, &kernel.Of[float32](of).Tiles, kind, size, int(gaps), place)
		} else {
			fuzzProduct[float64, complex128](t, r, &kernel.Of[float64](of).Tiles, kind, size, int(gaps), place)
		}
	})
}

// fuzzProduct makes a real, a complex or a folded product, gaps between the rows and
// unmapped memory around each matrix.
func fuzzProduct[R backend.Real, C backend.Complex](t *testing.T, r *rand.Rand, tiles *kernel.Tiles[R], kind uint8, size [4]int, gaps int, place uint8) {
	m, k, n, odd := size[0], size[1], size[2], size[3]
	gapA, gapB, gapC := gaps%3, gaps/3%3, gaps/9%3
	b := within(t, place, matrix[C](r, k, n, gapB))
	element := func(p, j int) complex128 { return wide(b.At(p, j)) }
	dst := within(t, place, result[C](m, n, gapC))
	switch kind % 3 {
	case 0:
		a := within(t, place, matrix[R](r, m, k, gapA))
		product.Real(tiles, dst, a, b)
		expectProduct(t, epsilon[R](), dst, a, element)
	case 1:
		a := within(t, place, matrix[C](r, m, k, gapA))
		product.Complex(tiles, dst, a, b)
		expectProduct(t, epsilon[R](), dst, a, element)
	case 2:
		evenA, oddA := within(t, place, matrix[R](r, m, (k+1)/2, gapA)), within(t, place, matrix[R](r, odd, k/2, gapA))
		last := within(t, place, result[C](odd, n, gapC))
		product.Folded(tiles, dst, last, evenA, oddA, b)
		expectProduct(t, epsilon[R](), dst, evenA, func(p, j int) complex128 {
			if p == k-1-p {
				return element(p, j)
			}
			return element(p, j) + element(k-1-p, j)
		})
		expectProduct(t, epsilon[R](), last, oddA, func(p, j int) complex128 { return element(p, j) - element(k-1-p, j) })
	}
}

// within returns the matrix in pages of its own.
func within[T backend.Scalar](t *testing.T, place uint8, m backend.Matrix[T]) backend.Matrix[T] {
	places := guarded.Places[T]()
	data := guarded.Slice[T](t, len(m.Data), places[int(place)%len(places)])
	copy(data, m.Data)
	m.Data = data
	return m
}
