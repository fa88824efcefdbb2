// Package openblas is the back end that stands on a CBLAS library: OpenBLAS,
// Intel MKL, BLIS, ATLAS or the reference BLAS of netlib. One of the build tags
// openblas, mkl, blis, atlas, netlib says which one a program is for, and is the
// name of the back end in that program; [Factories] knows all five in every
// build. The tags need cgo, and Linux or macOS.
//
// # How the library is found
//
// The calls are those of gonum.org/v1/netlib, which wants the CBLAS functions
// from the linker. This package defines them: each of its functions jumps to
// the one of that name in a library that is loaded when the back end is opened.
// That costs an indirect jump per call, and in exchange
//
//   - a program starts without the library, and opening the back end says which
//     file is missing and what installs it, where the system's loader would
//     have ended the program with a message of its own;
//   - a program is built without the library, its headers and any variable of
//     the environment;
//   - what a library is, and how wide its integers are, is looked at before the
//     first call, and two libraries in one process do not get into each other's
//     names;
//   - OpenMP, which counts its threads for each thread of the system, is told
//     on the very thread that makes a call.
//
// Files are searched as the system's loader does: LD_LIBRARY_PATH, the run path
// of the program (CGO_LDFLAGS=-Wl,-rpath,/folder when it is built), the
// system's folders. A file under the right name that is another library is
// passed over.
//
// # Threads
//
// The library runs on one thread: that is set, and read back, when the back end
// is opened, and on each thread of the system that calls where the library
// counts for each of them (OpenMP, BLIS). A product is cut into tiles, whose sizes
// depend on those of the product alone, and goroutines compute them; so the
// same call gives the same bits on any number of processors, and many small
// products at once use the processors as well as one large one. Not more calls
// are inside the library than Go may use processors, nor than the library has
// room for: OpenBLAS ends the process when its table of buffers is full.
//
// An OpenBLAS built for one thread and without locks (Debian's
// libopenblas0-serial) returns wrong numbers to simultaneous callers. It is
// recognised, and one call at a time goes in.
//
// # Kernels
//
// OpenBLAS chooses its kernels by the model of the processor, and one that is
// older than the model takes kernels for SSE3. Where the processor has AVX2 or
// AVX-512, such a library is loaded again with OPENBLAS_CORETYPE set to Haswell
// or SkylakeX; a value that the user has set counts instead.
package openblas
