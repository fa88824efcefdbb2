// What the Go side of this package needs of a shared library. Functions passed
// as void* come from arago_blas_symbol and have the form that the name says.
#ifndef ARAGO_BLAS_LIBRARY_H
#define ARAGO_BLAS_LIBRARY_H

#pragma GCC visibility push(hidden)

// Loads a file. NULL if that fails; then *message is to be freed.
void *arago_blas_load(const char *file, char **message);
void arago_blas_close(void *library);
void *arago_blas_symbol(void *library, const char *name);

// The function that a library's own calls of a name reach if it brings along a
// file with such a function: one that the whole program has comes before it.
// NULL if it brings none: what others have loaded does not concern it.
void *arago_blas_bound(void *library, const char *name);

const char *arago_blas_text(void *function);
void arago_blas_set(void *function, long n);

// Which vector instructions the processor and the system have.
enum { ARAGO_BLAS_OTHER, ARAGO_BLAS_AVX2, ARAGO_BLAS_AVX512 };
int arago_blas_processor(void);

// Limits the calls from this thread to one thread, as far as OpenMP and BLIS
// count threads for each thread of the system. Returns how many they have then,
// 0 if the library has no such count.
int arago_blas_limit_thread(void *library);

// Makes the CBLAS functions of this program those of a library. The first call
// from each thread limits it.
void arago_blas_bind(void *library);

#pragma GCC visibility pop

#endif
