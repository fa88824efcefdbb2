package propagate_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

func jobs() map[string]propagate.System {
	lines := func(a, b float64) (l []propagate.Line) {
		for i := range 9 {
			l = append(l, propagate.Line{Wavelength: a + (b-a)*float64(i)/8, Weight: 1})
		}
		return l
	}
	_ = grid.Arcsecond
	return map[string]propagate.System{
		"coro": {Diameter: 6.7, Npix: 1024, Oversample: 4, Source: propagate.Source{Spectrum: lines(1.9e-6, 2.1e-6)},
			Planes: []propagate.Plane{
				propagate.Pupil{Elements: []optics.Element{optics.CircularAperture{Radius: 3.25}, optics.ZernikeWFE{Radius: 3.25, Coefficients: []float64{0, 0, 0, 5e-9, 0, 0, 3e-9}}}},
				propagate.Image{Elements: []optics.Element{optics.CircularOcculter{Radius: 0.3}}},
				propagate.Pupil{Elements: []optics.Element{optics.CircularAperture{Radius: 2.75}}},
				propagate.Detector{ScaleX: 0.02, ScaleY: 0.02, PixelsY: 150, PixelsX: 150, Oversample: 2},
			}},
		"main": {Diameter: 6.7, Npix: 1024, Oversample: 2, Source: propagate.Source{Spectrum: lines(1.9e-6, 2.1e-6)},
			Planes: []propagate.Plane{
				propagate.Pupil{Elements: []optics.Element{optics.MultiHexagonAperture{Side: 0.76, Gap: 0.007, Rings: 2}, optics.ZernikeWFE{Radius: 3.33, Coefficients: []float64{0, 0, 0, 50e-9, 20e-9, -35e-9, 25e-9, -15e-9, 10e-9, 15e-9, 20e-9}}}},
				propagate.Detector{ScaleX: 0.032, ScaleY: 0.032, PixelsY: 156, PixelsX: 156, Oversample: 4},
			}},
	}
}

func TestBench(t *testing.T) {
	for _, name := range []string{"coro", "main"} {
		for _, n := range []int{64, 128, 256, 512, 768} {
			best := [3]float64{}
			for w := 1; w <= 2; w++ {
				base := name
				if name == "fft" {
					base = "coro"
				}
				s := jobs()[base]
				s.Npix = n
				s.Oversample = 2
				d := s.Planes[len(s.Planes)-1].(propagate.Detector)
				d.ScaleX *= 0.5
				d.ScaleY *= 0.5
				s.Planes[len(s.Planes)-1] = d
				o := propagate.Options{Backend: selection(t), Workers: w}
				if name == "fft" {
					o.Recipe = "fft"
				}
				best[w] = 1e9
				for range 9 {
					p, err := propagate.NewPlan(s, o)
					if err != nil {
						t.Fatal(err)
					}
					t1 := time.Now()
					p.Run(context.Background())
					best[w] = min(best[w], time.Since(t1).Seconds())
				}
			}
			fmt.Printf("%s %d: one %.2f ms, two %.2f ms\n", name, n, best[1]*1e3, best[2]*1e3)
		}
	}
}
