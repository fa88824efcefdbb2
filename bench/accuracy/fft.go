package main

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"strings"

	"arago/backend"
	"arago/internal/truth"
)

// transform is a Fourier transform of a size: of a plane of Rows × Cols, or,
// where Rows is zero, of enough lines of Cols that chance does not decide.
type transform struct{ Rows, Cols int }

// samples is how many samples the lines of a case have at least, and the planes of a
// case, of which there are atMost.
const (
	samples = 1 << 16
	atMost  = 16
)

// transforms are the sizes of the tables: powers of two, products of 2, 3 and
// 5, products with 7, 11 and 13, and sizes with larger primes.
var transforms = []transform{
	{Cols: 16}, {Cols: 64}, {Cols: 256}, {Cols: 1024}, {Cols: 2048}, {Cols: 4096}, {Cols: 16384}, {Cols: 65536},
	{Cols: 15}, {Cols: 60}, {Cols: 360}, {Cols: 1000}, {Cols: 1536}, {Cols: 3600}, {Cols: 19683}, {Cols: 100000},
	{Cols: 77}, {Cols: 1001}, {Cols: 2310}, {Cols: 30030}, {Cols: 28561},
	{Cols: 17}, {Cols: 31}, {Cols: 61}, {Cols: 992}, {Cols: 101}, {Cols: 257}, {Cols: 1009}, {Cols: 2018}, {Cols: 10007}, {Cols: 65537}, {Cols: 99991},
	{64, 64}, {256, 256}, {512, 512}, {1024, 1024}, {2048, 2048},
	{360, 480}, {500, 500}, {1000, 1000}, {1001, 1001}, {509, 509},
}

func (f transform) String() string {
	if f.Rows == 0 {
		return fmt.Sprint(f.Cols)
	}
	return fmt.Sprintf("%d × %d", f.Rows, f.Cols)
}

// factors returns the prime factors of the size, as they are written on paper.
func (f transform) factors() string {
	if f.Rows > 0 && f.Rows != f.Cols {
		return factors(f.Rows) + ", " + factors(f.Cols)
	}
	return factors(f.Cols)
}

func factors(n int) string {
	var words []string
	for p := 2; n > 1; p++ {
		e := 0
		for n%p == 0 {
			n /= p
			e++
		}
		switch {
		case e > 1:
			words = append(words, fmt.Sprint(p)+superscript(e))
		case e == 1:
			words = append(words, fmt.Sprint(p))
		}
	}
	return strings.Join(words, "·")
}

func superscript(n int) string {
	return strings.Map(func(digit rune) rune { return []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[digit-'0'] }, fmt.Sprint(n))
}

// growth is √log₂ of the number of samples that a sample of the result comes
// from: the rms error grows in proportion.
func (f transform) growth() float64 {
	return math.Sqrt(math.Log2(float64(max(f.Rows, 1) * f.Cols)))
}

// measure returns the errors of libraries: the distance of a sample from the
// truth, in units of u times the root mean square of all samples.
func (f transform) measure(p precision, libraries []library) ([]deviation, error) {
	t := task{Do: "fft", Precision: p, Rows: f.Rows, Cols: f.Cols, Sign: 1}
	planes := 1
	if f.Rows == 0 {
		t.Lines, t.Sign, t.Rows = true, -1, max(8, (samples+f.Cols-1)/f.Cols)
	} else {
		planes = min(max(1, samples/(f.Rows*f.Cols)), atMost)
	}
	r := rand.New(rand.NewPCG(uint64(t.Rows), uint64(t.Cols)))
	type plane struct {
		data  []byte
		exact []truth.Complex
		rms   float64
	}
	all := make([]plane, planes)
	for i := range all {
		all[i].data, all[i].exact, all[i].rms = t.operand(r)
	}
	return each(libraries, func(l library) (deviation, error) {
		var d deviation
		for _, x := range all {
			result, err := l.compute(t, x.data)
			if err != nil {
				return deviation{}, err
			}
			z := complexes(p.decode(result))
			if len(z) != len(x.exact) {
				return deviation{}, errSize
			}
			for i := range z {
				d.add(cmplx.Abs(x.exact[i].Less(z[i])) / x.rms / p.unit())
			}
		}
		return d.of(planes * t.Rows * t.Cols)
	})
}

// operand returns random numbers, their transform, and the root mean square of that.
func (t task) operand(r *rand.Rand) (data []byte, exact []truth.Complex, rms float64) {
	input := make([]float64, 2*t.Rows*t.Cols)
	for i := range input {
		input[i] = t.Precision.round(2*r.Float64() - 1)
	}
	plan := backend.FFT2{Rows: t.Rows, Cols: t.Cols, Sign: t.Sign}
	if t.Lines {
		plan.Along = backend.AlongRows
	}
	exact = truth.Transform(backend.MatrixOf(t.Rows, t.Cols, complexes(input)), plan)
	for _, x := range exact {
		rms += square(x.Round())
	}
	return t.Precision.encode(input), exact, math.Sqrt(rms / float64(len(exact)))
}

// complexes returns pairs of reals as complex numbers.
func complexes(x []float64) []complex128 {
	z := make([]complex128, len(x)/2)
	for i := range z {
		z[i] = complex(x[2*i], x[2*i+1])
	}
	return z
}

func square(z complex128) float64 { return real(z)*real(z) + imag(z)*imag(z) }
