// What the Go side of this package needs of a shared library. Functions passed
// as void* come from arago_blas_symbol and have the form that the name says.
#ifndef ARAGO_BLAS_LIBRARY_H
#define ARAGO_BLAS_LIBRARY_H

#pragma GCC visibility push(hidden)

// Loads a file. NULL if that fails; then *message is to be freed.
void *arago_blas_load(const char *file, char **message);
void arago_blas_close(void *library);
void *arago_blas_symbol(void *library, const char *name);

// The real path of the file that holds a function, to be freed.
char *arago_blas_file(void *function);

const char *arago_blas_text(void *function);
const char *arago_blas_text_of(void *function, int n);
int arago_blas_number(void *function);
void arago_blas_set(void *function, long n);
void arago_blas_mkl_version(void *function, char *buffer, int size);

// Whether cblas_isamax takes integers of 64 bits.
int arago_blas_wide(void *isamax);

// Which vector instructions the processor and the system have.
enum { ARAGO_BLAS_OTHER, ARAGO_BLAS_AVX2, ARAGO_BLAS_AVX512 };
int arago_blas_processor(void);

// Makes the CBLAS functions of this program those of a library.
void arago_blas_bind(void *library);

#pragma GCC visibility pop

#endif
