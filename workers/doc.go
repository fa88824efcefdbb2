// Package workers decides how the wavelengths of a run are shared out, and
// runs them in worker processes.
//
// A polychromatic image is a sum over wavelengths, and each can be propagated
// alone. There are three ways to have several at work, and [Choose] picks one:
//
//   - goroutines of this process: [propagate.Plan.Run]. They share masks,
//     kernels and memory, and are the way to go unless something forbids it.
//   - worker processes: [Run]. A library that lets only one caller in at a time,
//     such as an OpenBLAS that was built without locks, is thus still used by
//     all processors; and a crash in it costs a wavelength, not the run.
//   - FFTW's own threads, one wavelength at a time: for one huge transform.
//
// The image has the same bits in each of them, for any number of workers:
// whoever propagates a wavelength, the fields are added in the order of the
// spectrum by [propagate.Sum].
//
// # How a run by processes works
//
// Workers are started by exec of the program itself, never by a fork without
// exec, which thread pools of libraries, and Go's own run-time, do not survive.
// The program therefore begins with
//
//	func main() {
//		if workers.IsWorker() {
//			os.Exit(workers.Serve(build))
//		}
//		…
//	}
//
// where build makes the plan anew from a description that [Job] carries: the
// text of a system file, say. The number of threads of OpenBLAS, OpenMP, MKL,
// BLIS and Accelerate is 1 in the environment of a worker from its beginning,
// since these libraries look at it before main does.
//
// Parent and worker exchange small messages over two pipes. Arrays lie in
// memory that both have mapped, a file that has no name in any file system: the
// masks of the pupils, which the parent has sampled and all workers read, and
// for each worker a slot, into which it puts a field, and from which the parent
// adds it to the image. Nothing large goes through a pipe, and whatever happens
// to the processes, nothing is left behind.
//
// A worker that dies is replaced and its wavelength computed once more; the
// second death on the same wavelength ends the run with [ErrWorker]. Workers
// have a process group of their own, so that an interrupt from the terminal
// reaches the parent, which ends them; a worker whose parent is gone, even
// killed, sees the end of its pipe and exits, also while it is inside a library.
//
// Where a run wants to be watched, workers put the field behind each plane into
// their slot and wait until the parent has taken it: [Job.Observe] sees the
// same planes as [propagate.Options.Observe] does.
package workers
