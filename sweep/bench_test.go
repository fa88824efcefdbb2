package sweep_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"arago/propagate"
	"arago/sweep"
)

// many is a sweep of n small cases, each with a wavefront of its own.
func many(n int) string {
	return fmt.Sprintf(`
system = "telescope.toml"
seed = 1
[[axis]]
path = ["plane.0.elements.1.coefficients.3", "plane.0.elements.1.coefficients.1"]
normal = { count = %d, sigma = 20e-9 }
[measures]
take = ["peak"]
`, n)
}

// BenchmarkCase is the time of one small case by one worker, with all that is around
// it; ".../alone" that of its plan and its run, which nobody can do without.
func BenchmarkCase(b *testing.B) {
	dir := folder(b, map[string]string{"telescope.toml": telescope})
	b.Run("in a sweep", func(b *testing.B) {
		p := planned(b, dir, many(b.N))
		computed(b, p, sweep.Whole, sweep.Run{Output: filepath.Join(b.TempDir(), "study.fits"), Workers: 1})
	})
	b.Run("alone", func(b *testing.B) {
		p := planned(b, dir, many(1))
		o := options(b).Propagate
		o.Pool, o.Workers = propagate.NewPool(1<<28), 1
		v, err := p.Base.Variant(p.Case(0))
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			plan, err := propagate.NewPlan(v.System, o)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := plan.Run(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
