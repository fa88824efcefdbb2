package propagate_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"arago/fourier"
	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

// twoImages is a coronagraph with two image planes behind each other, and light
// outside of the array that counts: images follow each other by way of a pupil.
func twoImages() propagate.System {
	mask := propagate.Image{Elements: []optics.Element{optics.CircularOcculter{Radius: 0.1}}}
	s := lyot(40, 3, 1e-6, optics.CircularOcculter{Radius: 0.05}, optics.CircularAperture{Radius: 3}, 24)
	s.Source.Spectrum = append(s.Source.Spectrum, propagate.Line{Wavelength: 1.1e-6, Weight: 1})
	first, image, stop, detector := s.Planes[0], s.Planes[1], s.Planes[2], s.Planes[3]
	s.Planes = []propagate.Plane{first, image, mask, stop, mask, stop, detector}
	return s
}

func TestWatchingTheImagePlanesChangesNoBit(t *testing.T) {
	for _, o := range []propagate.Options{{}, {Precision: propagate.Single}, {Recipe: fourier.RecipeFFT}, {Precision: propagate.Single, Recipe: fourier.RecipeFFT}} {
		for name, s := range map[string]propagate.System{"coronagraph": coronagraph(), "two images": twoImages()} {
			t.Run(name+" "+o.Precision.String()+" "+o.Recipe, func(t *testing.T) {
				alone := run(t, s, o)
				var order []string
				watched := run(t, s, propagate.Options{Precision: o.Precision, Recipe: o.Recipe, Workers: 1, Observe: func(p propagate.Snapshot) {
					order = append(order, fmt.Sprint(p.Line, ".", p.Plane))
					if len(p.Field) != p.Grid.Len() {
						t.Errorf("plane %d has %d samples on %v", p.Plane, len(p.Field), p.Grid)
					}
				}})
				if !slices.Equal(alone.Image.Data, watched.Image.Data) {
					t.Error("the image of the watched run differs")
				}
				if n := len(s.Planes) * len(s.Source.Spectrum); len(order) != n || !slices.IsSorted(order) {
					t.Errorf("%d planes were seen, want %d: %q", len(order), n, order)
				}
			})
		}
	}
}

func TestProgressCountsTheImagePlanesThatNobodyWatches(t *testing.T) {
	s := twoImages()
	var counts []int
	run(t, s, propagate.Options{Recipe: fourier.RecipeFFT, Workers: 1, Progress: func(done, total int) {
		if total != len(s.Planes)*2 {
			t.Errorf("%d planes in all, want %d", total, len(s.Planes)*2)
		}
		counts = append(counts, done)
	}})
	for i, n := range counts {
		if n != i+1 {
			t.Fatalf("progress is %v", counts)
		}
	}
	if len(counts) != 2*len(s.Planes) {
		t.Errorf("progress is %v", counts)
	}
}

func TestAnImageThatIsOnlyPassedTakesAFractionOfItsMemory(t *testing.T) {
	s := lyot(512, 8, 1e-6, optics.CircularOcculter{Radius: 0.1}, optics.CircularAperture{Radius: 3}, 64)
	predict := func(o propagate.Options) int64 {
		o.Backend, o.Recipe = selection(t), fourier.RecipeFFT
		plan, err := propagate.NewPlan(s, o)
		if err != nil {
			t.Fatal(err)
		}
		return plan.Memory().Wavelength
	}
	const image = 16 * 4096 * 4096
	if passed := predict(propagate.Options{}); passed > image/4 {
		t.Errorf("a wavelength takes %d bytes, more than a quarter of the image's %d", passed, image)
	}
	if watched := predict(propagate.Options{Observe: func(propagate.Snapshot) {}}); watched < image {
		t.Errorf("a watched wavelength takes %d bytes, less than the image's %d", watched, image)
	}
}

// What goes wrong in an image plane is told with the number and name of that
// plane, whether it is passed in bands or not; and a run that is given up ends
// between two bands.
func TestAnImageThatIsPassedTellsItsFaults(t *testing.T) {
	s := twoImages()
	s.Planes[2] = propagate.Image{Name: "faulty", Elements: []optics.Element{broken{}}}
	for _, o := range []propagate.Options{{}, {Observe: func(propagate.Snapshot) {}}} {
		o.Backend = selection(t)
		plan, err := propagate.NewPlan(s, o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = plan.Run(context.Background()); err == nil || !strings.HasPrefix(err.Error(), "plane 3 (faulty): ") {
			t.Errorf("error %v", err)
		}
	}

	ctx, cancel := context.WithCancel(context.Background())
	s = twoImages()
	s.Planes[1] = propagate.Image{Elements: []optics.Element{canceller{cancel}}}
	plan, err := propagate.NewPlan(s, propagate.Options{Backend: selection(t)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = plan.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

// canceller gives the run up when it is sampled.
type canceller struct{ cancel func() }

func (canceller) Validate() error { return nil }
func (c canceller) Sample(grid.Grid) (optics.Sample, error) {
	c.cancel()
	return optics.Sample{}, nil
}
