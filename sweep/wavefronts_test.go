package sweep_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"arago/sweep"
)

// seen is a telescope behind turbulence, on a mirror with polishing errors.
const seen = `
[system]
diameter = 2.0
npix = 32
[source]
wavelengths = [1e-6, 1.2e-6]
[[plane]]
kind = "pupil"
elements = [
  { type = "circular_aperture", radius = 1.0 },
  { type = "kolmogorov_wfe", radius = 1.0, r0 = 0.5, seed = 3 },
  { type = "statistical_psd_wfe", radius = 1.0, wfe = 30e-9, seed = 3 },
]
[[plane]]
kind = "detector"
pixelscale = 0.05
fov_pixels = 12
`

// Random wavefronts follow from the seeds of a case and from nothing else: not from who
// computes it, nor from what was computed before.
func TestASweepOverSeedsIsTheSameForEverySplit(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	dir := folder(t, map[string]string{"telescope.toml": seen})
	for i, axis := range []string{"seeds = 7", "values = [4, 0, 9007199254740992, 4]", "range = { from = 10, to = 15, step = 1 }"} {
		p := planned(t, dir, fmt.Sprintf(`
system = "telescope.toml"
seed = 5
[[axis]]
path = "plane.0.elements.1.seed"
%s
[measures]
take = ["peak", "strehl"]
reference = { "plane.0.elements.1.r0" = 1000.0 }
`, axis))
		whole := filepath.Join(dir, fmt.Sprintf("whole%d.fits", i))
		computed(t, p, sweep.Whole, sweep.Run{Output: whole, Workers: 1})
		for _, tasks := range []int{1, 3} {
			runtime.GOMAXPROCS(tasks)
			out := filepath.Join(dir, fmt.Sprint(i, tasks), "study.fits")
			for k := range tasks {
				computed(t, p, sweep.Task{Index: tasks - 1 - k, Count: tasks}, sweep.Run{Output: out, Workers: 2})
			}
			if tasks > 1 {
				if _, err := p.Merge(tasks, sweep.Run{Output: out}); err != nil {
					t.Fatal(err)
				}
			}
			same(t, out, whole)
		}
		peaks, _ := index(t, whole).Column("PEAK")
		distinct := slices.Clone(peaks.Floats)
		slices.Sort(distinct)
		if want := len(slices.Compact(distinct)); want != len(peaks.Floats) && i != 1 || i == 1 && (want != 3 || peaks.Floats[0] != peaks.Floats[3]) {
			t.Errorf("%s: the peaks are %v", axis, peaks.Floats)
		}
	}
}
