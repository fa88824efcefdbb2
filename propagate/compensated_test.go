package propagate

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"arago/grid"
)

const precise = 2000 // bits, enough for all products and sums here to be exact

func exact(x float64) *big.Float { return new(big.Float).SetPrec(precise).SetFloat64(x) }

func TestCompensatedSumsKeepWhatCancels(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{1, 7, 1000} {
		// Terms of 1e-20 … 1e20, twice with opposite signs, in any order, and between
		// them terms of about 1: a plain sum keeps no digit of those.
		a, b := make([]complex128, 0, 3*n), make([]complex128, 0, 3*n)
		for range n {
			z := complex(random.NormFloat64(), random.NormFloat64()) * complex(math.Pow(10, 20*random.Float64()-10), 0)
			w := complex(random.NormFloat64(), random.NormFloat64()) * complex(math.Pow(10, 20*random.Float64()-10), 0)
			a, b = append(a, z, -z, complex(random.NormFloat64(), random.NormFloat64())), append(b, w, w, complex(random.NormFloat64(), random.NormFloat64()))
		}
		random.Shuffle(len(a), func(i, j int) {
			a[i], a[j] = a[j], a[i]
			b[i], b[j] = b[j], b[i]
		})
		re, im, size := exact(0), exact(0), 0.0
		for i, x := range a {
			y := b[i]
			product := func(x, y float64) *big.Float { return new(big.Float).SetPrec(precise).Mul(exact(x), exact(y)) }
			re.Add(re, product(real(x), real(y)))
			re.Sub(re, product(imag(x), imag(y)))
			im.Add(im, product(real(x), imag(y)))
			im.Add(im, product(imag(x), real(y)))
			size += (math.Abs(real(x)) + math.Abs(imag(x))) * (math.Abs(real(y)) + math.Abs(imag(y)))
		}
		got := compensatedDot(a, b)
		for _, part := range []struct {
			got  float64
			want *big.Float
		}{{real(got), re}, {imag(got), im}} {
			want, _ := part.want.Float64()
			// Ogita, Rump and Oishi 2005, proposition 5.5: u·|sum| + γₙ²·Σ|a||b|, n products.
			gamma := float64(2*len(a)) * 0x1p-53
			if d := math.Abs(part.got - want); d > 0x1p-53*math.Abs(want)+gamma*gamma*size {
				t.Errorf("%d terms: %g differs from %g by %g", 3*n, part.got, want, d)
			}
		}
	}
}

func TestDirectPhasesAreGoodToTheLastDigitHoweverManyCyclesTheyHave(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	for range 1000 {
		a, b, wavelength := 0.01*random.Float64(), 1e-7*random.Float64(), 1e-6*(0.5+random.Float64())
		pairs := math.Round(1e9*random.Float64()) / 4
		turns := new(big.Float).Quo(new(big.Float).SetPrec(precise).Mul(exact(a), exact(b)), exact(wavelength))
		turns.Mul(turns, exact(pairs))
		if d := fractionOf(turns) - cyclesOf(a, b, wavelength).times(pairs); math.Abs(d-math.Round(d)) > 2e-16 {
			t.Errorf("%g pairs at %g·%g/%g: %g of a cycle off", pairs, a, b, wavelength, d)
		}
		opd := 1e-3 * random.Float64()
		if d := fractionOf(new(big.Float).Quo(exact(opd), exact(wavelength))) - waves(opd, wavelength); math.Abs(d-math.Round(d)) > 2e-16 {
			t.Errorf("an OPD of %g at %g: %g of a wave off", opd, wavelength, d)
		}
		n := 3 + random.IntN(8000)
		if d := fractionOf(new(big.Float).Quo(exact(pairs), exact(float64(n)))) - cyclesOfFFT(n).times(pairs); math.Abs(d-math.Round(d)) > 2e-16 {
			t.Errorf("%g pairs by %d: %g of a cycle off", pairs, n, d)
		}
	}
}

// fractionOf returns a number less a whole one.
func fractionOf(x *big.Float) float64 {
	whole, _ := x.Int(nil)
	f, _ := new(big.Float).Sub(x, new(big.Float).SetPrec(precise).SetInt(whole)).Float64()
	return f
}

func TestADirectTransformIsTheSumThatDefinesIt(t *testing.T) {
	from := grid.Grid{Y: grid.Centered(5, 0.3), X: grid.FFTCentered(8, 0.2), Unit: grid.Metre}
	to := grid.Grid{Y: grid.Centered(4, 3e-7), X: grid.Centered(7, 4e-7), Unit: grid.Radian}
	const wavelength = 1.3e-6
	random := rand.New(rand.NewPCG(3, 3))
	field := make([]complex128, from.Len())
	for k := range field {
		field[k] = complex(random.NormFloat64(), random.NormFloat64())
	}
	tr := newDirectTransform(toDetector, from, to, wavelength, 0)
	all, err := tr.all(t.Context(), field)
	if err != nil {
		t.Fatal(err)
	}
	for k := range to.Y.N {
		for l := range to.X.N {
			var re, im float64
			for i := range from.Y.N {
				for j := range from.X.N {
					phase := 2 * math.Pi * (from.Y.At(i)*to.Y.At(k) + from.X.At(j)*to.X.At(l)) / wavelength
					sin, cos := math.Sincos(phase)
					v := field[i*from.X.N+j]
					re += real(v)*cos - imag(v)*sin
					im += real(v)*sin + imag(v)*cos
				}
			}
			scale := math.Sqrt(from.Y.Step*to.Y.Step*from.X.Step*to.X.Step) / wavelength
			want := complex(re*scale, im*scale)
			// 40 terms of size 1 and phases of a few cycles.
			for name, got := range map[string]complex128{"all": all.values[k*to.X.N+l], "at": tr.at(field, k, l)} {
				if d := math.Hypot(real(got-want), imag(got-want)); d > 1e-13 {
					t.Errorf("%s, sample (%d, %d): %v, want %v", name, k, l, got, want)
				}
			}
		}
	}
}
