package product

import (
	"arago/backend"
	"arago/internal/passes"
)

// Slabs and blocks have pools of their own: a pool of all sizes would give small
// slices to those who need large ones, which then are made anew.
var (
	slabsDouble, columnBlocksDouble passes.Pool[float64]
	slabsSingle, columnBlocksSingle passes.Pool[float32]
)

func slabs[R backend.Real]() *passes.Pool[R] { return poolOf[R](&slabsDouble, &slabsSingle) }

func columnBlocks[R backend.Real]() *passes.Pool[R] {
	return poolOf[R](&columnBlocksDouble, &columnBlocksSingle)
}

func poolOf[R backend.Real](double *passes.Pool[float64], single *passes.Pool[float32]) *passes.Pool[R] {
	var r R
	var pool any = single
	if _, ok := any(r).(float64); ok {
		pool = double
	}
	return pool.(*passes.Pool[R])
}
