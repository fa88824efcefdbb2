package optics

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"arago/grid"
)

// levelOn returns the mean and the rms about it of values on a disc about (x0, y0).
func levelOn(g grid.Grid, values []float64, radius, x0, y0 float64) (mean, rms float64) {
	var on []float64
	for i, y := range g.Y.Coordinates() {
		for j, x := range g.X.Coordinates() {
			if math.Hypot(x-x0, y-y0) <= radius*(1+1e-12) {
				on = append(on, values[i*g.X.N+j])
			}
		}
	}
	for _, v := range on {
		mean += v / float64(len(on))
	}
	for _, v := range on {
		rms += (v - mean) * (v - mean) / float64(len(on))
	}
	return mean, math.Sqrt(rms)
}

func TestRandomWavefrontsHaveTheirRMSOverTheDiscAndNoPiston(t *testing.T) {
	const wfe = 40e-9
	for _, g := range []grid.Grid{pupilOf(64, 2), pupilOf(50, 2.2), pupilOf(33, 1.4), {Y: grid.Centered(30, 0.1), X: grid.Centered(61, 0.05)}} {
		for name, c := range map[string]struct {
			e    Element
			rms  float64
			disc Disc
		}{
			"statistical": {StatisticalPSDWFE{Disc{Radius: 1}, 3, wfe, 1}, wfe, Disc{Radius: 1}},
			"shifted":     {StatisticalPSDWFE{Disc{1, 0.12, -0.4}, 2.2, wfe, 1}, wfe, Disc{1, 0.12, -0.4}},
			"mirror": {PowerSpectrumWFE{Disc: Disc{Radius: 1}, PSDParameters: []PSD{{2.5, 1e-20, 0.5, 0.1, 1e-24}}, ApplyReflection: true, RMS: wfe},
				2 * wfe, Disc{Radius: 1}},
		} {
			if g.X.Width() < 2.4 && c.disc.ShiftX != 0 || g.X.Width() < 2 {
				g = pupilOf(g.X.N, 3.2) // which holds the disc
			}
			mean, rms := levelOn(g, sampled(t, c.e, g).OPD, c.disc.Radius, c.disc.ShiftX, c.disc.ShiftY)
			if math.Abs(mean) > 1e-12*wfe || math.Abs(rms/c.rms-1) > 1e-12 {
				t.Errorf("%s on %v: piston %g m, rms %g m, want %g", name, g, mean, rms, c.rms)
			}
		}
	}
}

func TestPartsOfAPlaneHaveTheBitsOfTheWhole(t *testing.T) {
	e := CompoundAnalyticOptic{MergeMode: "and", Optics: []Element{
		KolmogorovWFE{Disc: Disc{Radius: 1, ShiftX: 0.3}, R0: 0.1, ReferenceWavelength: 5e-7, Kind: "Kolmogorov", Seed: 4},
		InverseTransmission{StatisticalPSDWFE{Disc{Radius: 0.8}, 3, 1e-8, 9}},
	}}
	for _, g := range []grid.Grid{pupilOf(64, 2), pupilOf(45, 2.1)} {
		whole := sampled(t, e, g).OPD
		prepared, err := Prepared([]Element{e}, g)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range []Element{e, prepared[0]} {
			for _, at := range [][4]int{{0, 3, 0, g.X.N}, {7, 20, 11, 16}, {g.Y.N - 1, g.Y.N, 0, 1}} {
				part := sampled(t, one, g.Rows(at[0], at[1]).Cols(at[2], at[3])).OPD
				for k, v := range part {
					i, j := at[0]+k/(at[3]-at[2]), at[2]+k%(at[3]-at[2])
					if v != whole[i*g.X.N+j] {
						t.Fatalf("row %d, column %d: %v in a part, %v in the whole", i, j, v, whole[i*g.X.N+j])
					}
				}
			}
			// Another plane than the one that was prepared.
			other := pupilOf(8, 1)
			if a, b := sampled(t, one, other), sampled(t, e, other); !slices.Equal(a.OPD, b.OPD) {
				t.Error("an element prepared for one plane is another one in others")
			}
		}
	}
}

// The hashes were computed on amd64 and found again on arm64, which fuses products with sums.
func TestASeedIsTheSameWavefrontOnEveryMachine(t *testing.T) {
	disc := Disc{Radius: 1.03, ShiftY: 0.05}
	for want, e := range map[string]Element{
		"c8ae0baf0be9": StatisticalPSDWFE{disc, 2.7, 30e-9, 1 << 52},
		"1a37766883ec": PowerSpectrumWFE{Disc: disc, PSDParameters: []PSD{{2.5, 1e-20, 0.5, 0.1, 1e-24}, {4, 1e-21, 0, 0, 0}}, PSDWeight: []float64{1, 0.5}, Seed: 1},
		"3bc56bc2eca6": KolmogorovWFE{Disc: disc, R0: 0.1, ReferenceWavelength: 5e-7, Kind: "Kolmogorov", Seed: 2},
		"acfbde2aaee8": KolmogorovWFE{Disc: disc, Cn2: 1e-16, Dz: 1000, Kind: "von Karman", OuterScale: 20, InnerScale: 0.01, Seed: 2},
		"65ec684e6887": KolmogorovWFE{Disc: disc, Cn2: 1e-16, Dz: 1000, Kind: "Hill", InnerScale: 0.3, Seed: 2},
	} {
		h := sha256.New()
		for _, v := range sampled(t, e, pupilOf(48, 2)).OPD {
			h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
		}
		if got := fmt.Sprintf("%x", h.Sum(nil)[:6]); got != want {
			t.Errorf("%+v has the hash %s, want %s", e, got, want)
		}
	}
}

// What three times the samples add is finer waves, whose part of the power is their part
// of the spectrum's sum.
func TestFinerSamplesShowTheSameWavefront(t *testing.T) {
	const n, index = 31, 4
	e := StatisticalPSDWFE{Disc{Radius: 1}, index, 50e-9, 12}
	coarse, fine := sampled(t, e, pupilOf(n, 2)).OPD, sampled(t, e, pupilOf(3*n, 2)).OPD
	var all, finer float64
	for nx := -3 * n; nx <= 3*n; nx++ {
		for ny := -3 * n; ny <= 3*n; ny++ {
			if square := float64(nx*nx + ny*ny); square > 0 {
				all += math.Pow(square, -index/2)
				if max(nx, -nx, ny, -ny) >= n {
					finer += math.Pow(square, -index/2)
				}
			}
		}
	}
	var sum float64
	for i := range n {
		for j := range n {
			if x, y := float64(j-n/2), float64(i-n/2); math.Hypot(x, y) <= n/2 {
				d := coarse[i*n+j] - fine[(3*i+1)*3*n+3*j+1]
				sum += d * d / (math.Pi * n * n / 4)
			}
		}
	}
	// The disc holds a part of the period, and its rms differs from that of all: a factor of 3.
	if got, want := math.Sqrt(sum), 50e-9*math.Sqrt(finer/all); got > 3*want {
		t.Errorf("three times the samples change the wavefront by %g m, the finer waves have %g", got, want)
	}
}

// powers returns the mean power of the waves (n, 0), (0, n), (m, m) and (m, −m), of
// realisations on a whole period.
func powers(t *testing.T, n int, orders []int, realisation func(seed uint64) Element, seeds int) []float64 {
	g := pupilOf(n, 4)
	mean := make([]float64, len(orders))
	for seed := range seeds {
		opd := sampled(t, realisation(uint64(seed)), g).OPD
		for k, order := range orders {
			for _, wave := range [][2]int{{order, 0}, {0, order}} {
				var re, im float64
				for i := range n {
					for j := range n {
						sin, cos := math.Sincos(2 * math.Pi * float64(wave[0]*j+wave[1]*i) / float64(n))
						re, im = re+cos*opd[i*n+j], im+sin*opd[i*n+j]
					}
				}
				mean[k] += (re*re + im*im) / math.Pow(float64(n), 4) / float64(2*seeds)
			}
		}
	}
	return mean
}

func TestTheSpectrumOfManyWavefrontsIsTheOneThatIsAskedFor(t *testing.T) {
	orders := []int{1, 2, 3, 4, 6, 8, 10, 12, 14}
	const n, seeds = 32, 150
	// The power of each order is a mean of 300 exponentially distributed numbers: ±6 %.
	// Four deviations.
	const tolerance = 0.24
	model := PSD{2.5, 1e-20, 0.7, 0.15, 2e-22}
	got := powers(t, n, orders, func(seed uint64) Element {
		return PowerSpectrumWFE{Disc: Disc{Radius: 1}, PSDParameters: []PSD{model}, Seed: seed}
	}, seeds)
	for i, order := range orders {
		k := float64(order) / 4
		density := model.Beta*math.Exp(-math.Pow(k*model.InnerScale, 2))/math.Pow(1/math.Pow(model.OuterScale, 2)+k*k, model.Alpha/2) + model.SurfRoughness
		if want := density / 16; math.Abs(got[i]/want-1) > tolerance {
			t.Errorf("a surface has the power %g m² at %g cycles/m, want %g", got[i], k, want)
		}
	}
	// The fit of a line to nine such powers: ±0.03.
	for _, index := range []float64{2, 3.5} {
		got := powers(t, n, orders, func(seed uint64) Element { return StatisticalPSDWFE{Disc{Radius: 1}, index, 50e-9, seed} }, seeds)
		var sx, sy, sxx, sxy float64
		for i, order := range orders {
			x, y := math.Log(float64(order)), math.Log(got[i])
			sx, sy, sxx, sxy = sx+x, sy+y, sxx+x*x, sxy+x*y
		}
		n := float64(len(orders))
		if slope := (n*sxy - sx*sy) / (n*sxx - sx*sx); math.Abs(slope+index) > 0.1 {
			t.Errorf("the power falls as the frequency to the power %.3f, want %g", slope, -index)
		}
	}
}

func TestKolmogorovWavefrontsAreThoseOfFriedAndNoll(t *testing.T) {
	const n, seeds, r0, wavelength = 32, 250, 0.2, 1e-6
	g := pupilOf(n, 2)
	var structure [3]float64 // at an eighth, a quarter and half of the diameter
	var residual float64
	for seed := range seeds {
		opd := sampled(t, KolmogorovWFE{Disc: Disc{Radius: 1}, R0: r0, ReferenceWavelength: wavelength, Kind: "Kolmogorov", Seed: uint64(seed)}, g).OPD
		for k := range structure {
			d, count := n/8<<k, 0
			var sum float64
			for i := range n {
				for j := range n {
					if i+d < n {
						sum, count = sum+math.Pow(opd[(i+d)*n+j]-opd[i*n+j], 2), count+1
					}
					if j+d < n {
						sum, count = sum+math.Pow(opd[i*n+j+d]-opd[i*n+j], 2), count+1
					}
				}
			}
			structure[k] += sum / float64(count) / seeds
		}
		residual += withoutTilts(g, opd) / seeds
	}
	radians := math.Pow(2*math.Pi/wavelength, 2)
	for k, got := range structure {
		want := 6.88 * math.Pow(2./8*float64(int(1)<<k)/r0, 5./3)
		// Tilts make up most of it, two numbers for each of 250 wavefronts: ±6 %. Three
		// deviations, and 2 % of the waves' own.
		if math.Abs(got*radians/want-1) > 0.2 {
			t.Errorf("the structure function over %d/8 of the diameter is %g rad², want %g", 1<<k, got*radians, want)
		}
	}
	// R. J. Noll 1976, table IV: 0.134 (D/r0)^(5/3) is left behind piston and tilts. Some
	// ten modes make up most of it: ±3 %, and what 32 samples do not carry, 2 %.
	if want := 0.134 * math.Pow(2/r0, 5./3); math.Abs(residual*radians/want-1) > 0.1 {
		t.Errorf("without piston and tilts the variance is %g rad², want %g", residual*radians, want)
	}
}

// withoutTilts returns the mean square of values on the disc of the plane, without the
// piston and the tilts that are in them.
func withoutTilts(g grid.Grid, values []float64) float64 {
	var count, s, sx, sy, xx, ss float64
	for i, y := range g.Y.Coordinates() {
		for j, x := range g.X.Coordinates() {
			if math.Hypot(x, y) <= g.X.Width()/2 {
				v := values[i*g.X.N+j]
				count, s, sx, sy, xx, ss = count+1, s+v, sx+v*x, sy+v*y, xx+x*x, ss+v*v
			}
		}
	}
	return (ss - s*s/count - (sx*sx+sy*sy)/xx) / count
}

// D. M. Winker 1991, J. Opt. Soc. Am. A 8, 1568: the variance of the phase with an outer
// scale is 0.0863·(L0/r0)^(5/3).
func TestAnOuterScaleBoundsTheVarianceOfTurbulence(t *testing.T) {
	const r0, outer, wavelength = 0.05, 0.6, 1e-6
	g := pupilOf(128, 4) // a whole period
	var sum float64
	for seed := range uint64(40) {
		e := KolmogorovWFE{Disc: Disc{Radius: 1}, R0: r0, ReferenceWavelength: wavelength, Kind: "von Karman", OuterScale: outer, Seed: seed}
		_, rms := levelOn(g, sampled(t, e, g).OPD, 3, 0, 0)
		sum += rms * rms / 40
	}
	want := 0.0863 * math.Pow(outer/r0, 5./3) * math.Pow(wavelength/(2*math.Pi), 2)
	// 40 wavefronts of some 40 independent patches: ±3 %; finer than the samples, by the
	// integral of the spectrum: (1 + 9.6²)^(−5/6) = 2 %.
	if math.Abs(sum/want-1) > 0.08 {
		t.Errorf("the variance is %g m², want %g", sum, want)
	}
}

// D. L. Fried 1966: r0 = 0.185·(λ²/(Cn2·dz))^(3/5).
func TestFriedsParameterOfALayer(t *testing.T) {
	const cn2, dz, wavelength = 3e-16, 2000, 0.8e-6
	g := pupilOf(16, 2)
	layer := sampled(t, KolmogorovWFE{Disc: Disc{Radius: 1}, Cn2: cn2, Dz: dz, Kind: "Kolmogorov"}, g).OPD
	r0 := 0.185 * math.Pow(wavelength*wavelength/(cn2*dz), 0.6)
	fried := sampled(t, KolmogorovWFE{Disc: Disc{Radius: 1}, R0: r0, ReferenceWavelength: wavelength, Kind: "Kolmogorov"}, g).OPD
	for k, v := range fried {
		if math.Abs(v/layer[k]-1) > 0.003 { // the digits of 0.185
			t.Fatalf("sample %d: %g m of a layer, %g with its r0", k, layer[k], v)
		}
	}
}

func TestTurbulenceMovesInTheWind(t *testing.T) {
	g := pupilOf(24, 2)
	at := func(shift float64) []float64 {
		return sampled(t, KolmogorovWFE{Disc: Disc{Radius: 1, ShiftX: shift}, R0: 0.1, ReferenceWavelength: 5e-7, Kind: "Tatarski", InnerScale: 0.1, Seed: 3}, g).OPD
	}
	still, moved := at(0), at(3*g.X.Step)
	for i := range 24 {
		for j := range 21 {
			if d := moved[i*24+j+3] - still[i*24+j]; math.Abs(d) > 1e-18 { // 1e-12 of 1e-6 m
				t.Fatalf("row %d, column %d has moved and changed by %g m", i, j, d)
			}
		}
	}
}

func TestASineWaveIsOne(t *testing.T) {
	g := pupilOf(12, 2)
	e := SineWaveWFE{SpatialFreq: 3, Amplitude: 2e-8, PhaseOffset: 0.1, Placement: Placement{ShiftX: 0.2, Rotation: 90}}
	check(t, g, sampled(t, e, g).OPD, 1e-22, func(_, y float64) float64 { return 2e-8 * math.Sin(2*math.Pi*(3*y+0.1)) })
}

func TestRandomWavefrontsRefuseWhatCannotBe(t *testing.T) {
	disc, pupil := Disc{Radius: 1}, pupilOf(8, 2)
	models := []PSD{{2, 1e-20, 0, 0, 0}}
	for _, c := range []struct {
		e    Element
		want string
	}{
		{SineWaveWFE{SpatialFreq: math.NaN()}, "spatialfreq"},
		{SineWaveWFE{SpatialFreq: 1000, Amplitude: 1e-9}, "lower it, or raise npix"},
		{StatisticalPSDWFE{Index: 3, WFE: 1e-8}, "radius"},
		{StatisticalPSDWFE{disc, 300, 1e-8, 0}, "index"},
		{StatisticalPSDWFE{disc, 3, -1e-8, 0}, "wfe"},
		{StatisticalPSDWFE{Disc{1, 1e5, 0}, 3, 1e-8, 0}, "shift_x"},
		{PowerSpectrumWFE{Disc: disc}, "psd_parameters is empty"},
		{PowerSpectrumWFE{Disc: disc, PSDParameters: []PSD{{2, -1, 0, 0, 0}}}, "psd_parameters[0][1]"},
		{PowerSpectrumWFE{Disc: disc, PSDParameters: models, PSDWeight: []float64{1, 2}}, "psd_weight"},
		{PowerSpectrumWFE{Disc: disc, PSDParameters: []PSD{{}}, RMS: 1e-8}, "rms"},
		{PowerSpectrumWFE{Disc: disc, PSDParameters: models, PSDWeight: []float64{0}, RMS: 1e-8}, "cannot be scaled to an rms"},
		{KolmogorovWFE{Disc: disc, Kind: "Kolmogorov"}, "r0 is missing"},
		{KolmogorovWFE{Disc: disc, Kind: "Kolmogorov", R0: 0.1, Dz: 1}, "given together"},
		{KolmogorovWFE{Disc: disc, Kind: "Kolmogorov", R0: 0.1}, "reference_wavelength"},
		{KolmogorovWFE{Disc: disc, Kind: "von Karman", R0: 0.1, ReferenceWavelength: 1e-6}, "outer_scale is missing"},
		{KolmogorovWFE{Disc: disc, Kind: "Hill", R0: 0.1, ReferenceWavelength: 1e-6}, "inner_scale is missing"},
		{KolmogorovWFE{Disc: disc, Kind: "Kolmogorov", R0: 0.1, ReferenceWavelength: 1e-6, OuterScale: 3}, "has none"},
		{KolmogorovWFE{Disc: disc, Kind: "Karman", R0: 0.1, ReferenceWavelength: 1e-6}, "kind"},
		{StatisticalPSDWFE{Disc{Radius: 1e6}, 3, 1e-8, 0}, "reduce the radius"},
		{StatisticalPSDWFE{Disc{Radius: 0.1}, 3, 1e-8, 0}, "carry no wave"},
		// What is so large or so small that numbers end.
		{StatisticalPSDWFE{Disc{Radius: math.SmallestNonzeroFloat64}, 3, 1e-8, 0}, "carry no wave"},
		{KolmogorovWFE{Disc: Disc{Radius: 1e-200}, Kind: "Kolmogorov", R0: 0.1, ReferenceWavelength: 1e-6}, "optical path difference reaches NaN m"},
		{KolmogorovWFE{Disc: disc, Kind: "Kolmogorov", R0: 1e-30, ReferenceWavelength: 1e-6}, "weaken it"},
		{KolmogorovWFE{Disc: disc, Kind: "Kolmogorov", R0: 1e-300, ReferenceWavelength: 1e-6}, "weaken it"},
		{PowerSpectrumWFE{Disc: disc, PSDParameters: []PSD{{2.5, 1e300, 0, 0, 0}}, PSDWeight: []float64{1e300}}, "weaken it"},
	} {
		if _, err := c.e.Sample(pupil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want one with %q", c.e, err, c.want)
		}
	}
	if _, err := (StatisticalPSDWFE{disc, 3, 1e-8, 0}).Sample(imageOf(4, 1)); err == nil || !strings.Contains(err.Error(), "pupil") {
		t.Errorf("in an image plane: %v", err)
	}
}
