//go:build cgo && ((accelerate && darwin) || accelerate_standin)

package accelerate

import (
	"math/bits"
	"sync"
	"unsafe"
)

// setups keeps vDSP's setups by length. They are never released: up to N there
// are about 4·log2(N) lengths, whose setups together hold fewer than 8·N
// complex numbers.
type setups struct {
	mutex    sync.Mutex
	byLength map[int]unsafe.Pointer
}

var setupsDouble, setupsSingle setups

// creating is held while a setup is made: Apple documents that transforms may
// run at the same time, not that setups may be made at the same time.
var creating sync.Mutex

// get returns the setup for lines of n, made by create, or nil if vDSP has no
// transform of that length, or no memory for it now.
func (s *setups) get(n int, create func(int) unsafe.Pointer) unsafe.Pointer {
	if !documented(n) {
		return nil
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	setup := s.byLength[n]
	if setup == nil {
		creating.Lock()
		setup = create(n)
		creating.Unlock()
		if setup == nil {
			return nil
		}
		if s.byLength == nil {
			s.byLength = map[int]unsafe.Pointer{}
		}
		s.byLength[n] = setup
	}
	return setup
}

// documented says whether n is f·2^k with f = 1, 3, 5 or 15 and k ≥ 3, the
// lengths of vDSP_DFT_zop_CreateSetup in Apple's reference. (vDSP.h allows 1,
// 2 and 4 as well; nothing is gained by them.)
func documented(n int) bool {
	if n < 8 {
		return false
	}
	twos := bits.TrailingZeros(uint(n))
	switch n >> twos {
	case 1, 3, 5, 15:
		return twos >= 3
	}
	return false
}
