// The part of FFTW 3's interface that the back end uses, as function pointers
// that are filled when the library is opened. Declarations after the manual of
// FFTW 3.3.10; the interface has not changed since 3.2. Both precisions have
// the same shape once pointers to complex numbers are plain pointers.
#ifndef ARAGO_FFTW_LIBRARY_H
#define ARAGO_FFTW_LIBRARY_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
	ptrdiff_t n, is, os; // length, strides of input and output in elements
} arago_fftw_dim;

typedef struct {
	void *(*plan_guru64_dft)(int rank, const arago_fftw_dim *dims, int batch_rank, const arago_fftw_dim *batch_dims,
				 void *in, void *out, int sign, unsigned flags);
	void (*execute_dft)(void *plan, void *in, void *out);
	void (*destroy_plan)(void *plan);
	void *(*malloc)(size_t bytes);
	void (*free)(void *memory);
	int (*alignment_of)(void *memory);
	void (*set_timelimit)(double seconds);
	// The forms with callbacks: FFTW's forms with strings and files call these by
	// name, which another library with the same names could catch.
	void (*export_wisdom)(void (*write)(char, void *), void *data);
	int (*import_wisdom)(int (*read)(void *), void *data);
	// Of the threads layer; NULL without it.
	int (*init_threads)(void);
	void (*plan_with_nthreads)(int threads);
	int (*planner_nthreads)(void); // NULL before FFTW 3.3.9 and in MKL

	const char *missing; // the first function that the library lacks
} arago_fftw;

// Opens a shared library. On failure it returns NULL and writes the loader's
// message to text.
void *arago_fftw_open(const char *file, char *text, size_t size);

// Fills f from the open libraries; threads may be NULL, where the core may have
// the layer in itself. prefix is "fftw_" or "fftwf_".
void arago_fftw_load(arago_fftw *f, void *core, void *threads, const char *prefix);

// Returns the name of the function with a number, without its prefix, and its
// address, which is 0 if the library lacks it; NULL beyond the last one. The
// first one is the function that executes plans.
const char *arago_fftw_function(const arago_fftw *f, int i, uintptr_t *address);

int arago_fftw_init_threads(const arago_fftw *f);
int arago_fftw_alignment_of(const arago_fftw *f, void *memory);

// Writes the library's wisdom to text, as far as there is room, and returns its
// length.
size_t arago_fftw_export_wisdom(const arago_fftw *f, char *text, size_t size);

// Returns 0 if the text is not wisdom of this library.
int arago_fftw_import_wisdom(const arago_fftw *f, const char *text, size_t size);

enum { ARAGO_FFTW_PLANNED, ARAGO_FFTW_NO_PLAN, ARAGO_FFTW_NO_MEMORY, ARAGO_FFTW_OTHER_THREADS };

// Makes a plan on memory of the library's own, which it frees again: arrays of
// in_bytes and out_bytes (0: the output is the input). spare is what planning
// may need beside them. The result says what happened.
int arago_fftw_plan(const arago_fftw *f, void **plan, int rank, const arago_fftw_dim *dims, size_t in_bytes,
		    size_t out_bytes, size_t spare, int sign, unsigned flags, double seconds, int threads);
void arago_fftw_destroy(const arago_fftw *f, void *plan);
void arago_fftw_execute(const arago_fftw *f, void *plan, void *in, void *out);

#endif
