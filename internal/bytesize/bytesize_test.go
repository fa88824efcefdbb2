package bytesize

import (
	"math"
	"testing"
)

func TestSizesAreWrittenForPeople(t *testing.T) {
	for bytes, want := range map[int64]string{
		0: "0 bytes", 1023: "1023 bytes", 1024: "1 KiB", 1536: "1.5 KiB", 3 << 20: "3 MiB", 310 << 20: "310 MiB",
		1019 << 20: "1019 MiB", 1<<30 - 1: "1 GiB", 20 << 30: "20 GiB", 5 << 29: "2.5 GiB", math.MaxInt64: "8 EiB",
	} {
		if got := Text(bytes); got != want {
			t.Errorf("%d bytes are written %s, want %s", bytes, got, want)
		}
	}
}
