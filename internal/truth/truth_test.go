package truth

import (
	"math/big"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"arago/backend"
)

func TestSumsThatCancelAreGoodToTheLastBit(t *testing.T) {
	// Of products of the size 1e20, with a sum of 1e-6 or so: rounded to
	// float64 after each step, no digit would be left.
	r := rand.New(rand.NewPCG(1, 2))
	var s Sum
	exact := func() *big.Float { return new(big.Float).SetPrec(400) }
	re, im := exact(), exact()
	add := func(a, b complex128) {
		s.Add(a, b)
		product := func(x, y float64) *big.Float { return exact().Mul(big.NewFloat(x), big.NewFloat(y)) }
		re.Add(re, product(real(a), real(b))).Sub(re, product(imag(a), imag(b)))
		im.Add(im, product(real(a), imag(b))).Add(im, product(imag(a), real(b)))
	}
	for range 100 {
		a, b := complex(r.NormFloat64(), r.NormFloat64()), complex(r.NormFloat64(), r.NormFloat64())
		add(1e10*a, 1e10*b)
		add(-1e10*a, 1e10*b)
		add(1e-3*a, 1e-3*b)
	}
	wantRe, _ := re.Float64()
	wantIm, _ := im.Float64()
	// The bound of the paper's proposition 5.5 for 1200 terms of size 1e20:
	// (n·2^-53)² of their absolute sum, which is 2e-3 of 1e-6.
	if d := cmplx.Abs(s.Value() - complex(wantRe, wantIm)); d > 1e-8 {
		t.Errorf("the sum is %v, exactly (%v+%vi)", s.Value(), wantRe, wantIm)
	}
}

func TestProductsOfThreeAreRoundedOnce(t *testing.T) {
	// (1+2⁻³⁰)(1−2⁻³⁰) = 1 − 2⁻⁶⁰ rounds to 1; times 2⁶⁰, less 2⁶⁰, it is −1.
	var product, s Sum
	product.Add(1+0x1p-30, 1-0x1p-30)
	s.AddSum(product, 0x1p60)
	s.Add(-1, 0x1p60)
	if s.Value() != -1 {
		t.Errorf("the sum is %v, want -1", s.Value())
	}
}

func TestElementsAgreeWithWhatCanBeSaidByHand(t *testing.T) {
	a := backend.MatrixOf(1, 2, []complex128{1 + 2i, 3})
	b := backend.MatrixOf(2, 1, []complex128{2, -1i})
	if v, scale := Dot(a, b, 0, 0); v != 2+1i || scale != 9 {
		t.Errorf("the product is %v of scale %v, want 2+1i of 9", v, scale)
	}
	// One sample at (1, 3) of 4×8 has the spectrum exp(+2πi(k/4 + 3l/8)).
	one := backend.MatrixOf(1, 1, []complex128{1})
	f := backend.FFT2{Rows: 4, Cols: 8, Sign: 1, Src: backend.Index{Row: 1, Col: 3}}
	if v := FFT2(one, f, 1, 2); cmplx.Abs(v-1) > 1e-15 {
		t.Errorf("exp(2πi(1/4+6/8)) is %v", v)
	}
	if v := Turn(-3, 4); cmplx.Abs(v-1i) > 1e-15 {
		t.Errorf("minus three quarters of a turn are %v", v)
	}
}
