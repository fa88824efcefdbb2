package propagate_test

import (
	"context"
	"math"
	"math/cmplx"
	"testing"

	"arago/backend"
	"arago/backend/gonum"
	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

func selection(tb testing.TB) backend.Selection {
	tb.Helper()
	var r backend.Registry
	r.Register(gonum.Name, gonum.New)
	s, err := r.Select(gonum.Name)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// run runs a system with the options; the back end is filled in.
func run(tb testing.TB, s propagate.System, o propagate.Options) *propagate.Result {
	tb.Helper()
	o.Backend = selection(tb)
	plan, err := propagate.NewPlan(s, o)
	if err != nil {
		tb.Fatal(err)
	}
	r, err := plan.Run(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func image(tb testing.TB, s propagate.System) grid.Map {
	tb.Helper()
	return run(tb, s, propagate.Options{}).Image
}

// direct is the simplest system: a pupil and a detector of pixels × pixels.
func direct(npix int, diameter, wavelength, scale float64, pixels int, pupil ...optics.Element) propagate.System {
	return propagate.System{
		Diameter: diameter, Npix: npix, Oversample: 2,
		Source: propagate.Source{Spectrum: []propagate.Line{{Wavelength: wavelength, Weight: 1}}},
		Planes: []propagate.Plane{
			propagate.Pupil{Elements: pupil},
			propagate.Detector{ScaleY: scale, ScaleX: scale, PixelsY: pixels, PixelsX: pixels, Oversample: 1},
		},
	}
}

// lyot is a coronagraph: entrance pupil, mask, Lyot stop, detector.
func lyot(npix, oversample int, wavelength float64, mask, stop optics.Element, pixels int) propagate.System {
	s := direct(npix, 6.5, wavelength, 0.02, pixels, optics.CircularAperture{Radius: 3.25})
	s.Oversample = oversample
	s.Planes = []propagate.Plane{
		s.Planes[0], propagate.Image{Elements: []optics.Element{mask}}, propagate.Pupil{Elements: []optics.Element{stop}}, s.Planes[1],
	}
	return s
}

func relativeDifference(a, b grid.Map) float64 {
	var diff, peak float64
	for i, v := range a.Data {
		diff = max(diff, math.Abs(v-b.Data[i]))
		peak = max(peak, math.Abs(b.Data[i]))
	}
	return diff / peak
}

// airy returns (2J1(v)/v)².
func airy(v float64) float64 {
	if v == 0 {
		return 1
	}
	a := 2 * math.J1(v) / v
	return a * a
}

func peakIndex(m grid.Map) (row, col int) {
	best := 0
	for i, v := range m.Data {
		if v > m.Data[best] {
			best = i
		}
	}
	return best / m.X.N, best % m.X.N
}

// transformDirectly returns the matrix Fourier transform of a field by its
// definition, one sum per sample.
func transformDirectly(field []complex128, from, to grid.Grid, wavelength float64, sign float64) []complex128 {
	out := make([]complex128, to.Len())
	scale := complex(math.Sqrt(from.Y.Step*to.Y.Step/wavelength*from.X.Step*to.X.Step/wavelength), 0)
	for i := range to.Y.N {
		for j := range to.X.N {
			var sum complex128
			for k := range from.Y.N {
				for l := range from.X.N {
					cycles := (from.Y.At(k)*to.Y.At(i) + from.X.At(l)*to.X.At(j)) / wavelength
					sum += field[k*from.X.N+l] * cmplx.Rect(1, sign*2*math.Pi*(cycles-math.Round(cycles)))
				}
			}
			out[i*to.X.N+j] = sum * scale
		}
	}
	return out
}
