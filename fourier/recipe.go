package fourier

import (
	"fmt"

	"arago/backend"
)

// The recipes; see the package comment.
const (
	RecipeDense = "dense"
	RecipeFFT   = "fft"
	// RecipeFolded and RecipeCompressed are those of NewFolded and NewCompressed.
	RecipeFolded     = "folded"
	RecipeCompressed = "compressed"
	// RecipeChirpZ is that of NewChirpZ.
	RecipeChirpZ = "chirp-z"
)

// New returns a plan of t by the recipe of that name. What does not depend on the
// field comes from the cache. The error is ErrGrid if the recipe cannot do the
// transform.
func New[R backend.Real, C backend.Complex](core backend.Core[R, C], cache *Cache, t Transform, recipe string) (Plan[C], error) {
	switch recipe {
	case RecipeDense:
		return NewDense(core, cache, t)
	case RecipeFolded:
		return NewFolded(core, cache, t)
	case RecipeCompressed:
		return NewCompressed(core, cache, t)
	case RecipeFFT:
		return NewFFT(core, cache, t)
	case RecipeChirpZ:
		return NewChirpZ(core, cache, t)
	}
	return nil, fmt.Errorf("%w by %q, which is no recipe", ErrGrid, recipe)
}
