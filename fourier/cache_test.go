package fourier

import (
	"testing"

	"arago/backend"
	"arago/grid"
)

func key(n int) kernelKey {
	return kernelKey{grid.Centered(n, 1), grid.Centered(n, 1), 0.01, 1}
}

func sameMemory(a, b backend.Matrix[complex128]) bool { return &a.Data[0] == &b.Data[0] }

func TestAKernelIsComputedOnceWhateverTheUnitsOfItsSteps(t *testing.T) {
	c := NewCache(1 << 20)
	other := key(8)
	other.rows.Step, other.cols.Step = 3, 5
	if !sameMemory(kernelMatrix[complex128](c, key(8)), kernelMatrix[complex128](c, other)) {
		t.Error("the kernel was computed twice")
	}
}

func TestTheCacheForgetsTheKernelNotAskedForTheLongest(t *testing.T) {
	// Room for two kernels of 8×8.
	c := NewCache(2 * 8 * 8 * 16)
	shifted := key(8)
	shifted.rows.Center++
	first, second := kernelMatrix[complex128](c, key(8)), kernelMatrix[complex128](c, shifted)
	kernelMatrix[complex128](c, key(8))
	kernelMatrix[complex128](c, key(7)) // 7×7 takes the place of the second
	if !sameMemory(first, kernelMatrix[complex128](c, key(8))) {
		t.Error("the kernel in use was forgotten")
	}
	if sameMemory(second, kernelMatrix[complex128](c, shifted)) {
		t.Error("the kernel not in use was kept beyond the limit")
	}
	if c.bytes > c.limit {
		t.Errorf("the cache holds %d bytes, more than %d", c.bytes, c.limit)
	}
}

func TestAKernelLargerThanTheLimitIsNotKept(t *testing.T) {
	c := NewCache(10)
	if sameMemory(kernelMatrix[complex128](c, key(8)), kernelMatrix[complex128](c, key(8))) || c.bytes != 0 {
		t.Errorf("the cache holds %d bytes, more than 10", c.bytes)
	}
}
