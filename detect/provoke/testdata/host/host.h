// A program that has loaded numerical libraries, and Arago perhaps, and then
// does what must not be done.
#ifndef HOST_H
#define HOST_H

// Ends the program with a sentence and exit code 2: the probe itself failed.
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

// Loads a file, and finds a function in a file that was loaded.
void *load(const char *file);
void *function(void *library, const char *name);

// How the program ends, if not with 0 or by a signal: wrong numbers; the probe
// itself failed; Arago refused a plan; the fork guard kept a call out of Go.
enum { WRONG = 1, PROBE_FAILED = 2, REFUSED = 3, GUARDED = 77 };

// A step of the program: what stands behind its name on the command line is
// its value.
typedef void step(const char *value);

// blas.c
step blas, threads, multiply, busy, race, count, crowd, stride;
// fftw.c
step fftw, execution, transform;
// arago.c
step arago, sum, bare_sum, ask, take;
// process.c
step openmp, one_processor, address_space, control_group;

// The functions of the libraries that would serve Arago, NULL if none is
// loaded: of a BLAS, and the two of an FFTW.
void *served_product(const char **symbol);
void *served_transform(int i, const char **symbol);

#endif
