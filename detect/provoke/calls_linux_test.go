package provoke

import (
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// What goes wrong in calls of a BLAS, forks apart.

// AR104: two callers of a serial OpenBLAS get one buffer.

func TestSerialOpenBLASGivesFourThreadsWrongNumbers(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("threads that take turns on one processor hardly ever meet")
	}
	blas, arago := "blas="+openBLAS(t, "serial"), "arago="+library(t)
	// It goes on until a number is wrong; none in 20 s would be an alarm.
	host(t, nil, blas, "race").expect(t, wrongNumbers, "wrong ")

	got := host(t, nil, blas, arago, `ask={"threads":4}`, "race")
	got.expect(t, refused, "refused AR104")
	got.expectNot(t, "wrong 0")
}

func TestOpenBLASWithThreadsGivesFourCallersRightNumbers(t *testing.T) {
	for _, variant := range []string{"pthread", "openmp"} {
		blas := "blas=" + openBLAS(t, variant)
		host(t, single, blas, "count=20000").expect(t, 0, "wrong 0 of 80000")
		host(t, single, blas, "arago="+library(t), `ask={"threads":4}`).expectNot(t, "AR104")
	}
}

// AR106: 64 bits are read where 32 were written.

func TestALibraryWithWideIntegersReadsWhatWasNotWritten(t *testing.T) {
	wide, narrow := "blas="+file(t, "Debian: libopenblas64-0-pthread", "/usr/lib/*/libopenblas64.so.0"), "blas="+openBLAS(t, "pthread")
	host(t, single, narrow, "stride").expect(t, 0, "done")
	host(t, single, wide, "stride").expectSignal(t, syscall.SIGSEGV)

	arago := "arago=" + library(t)
	host(t, single, wide, arago, "ask={}", "stride").expect(t, refused, "refused AR106")
	host(t, single, narrow, arago, "ask={}", "stride").expectNot(t, "AR106")
}

// AR110: more threads are inside than there are buffers. Debian's OpenBLAS
// 0.3.21 has 128, and 512 more that not every release has; detect does not
// count on those.

func TestACrowdInsideOpenBLASEndsTheProcess(t *testing.T) {
	blas, arago := "blas="+openBLAS(t, "pthread"), "arago="+library(t)
	host(t, single, blas, "crowd=64").expect(t, 0, "inside 64", "done")

	got := host(t, single, blas, "crowd=700")
	if strings.Contains(got.out, "no thread") {
		t.Skipf("this system lets no process have 700 threads: %v", got)
	}
	got.expectSignal(t, syscall.SIGSEGV, "inside 700", "too many memory regions")

	host(t, single, blas, arago, `ask={"threads":700}`, "crowd=700").expect(t, refused, "refused AR110")
	host(t, single, blas, arago, `ask={"threads":64}`).expectNot(t, "AR110")
}
