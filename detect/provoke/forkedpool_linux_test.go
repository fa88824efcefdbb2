package provoke

import (
	"syscall"
	"testing"
)

// AR102: a library has run, and its threads are not in the forked child.
// AR111: it is running in another thread at the moment of the fork.

// aboutToFork is the plan that is put before detect.
const aboutToFork = `ask={"start":"fork","used_before":true,"fftw_threads":2}`

func TestWhatALibraryThatHasRunDoesInAForkedChild(t *testing.T) {
	const hangs, works = true, false
	for _, c := range []struct {
		name        string
		load        func(*testing.T) string
		use         string
		environment []string
		hangs       bool
	}{
		{"OpenBLAS, OpenMP, 2 threads", func(t *testing.T) string { return "blas=" + openBLAS(t, "openmp") }, "multiply", two, hangs},
		{"OpenBLAS, OpenMP, 1 thread", func(t *testing.T) string { return "blas=" + openBLAS(t, "openmp") }, "multiply", single, works},
		{"OpenBLAS, pthreads, 2 threads", func(t *testing.T) string { return "blas=" + openBLAS(t, "pthread") }, "multiply", two, works},
		{"OpenBLAS, serial", func(t *testing.T) string { return "blas=" + openBLAS(t, "serial") }, "multiply", two, works},
		{"BLIS, OpenMP, 2 threads", func(t *testing.T) string { return "blas=" + blis(t) }, "multiply", two, hangs},
		{"BLIS, OpenMP, 1 thread", func(t *testing.T) string { return "blas=" + blis(t) }, "multiply", single, works},
		{"FFTW, pthreads", func(t *testing.T) string { return "fftw=" + fftw(t, "_threads") }, "transform", nil, hangs},
		{"FFTW, OpenMP", func(t *testing.T) string { return "fftw=" + fftw(t, "_omp") }, "transform", nil, hangs},
		{"FFTW, serial", func(t *testing.T) string { return "fftw=" + fftw(t, "") }, "transform", nil, works},
	} {
		t.Run(c.name, func(t *testing.T) {
			load := c.load(t)
			ask := host(t, c.environment, load, c.use, "arago="+library(t), aboutToFork, "fork", "limit=3", c.use)
			ask.expect(t, refused)
			ask.expectNot(t, "forked\n")
			if c.hangs {
				host(t, c.environment, load, c.use, "fork", "limit=3", c.use).expectSignal(t, syscall.SIGALRM, "forked")
				ask.expect(t, refused, "refused AR102")
			} else {
				host(t, c.environment, load, c.use, "fork", c.use).expect(t, 0, "forked", "done")
				ask.expectNot(t, "AR102")
			}
			// Not used before, every one works.
			host(t, c.environment, load, "fork", c.use).expect(t, 0, "forked", "done")
		})
	}
}

func TestAForkWhileAnotherThreadIsInsideOpenBLASHangsTheParent(t *testing.T) {
	blas, arago := "blas="+openBLAS(t, "pthread"), "arago="+library(t)
	// Either the fork never ends, or the thread that was inside waits for ever:
	// its share of the work went with the threads that were ended. A hundred
	// forks, since one may come between two products.
	host(t, two, blas, "limit=3", "busy=100").expectSignal(t, syscall.SIGALRM)
	got := host(t, two, blas, arago, `ask={"start":"fork"}`, "limit=3", "busy=100")
	got.expect(t, refused, "refused AR111")
	got.expectNot(t, "forked\n")

	host(t, single, blas, "busy=100").expect(t, 0, "forked", "done")
	host(t, single, blas, arago, `ask={"start":"fork"}`).expectNot(t, "AR111")
}
