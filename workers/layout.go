package workers

import (
	"unsafe"

	"arago/propagate"
)

// layout says where things lie in the shared memory: the masks at its
// beginning, behind them one slot for each worker.
type layout struct {
	Masks []maskPlace
	// MaskBytes is the length of all masks, Slots where the first slot begins.
	MaskBytes, Slots int64
	// SlotBytes is the size of a slot, Stride the distance of two.
	SlotBytes, Stride int64
}

// maskPlace is where the parts of a mask lie.
type maskPlace struct{ Amplitude, OPD, Phase span }

// span is Len numbers from Offset; no numbers stand for a part without effect.
type span struct{ Offset, Len int64 }

const (
	// page is a multiple of the page size of every system that Go runs on:
	// what is mapped by itself begins on such a boundary.
	page = 64 << 10
	// cacheLine is where each part of a mask begins.
	cacheLine = 64
)

func roundUp(n, to int64) int64 { return (n + to - 1) / to * to }

// newLayout finds places for masks and slots.
func newLayout(masks []propagate.Mask, slots int, slotBytes int64) layout {
	var l layout
	place := func(part []float64) span {
		s := span{l.MaskBytes, int64(len(part))}
		l.MaskBytes = roundUp(s.Offset+s.Len*8, cacheLine)
		return s
	}
	for _, m := range masks {
		l.Masks = append(l.Masks, maskPlace{place(m.Amplitude), place(m.OPD), place(m.Phase)})
	}
	l.Slots = roundUp(l.MaskBytes, page)
	l.SlotBytes, l.Stride = slotBytes, roundUp(slotBytes, page)
	return l
}

// size is the length of the shared memory.
func (l layout) size(slots int) int64 { return l.Slots + int64(slots)*l.Stride }

// masks returns the masks in memory, which is the beginning of the shared one.
func (l layout) masks(memory []byte) []propagate.Mask {
	part := func(s span) []float64 {
		if s.Len == 0 {
			return nil
		}
		return numbers[float64](memory[s.Offset:][:s.Len*8])
	}
	masks := make([]propagate.Mask, len(l.Masks))
	for i, m := range l.Masks {
		masks[i] = propagate.Mask{Amplitude: part(m.Amplitude), OPD: part(m.OPD), Phase: part(m.Phase)}
	}
	return masks
}

// store copies masks to their places.
func (l layout) store(memory []byte, masks []propagate.Mask) {
	for i, to := range l.masks(memory) {
		copy(to.Amplitude, masks[i].Amplitude)
		copy(to.OPD, masks[i].OPD)
		copy(to.Phase, masks[i].Phase)
	}
}

// slot returns the slot of a worker in the whole shared memory.
func (l layout) slot(memory []byte, i int) []byte {
	return memory[l.Slots+int64(i)*l.Stride:][:l.SlotBytes]
}

// numbers returns memory, which is aligned for them, as numbers.
func numbers[T float64 | complex128](memory []byte) []T {
	var t T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(memory))), len(memory)/int(unsafe.Sizeof(t)))
}
