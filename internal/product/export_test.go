package product

import (
	"arago/backend"
	"arago/internal/kernel"
)

// RealWithin is Real with slabs of at most so many bytes.
func RealWithin[R backend.Real, C backend.Complex](bytes int, t *kernel.Tiles[R], dst backend.Matrix[C], a backend.Matrix[R], b backend.Matrix[C]) {
	runWithin(bytes, t, []left[R]{realRows(t, dst, a)}, wholeRows(t, b))
}
