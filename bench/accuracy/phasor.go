package main

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"

	"arago/internal/truth"
)

// phases is a kind of phasors: optical path differences and a wavelength.
type phases struct {
	name string
	// draw returns a wavelength, and what draws optical path differences for it.
	draw func(r *rand.Rand) (wavelength float64, opd func() float64)
}

// light is a wavelength between the ultraviolet and the thermal infrared.
func light(r *rand.Rand) float64 { return between(r, 0.1e-6, 30e-6) }

// between returns a number between low and high, evenly on a logarithmic scale.
func between(r *rand.Rand, low, high float64) float64 {
	return math.Exp(math.Log(low) + r.Float64()*(math.Log(high)-math.Log(low)))
}

// sign returns x or −x.
func sign(r *rand.Rand, x float64) float64 {
	if r.IntN(2) == 0 {
		return -x
	}
	return x
}

// waves returns the phases of numbers of waves between low and high.
func waves(name string, low, high float64) phases {
	return phases{name, func(r *rand.Rand) (float64, func() float64) {
		wavelength := light(r)
		return wavelength, func() float64 { return sign(r, between(r, low, high)*wavelength) }
	}}
}

// subnormal returns a subnormal number or zero.
func subnormal(r *rand.Rand) float64 {
	return math.Float64frombits(r.Uint64N(1<<52) >> r.IntN(52))
}

var allPhases = []phases{
	{"0 … 1 waves", func(r *rand.Rand) (float64, func() float64) {
		wavelength := light(r)
		return wavelength, func() float64 { return (2*r.Float64() - 1) * wavelength }
	}},
	waves("1 … 10⁴ waves", 1, 1e4),
	waves("10⁴ … 10⁹ waves", 1e4, 1e9),
	waves("10⁹ … 2⁵³ waves", 1e9, 0x1p53),
	waves("2⁵³ … 10³⁰ waves", 0x1p53, 1e30),
	waves("10³⁰ … 10³⁰⁰ waves", 1e30, 1e300),
	{"eighths of a wave, and neighbours", func(r *rand.Rand) (float64, func() float64) {
		wavelength := light(r)
		return wavelength, func() float64 {
			opd := float64(r.IntN(200)-100) / 8 * wavelength
			return math.Nextafter(opd, opd+float64(r.IntN(3)-1))
		}
	}},
	{"subnormal OPD", func(r *rand.Rand) (float64, func() float64) {
		return light(r), func() float64 { return sign(r, subnormal(r)) }
	}},
	{"subnormal OPD and wavelength", func(r *rand.Rand) (float64, func() float64) {
		return subnormal(r) + 0x1p-1074, func() float64 { return sign(r, subnormal(r)) }
	}},
	{"subnormal wavelength", func(r *rand.Rand) (float64, func() float64) {
		return subnormal(r) + 0x1p-1074, func() float64 { return sign(r, between(r, 1e-300, 1e300)) }
	}},
	{"wavelength above 10²⁰⁰", func(r *rand.Rand) (float64, func() float64) {
		return between(r, 1e200, 1e308), func() float64 { return sign(r, between(r, 1e190, 1e308)) }
	}},
}

// Numbers of phasors of a kind.
const (
	wavelengths          = 8
	phasorsPerWavelength = 4096
)

// ulp is the unit in the last place of 1.
func (p precision) ulp() float64 { return 2 * p.unit() }

// measure returns the errors of libraries: of real and imaginary parts, in
// units in the last place of 1, times the amplitude.
func (c phases) measure(p precision, libraries []library) ([]deviation, error) {
	sums := make([]deviation, len(libraries))
	r := rand.New(rand.NewPCG(11, 13))
	for range wavelengths {
		wavelength, draw := c.draw(r)
		opd, amplitude := make([]float64, phasorsPerWavelength), make([]float64, phasorsPerWavelength)
		exact := make([]truth.Complex, phasorsPerWavelength)
		for i := range opd {
			opd[i], amplitude[i] = draw(), 1
			if i%2 == 1 {
				amplitude[i] = 2 * (1 - r.Float64())
			}
			a := truth.Of(amplitude[i])
			exact[i] = truth.Phasor(opd[i], wavelength)
			exact[i] = truth.Complex{Re: exact[i].Re.Mul(a), Im: exact[i].Im.Mul(a)}
		}
		for i, l := range libraries {
			result, err := phasors(l, p, amplitude, opd, wavelength)
			if err != nil {
				return nil, err
			}
			for j, z := range result {
				off, scale := exact[j].Less(z), amplitude[j]*p.ulp()
				sums[i].add(math.Abs(real(off)) / scale)
				sums[i].add(math.Abs(imag(off)) / scale)
			}
		}
	}
	for i, d := range sums {
		var err error
		if sums[i], err = d.of(2 * wavelengths * phasorsPerWavelength); err != nil {
			return nil, err
		}
	}
	return sums, nil
}

func phasors(l library, p precision, amplitude, opd []float64, wavelength float64) ([]complex128, error) {
	data, err := l.compute(task{Do: "phasor", Precision: p, Cols: len(opd)},
		double.encode(amplitude), double.encode(opd), double.encode([]float64{wavelength}))
	if err == nil && len(data) != 2*p.bytes()*len(opd) {
		err = errSize
	}
	return complexes(p.decode(data)), err
}

// special is a phasor of operands at the edge.
type special struct {
	name                       string
	amplitude, opd, wavelength float64
	// want is the right answer.
	want complex128
}

var (
	nan  = cmplx.NaN()
	inf  = math.Inf(1)
	none = math.NaN()
)

var specials = []special{
	{"OPD NaN", 1, none, 1e-6, nan},
	{"OPD +Inf", 1, inf, 1e-6, nan},
	{"OPD −Inf", 1, -inf, 1e-6, nan},
	{"amplitude 0, OPD NaN", 0, none, 1e-6, 0},
	{"amplitude 0, OPD +Inf", 0, inf, 1e-6, 0},
	{"amplitude 0, OPD λ/3", 0, 1e-6 / 3, 1e-6, 0},
	{"amplitude NaN, OPD λ/4", none, 0.25e-6, 1e-6, nan},
	{"OPD 0", 1, 0, 1e-6, 1},
	{"OPD −0", 1, math.Copysign(0, -1), 1e-6, 1},
	{"OPD λ/4", 1, 0.25, 1, 1i},
	{"OPD λ/2", 1, 0.5, 1, -1},
	{"OPD −3λ/4", 1, -0.75, 1, 1i},
	{"OPD (2⁵³ + 2)·λ/4", 1, (0x1p53 + 2) / 4, 1, -1},
	{"largest OPD, λ 2⁻¹⁰⁷⁴", 1, math.MaxFloat64, 0x1p-1074, 1},
	{"OPD 2⁻¹⁰⁷⁴, λ 2⁻¹⁰⁷²", 1, 0x1p-1074, 0x1p-1072, 1i},
}

// results returns what libraries answer, in words.
func (s special) results(p precision, libraries []library) ([]string, error) {
	words := make([]string, len(libraries))
	for i, l := range libraries {
		// A row of them, so that the lanes of vectors are reached, and what is left over.
		const row = 19
		amplitude, opd := make([]float64, row), make([]float64, row)
		for j := range row {
			amplitude[j], opd[j] = s.amplitude, s.opd
		}
		result, err := phasors(l, p, amplitude, opd, s.wavelength)
		if err != nil {
			return nil, err
		}
		words[i] = s.word(p, result[0])
		for _, z := range result {
			if s.word(p, z) != words[i] {
				words[i] = "not the same in all lanes"
			}
		}
	}
	return words, nil
}

// right is the word for the right answer.
const right = "right"

// word says whether z is the right answer, to one unit in the last place of 1.
func (s special) word(p precision, z complex128) string {
	isNaN := math.IsNaN(real(z)) && math.IsNaN(imag(z))
	switch off := z - s.want; {
	case cmplx.IsNaN(s.want):
		if isNaN {
			return right
		}
	case s.want == 0 && z == 0, s.want != 0 && max(math.Abs(real(off)), math.Abs(imag(off))) <= p.ulp():
		return right
	case isNaN:
		return "NaN"
	}
	return fmt.Sprintf("%.3g", z)
}
