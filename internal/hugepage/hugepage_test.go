package hugepage_test

import (
	"testing"
	"unsafe"

	"arago/internal/hugepage"
)

func TestSlicesBeginWhereTheyShould(t *testing.T) {
	expect := func(address uintptr, length, want, align int) {
		t.Helper()
		if address%uintptr(align) != 0 || length != want {
			t.Errorf("%d elements at %#x, want %d on a multiple of %d", length, address, want, align)
		}
	}
	for _, n := range []int{1, 3, 1000, 100000} {
		s, d := hugepage.Make[float32](n, 64), hugepage.Make[complex128](n, 128)
		expect(uintptr(unsafe.Pointer(&s[0])), len(s), n, 64)
		expect(uintptr(unsafe.Pointer(&d[0])), len(d), n, 128)
	}
	const large = 3 << 20
	z := hugepage.Make[float64](large, 64)
	expect(uintptr(unsafe.Pointer(&z[0])), len(z), large, hugepage.Size)
	for i, v := range z {
		if v != 0 {
			t.Fatalf("element %d is %v", i, v)
		}
	}
}
