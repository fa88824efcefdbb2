package propagate

import (
	"math"
	"runtime"
	"testing"

	"arago/backend"
	"arago/backend/gonum"
	"arago/grid"
	"arago/optics"
)

// Kernels take what is kept of them or what is in use at once, whichever is more, and a
// step's that wait to be collected, if some make room for others; a budget that is short takes from what is kept, never from what is in use.
func TestKernelsTakeWhatIsKeptOrInUse(t *testing.T) {
	const mib = 1 << 20
	for name, c := range map[string]struct {
		sum, largest, bases, lines, workers, givenUp float64 // in MiB but for lines and workers
		kept, inUse, keeps                           float64
		all                                          bool
	}{
		"small ones are all kept":                {10, 6, 0, 5, 2, 0, 50, 0, 256, true},
		"two bases serve all of a wide band":     {10, 6, 4, 5, 2, 0, 38, 0, 256, true},
		"many fill the cache":                    {10, 6, 0, 50, 2, 0, 262, 0, 256, false},
		"one wavelength above the limit is kept": {700, 400, 0, 1, 1, 0, 700, 0, 700, true},
		"of several, one wavelength":             {700, 400, 0, 3, 1, 0, 1100, 0, 700, false},
		"two at once need both":                  {400, 400, 0, 3, 2, 0, 800, 200, 400, false},
		"a short budget keeps less":              {10, 6, 0, 5, 2, 20, 30, 0, 24, false},
		"and what is in use remains":             {10, 6, 0, 5, 2, math.Inf(1), 6, 6, 0, false},
	} {
		k := kernelSizes{c.sum * mib, c.largest * mib, c.bases * mib}
		const bands = 2
		kept, inUse, keeps, all := k.kept(c.lines, bands, c.workers, c.givenUp*mib)
		if kept != c.kept*mib || inUse != c.inUse*mib || keeps != c.keeps*mib || all != c.all {
			t.Errorf("%s: %g kept, %g in use for each, %g the limit, all: %v", name, kept/mib, inUse/mib, keeps/mib, all)
		}
		if kept+c.workers*inUse < min(c.lines, c.workers)*k.largest {
			t.Errorf("%s: less is counted than is in use at once", name)
		}
	}
}

func TestAPeakTooLargeToCountDoesNotTurnNegative(t *testing.T) {
	for _, m := range []Memory{
		{Shared: mostBytes, Wavelength: mostBytes}, {Shared: 1 << 30, Wavelength: mostBytes}, {Shared: mostBytes}, {Wavelength: 1 << 40},
	} {
		last := int64(0)
		for _, workers := range []int{1, 2, 9, 100, math.MaxInt32} {
			peak := m.Peak(workers)
			if peak < last || peak > mostBytes {
				t.Errorf("%+v: %d for %d wavelengths at once, %d for fewer", m, peak, workers, last)
			}
			last = peak
		}
	}
	p := Plan{memory: Memory{Shared: mostBytes, Wavelength: mostBytes}, options: Options{Extra: func(*Plan) int64 { return math.MaxInt64 }}}
	if p.need(100) < mostBytes {
		t.Errorf("a plan that nothing holds needs %d bytes", p.need(100))
	}
}

// A random wavefront is made at once for all bands of a pupil: what that takes is counted,
// and counting does not make it.
func TestTheMemoryOfRandomWavefrontsIsCounted(t *testing.T) {
	const n = 512
	g := grid.Square(grid.Centered(n, 2./n), grid.Metre)
	turbulence := optics.KolmogorovWFE{Disc: optics.Disc{Radius: 1}, R0: 0.1, ReferenceWavelength: 5e-7, Kind: "Kolmogorov"}
	elements := []optics.Element{optics.CircularAperture{Radius: 1}, turbulence}
	// The pupil has amplitude and OPD.
	if got, want := sampledBytes(elements, g), 2*8.*n*n; got != want {
		t.Errorf("an aperture and a random wavefront take %g bytes, want %g", got, want)
	}
	// The OPD twice, and a complex number for each column and each of n waves along y.
	predicted := preparedBytes(elements, g)
	if want := (2*8. + 16) * n * n; predicted != want {
		t.Errorf("to make the wavefront takes %g bytes, want %g", predicted, want)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := optics.Prepared(elements, g); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	// Beside it there is what each goroutine works in.
	if took := float64(after.TotalAlloc - before.TotalAlloc); took < 0.9*predicted || took > predicted+4e6 {
		t.Errorf("to make the wavefront took %g bytes, predicted are %g", took, predicted)
	}
}

// At the next wavelength fields lie where they have lain, though they change places an odd
// number of times: none of both memories grows again.
func TestFieldsOfAllWavelengthsTakeTheSameMemory(t *testing.T) {
	var registry backend.Registry
	registry.Register(gonum.Name, gonum.New)
	backends, err := registry.Select(gonum.Name)
	if err != nil {
		t.Fatal(err)
	}
	stop := optics.CircularAperture{Radius: 0.8}
	for name, mask := range map[string]optics.Element{
		"convolution": optics.KnifeEdge{}, "box": optics.CircularOcculter{Radius: 0.3}, "padded": optics.BandLimitedCoronagraph{Kind: "circular", Sigma: 5},
	} {
		s := System{
			Diameter: 2, Npix: 64, Oversample: 2,
			Source: Source{Spectrum: []Line{{Wavelength: 1e-6, Weight: 1}, {Wavelength: 1.1e-6, Weight: 1}}},
			Planes: []Plane{
				Pupil{Elements: []optics.Element{optics.CircularAperture{Radius: 1}}},
				Image{Elements: []optics.Element{mask}},
				Pupil{Elements: []optics.Element{stop}},
				Detector{PixelsY: 8, PixelsX: 8, ScaleY: 0.05, ScaleX: 0.05, Oversample: 1},
			},
		}
		p, err := NewPlan(s, Options{Backend: backends})
		if err != nil {
			t.Fatal(err)
		}
		w := &wave[float64, complex128]{engine: p.runner.(*engine[float64, complex128])}
		var first [2]*complex128
		for line := range p.Lines() {
			if err := w.propagate(t.Context(), line, p.Wavelength(line), newReporter(p)); err != nil {
				t.Fatal(err)
			}
			memory, spare := &w.memory[:1][0], &w.spare[:1][0]
			if line == 0 {
				first = [2]*complex128{memory, spare}
			} else if first != [2]*complex128{memory, spare} {
				t.Errorf("%s: the fields of a second wavelength have taken other memory", name)
			}
		}
	}
}
