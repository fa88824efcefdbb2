package fourier

import (
	"fmt"

	"arago/backend"
)

// The recipes; see the package comment.
const (
	RecipeDense = "dense"
	RecipeFFT   = "fft"
)

// New returns a plan of t by the recipe of that name. What does not depend on the
// field comes from the cache. The error is ErrGrid if the recipe cannot do the
// transform.
func New[R backend.Real, C backend.Complex](core backend.Core[R, C], cache *Cache, t Transform, recipe string) (Plan[C], error) {
	switch recipe {
	case RecipeDense:
		return NewDense(core, cache, t)
	case RecipeFFT:
		return NewFFT(core, t)
	}
	return nil, fmt.Errorf("%w by %q, which is no recipe", ErrGrid, recipe)
}
