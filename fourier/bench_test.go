package fourier_test

import (
	"fmt"
	"testing"

	"arago/backend"
	"arago/fourier"
)

// BenchmarkRecipe times each recipe on the transforms of a pupil to the images that
// observers ask for: across how many samples, to how many, over how many λ/D.
func BenchmarkRecipe(b *testing.B) {
	s := selection(b)
	for _, c := range []struct {
		n, m  int
		field float64
	}{{1024, 624, 100}, {1024, 156, 25}, {2048, 1024, 60}, {4096, 512, 16}} {
		tr := imaging(c.n, c.m, c.field)
		for _, recipe := range []string{fourier.RecipeFolded, fourier.RecipeCompressed} {
			name := fmt.Sprintf("recipe=%s/n=%d/m=%d", recipe, c.n, c.m)
			b.Run(name+"/prec=c128", func(b *testing.B) { benchmarkRecipe(b, s.Double, tr, recipe) })
			b.Run(name+"/prec=c64", func(b *testing.B) { benchmarkRecipe(b, s.Single, tr, recipe) })
		}
	}
}

func benchmarkRecipe[R backend.Real, C backend.Complex](b *testing.B, core backend.Core[R, C], t fourier.Transform, recipe string) {
	plan := planOf(b, core, t, recipe)
	src, dst := randomField[C](7, t.In.Y.N, t.In.X.N), backend.NewMatrix[C](t.Out.Y.N, t.Out.X.N)
	b.ReportAllocs()
	for b.Loop() {
		plan.Execute(dst, src)
	}
}

// BenchmarkPlan times the making of a plan whose basis and kernels no other plan has
// left in the cache.
func BenchmarkPlan(b *testing.B) {
	s := selection(b)
	for _, c := range []struct {
		n, m  int
		field float64
	}{{1024, 624, 100}, {1024, 156, 25}, {2048, 1024, 60}, {4096, 512, 16}} {
		tr := imaging(c.n, c.m, c.field)
		for _, recipe := range []string{fourier.RecipeFolded, fourier.RecipeCompressed} {
			b.Run(fmt.Sprintf("recipe=%s/n=%d/m=%d", recipe, c.n, c.m), func(b *testing.B) {
				for b.Loop() {
					planOf(b, s.Double, tr, recipe)
				}
			})
		}
	}
}
