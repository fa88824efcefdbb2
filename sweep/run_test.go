package sweep_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"arago/fitsfile"
	"arago/fourier"
	"arago/propagate"
	"arago/sweep"
	"arago/system"
)

func TestAnyNumberOfTasksMakesTheSameFileAsOneRun(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": telescope})
	p := planned(t, dir, offsets)
	whole := filepath.Join(dir, "whole.fits")
	computed(t, p, sweep.Whole, sweep.Run{Output: whole, Workers: 1})
	for _, tasks := range []int{1, 2, 5, 12, 17} {
		out := filepath.Join(dir, fmt.Sprint(tasks), "study.fits")
		for i := range tasks {
			computed(t, p, sweep.Task{Index: i, Count: tasks}, sweep.Run{Output: out, Workers: 2})
		}
		if tasks > 1 {
			report, err := p.Merge(tasks, sweep.Run{Output: out})
			if err != nil || report.To != 12 {
				t.Fatalf("%d tasks: %v, %v", tasks, report, err)
			}
		}
		same(t, out, whole)
	}
}

// A cube holds, case by case, what the system file with the values written in has.
func TestImagesAreThoseOfTheSystemsOneByOne(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": telescope})
	p := planned(t, dir, offsets)
	out := filepath.Join(dir, "study.fits")
	computed(t, p, sweep.Whole, sweep.Run{Output: out})
	f, err := fitsfile.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table := index(t, out)
	offset, _ := table.Column("source_offset_r")
	defocus, _ := table.Column("plane_0_elements_1_coefficients_3")
	tilt, _ := table.Column("plane_0_elements_1_coefficients_1")
	for n := range 12 {
		s, err := system.Parse("one", fmt.Appendf(nil, `
[system]
diameter = 2.0
npix = 16
[source]
wavelengths = [1e-6]
offset_r = %v
[[plane]]
kind = "pupil"
elements = [ { type = "circular_aperture", radius = 1.0 }, { type = "zernike_wfe", radius = 1.0, coefficients = [0, %v, 0, %v] } ]
[[plane]]
kind = "detector"
pixelscale = 0.05
fov_pixels = 8
oversample = 2
`, offset.Floats[n], tilt.Floats[n], defocus.Floats[n]), dir)
		if err != nil {
			t.Fatal(err)
		}
		o := options(t).Propagate
		o.Machine = fourier.ReferenceMachine() // recipes of a study are the same on every machine
		plan, err := propagate.NewPlan(s, o)
		if err != nil {
			t.Fatal(err)
		}
		r, err := plan.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := r.Image.Binned(2)
		got, err := f.Plane(0, n)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range want.Data {
			if got.Data[i] != v {
				t.Fatalf("case %d, sample %d: %v, want %v", n, i, got.Data[i], v)
			}
		}
	}
}
