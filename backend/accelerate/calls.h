// The calls into Accelerate that this back end makes. Matrices are stored row
// by row; sizes and strides are counted in numbers of the function's type.

#include <stdint.h>

// Looks up the control of threads that macOS 15 brought. To be called once,
// before any product.
void arago_find_threading(void);

// Whether products from this thread can be told to stay on it, or do anyway.
int arago_single(void);

// The name and the address of a function that is called, null beyond the last.
const char *arago_entry(int i, uintptr_t *address);

// c = a·b for an m×k matrix a and a k×n matrix b, on the calling thread alone.
// Returns 0, or −1, with c untouched, if BLAS does not stay on the thread.
int arago_zgemm(int m, int n, int k, const void *a, int lda, const void *b, int ldb, void *c, int ldc);
int arago_cgemm(int m, int n, int k, const void *a, int lda, const void *b, int ldb, void *c, int ldc);
int arago_dgemm(int m, int n, int k, const void *a, int lda, const void *b, int ldb, void *c, int ldc);
int arago_sgemm(int m, int n, int k, const void *a, int lda, const void *b, int ldb, void *c, int ldc);

// What vDSP needs to transform lines of n numbers forward, or null where it
// has no such transform or no memory. It is never released.
void *arago_setup_double(long n);
void *arago_setup_single(long n);

// Transforms count lines out of place. Their real and imaginary parts lie
// apart; two lines begin pitch numbers from each other.
void arago_dft_double(const void *setup, long count, long pitch,
                      const void *in_re, const void *in_im, void *out_re, void *out_im);
void arago_dft_single(const void *setup, long count, long pitch,
                      const void *in_re, const void *in_im, void *out_re, void *out_im);
