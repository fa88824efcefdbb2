package propagate_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"arago/fourier"
	"arago/optics"
	"arago/propagate"
)

func TestARunSharedWavelengthByWavelengthGivesTheSameBits(t *testing.T) {
	for _, precision := range []propagate.Precision{propagate.Double, propagate.Single} {
		t.Run(precision.String(), func(t *testing.T) {
			o := propagate.Options{Backend: selection(t), Precision: precision}
			whole, err := propagate.NewPlan(coronagraph(), o)
			if err != nil {
				t.Fatal(err)
			}
			want, err := whole.Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}

			// Another plan, as another process has it, that is given the masks.
			o.Masks = whole.Masks()
			var seen []string
			o.Observe = func(s propagate.Snapshot) { seen = append(seen, fmt.Sprint(s.Line, " ", s.Label)) }
			other, err := propagate.NewPlan(coronagraph(), o)
			if err != nil {
				t.Fatal(err)
			}
			fields := make([][]byte, other.Lines())
			for line := other.Lines() - 1; line >= 0; line-- {
				fields[line] = make([]byte, other.FieldBytes())
				if err := other.Propagate(context.Background(), line, fields[line]); err != nil {
					t.Fatal(err)
				}
			}
			if n := other.Lines() * len(other.Steps()); len(seen) != n {
				t.Errorf("%d planes were observed, want %d", len(seen), n)
			}
			sum := whole.NewSum()
			if _, err := sum.Result(); err == nil {
				t.Error("a sum without all wavelengths has a result")
			}
			for line, f := range fields {
				if sum.Next() != line {
					t.Fatalf("the next line is %d, want %d", sum.Next(), line)
				}
				sum.Add(f)
			}
			got, err := sum.Result()
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got.Image.Data, want.Image.Data) {
				t.Error("the image differs from that of Run")
			}
			if got.Image.Grid != want.Image.Grid || !slices.Equal(got.Spectrum, want.Spectrum) || got.Backend != want.Backend {
				t.Errorf("the result says %+v", got.Spectrum)
			}
		})
	}
}

func TestPropagateEndsWithItsContextAndTellsDarkness(t *testing.T) {
	s := coronagraph()
	plan, err := propagate.NewPlan(s, propagate.Options{Backend: selection(t)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := plan.Propagate(ctx, 0, make([]byte, plan.FieldBytes())); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	s.Planes[0] = propagate.Pupil{Elements: []optics.Element{optics.ScalarTransmission{Transmission: 0}}}
	if plan, err = propagate.NewPlan(s, propagate.Options{Backend: selection(t)}); err != nil {
		t.Fatal(err)
	}
	if err := plan.Propagate(context.Background(), 0, make([]byte, plan.FieldBytes())); !errors.Is(err, propagate.ErrDark) {
		t.Errorf("error %v, want ErrDark", err)
	}
}

func TestMasksOfAnotherSystemAreRefused(t *testing.T) {
	plan, err := propagate.NewPlan(coronagraph(), propagate.Options{Backend: selection(t)})
	if err != nil {
		t.Fatal(err)
	}
	for name, masks := range map[string][]propagate.Mask{
		"too few":          plan.Masks()[:2],
		"of another size":  append([]propagate.Mask{{Amplitude: make([]float64, 3)}}, plan.Masks()[1:]...),
		"OPD another size": append([]propagate.Mask{{OPD: make([]float64, 3)}}, plan.Masks()[1:]...),
	} {
		_, err := propagate.NewPlan(coronagraph(), propagate.Options{Backend: selection(t), Masks: masks})
		if !errors.Is(err, propagate.ErrSystem) {
			t.Errorf("%s: error %v, want ErrSystem", name, err)
		}
	}
}

func TestARunThatDoesNotFitNamesTheOversamplingThatWould(t *testing.T) {
	mask, stop := optics.CircularOcculter{Radius: 0.1}, optics.CircularAperture{Radius: 3}
	// need returns the memory of the system computed one wavelength at a time, with
	// whole image planes: by Babinet's principle padding takes none.
	need := func(s propagate.System) int64 {
		t.Helper()
		plan, err := propagate.NewPlan(s, propagate.Options{Backend: selection(t), Recipe: fourier.RecipeFFT, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		return plan.Memory().Peak(1)
	}
	with := func(padding, detector int) propagate.System {
		s := lyot(64, padding, 2e-6, mask, stop, 16)
		d := s.Planes[3].(propagate.Detector)
		d.Oversample = detector
		s.Planes[3] = d
		return s
	}
	imaging := func(detector int) propagate.System {
		s := with(2, detector)
		s.Planes = []propagate.Plane{s.Planes[0], s.Planes[3]}
		return s
	}
	for _, c := range []struct {
		name  string
		s     propagate.System
		limit int64
		want  string
	}{
		{"padding", with(8, 2), need(with(5, 2)), "the largest oversampling that would fit is oversample = 5 in [system]"},
		{"detector", imaging(32), need(imaging(20)), "the largest oversampling that would fit is oversample = 20 of the detector"},
		{"both", with(2, 64), need(with(1, 30)), "the largest oversampling that would fit is oversample = 1 in [system] and oversample = 30 of the detector"},
		{"none", with(2, 2), 1 << 10, "no oversampling would fit; reduce npix or the detector's field"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := propagate.NewPlan(c.s, propagate.Options{Backend: selection(t), Recipe: fourier.RecipeFFT, MemoryLimit: c.limit})
			if !errors.Is(err, propagate.ErrMemory) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v\nwant %s", err, c.want)
			}
		})
	}
	two := with(2, 2)
	two.Source.Spectrum = append(two.Source.Spectrum, propagate.Line{Wavelength: 2.1e-6, Weight: 1}, propagate.Line{Wavelength: 2.2e-6, Weight: 1})
	plan, err := propagate.NewPlan(two, propagate.Options{Backend: selection(t)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = propagate.NewPlan(two, propagate.Options{Backend: selection(t), Workers: 3, MemoryLimit: plan.Memory().Peak(2)})
	if !errors.Is(err, propagate.ErrMemory) || !strings.HasSuffix(err.Error(), "with 3 wavelengths at once; 2 at once would fit") {
		t.Errorf("three workers: error %v", err)
	}
}
