//go:build cgo && accelerate_standin

// A stand-in for the entry points of Accelerate that this back end calls,
// written from their documentation: slow, correct, and strict. A call that
// breaks a documented rule stops the program. Only tests are built with it.

#include <Accelerate/Accelerate.h>

#include <math.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "standin.h"

static void demand(int kept, const char *rule) {
	if (!kept) {
		fprintf(stderr, "stand-in for Accelerate: a call breaks the rule: %s\n", rule);
		abort();
	}
}

// BLAS: threads. The setting belongs to the calling thread.

static _Thread_local unsigned threading;
static atomic_long products, threaded_products;
static atomic_int ignoring;

unsigned BLASGetThreading(void) { return threading; }

int BLASSetThreading(unsigned value) {
	if (value > 1) {
		return -1;
	}
	if (!atomic_load(&ignoring)) {
		threading = value;
	}
	return 0;
}

void arago_standin_ignore_threading(int ignore) { atomic_store(&ignoring, ignore); }

long arago_standin_products(void) { return atomic_load(&products); }
long arago_standin_threaded_products(void) { return atomic_load(&threaded_products); }

// BLAS: products, row by row. An element is summed in long double and rounded
// once; with a beta of zero what stands in c is never read.

static void check_product(int order, int trans_a, int trans_b, int m, int n, int k, int lda, int ldb, int ldc) {
	demand(order == CblasRowMajor, "this stand-in has row-major order only");
	demand(trans_a == CblasNoTrans && trans_b == CblasNoTrans, "this stand-in does not transpose");
	demand(m >= 0 && n >= 0 && k >= 0, "sizes of a product are not negative");
	demand(lda >= (k > 1 ? k : 1), "lda is at least max(1, k)");
	demand(ldb >= (n > 1 ? n : 1), "ldb is at least max(1, n)");
	demand(ldc >= (n > 1 ? n : 1), "ldc is at least max(1, n)");
	atomic_fetch_add(&products, 1);
	if (threading != 1) {
		atomic_fetch_add(&threaded_products, 1);
	}
}

#define REAL_PRODUCT(name, real)                                                                      \
	void name(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE trans_a, enum CBLAS_TRANSPOSE trans_b,       \
	          int m, int n, int k, real alpha, const real *a, int lda, const real *b, int ldb,          \
	          real beta, real *c, int ldc) {                                                            \
		check_product(order, trans_a, trans_b, m, n, k, lda, ldb, ldc);                                   \
		for (long i = 0; i < m; i++) {                                                                    \
			for (long j = 0; j < n; j++) {                                                                  \
				long double sum = 0;                                                                          \
				for (long l = 0; l < k; l++) {                                                                \
					sum += (long double)a[i * lda + l] * b[l * ldb + j];                                        \
				}                                                                                             \
				real *to = c + i * ldc + j;                                                                   \
				*to = (real)(alpha * sum + (beta == 0 ? 0 : (long double)beta * *to));                        \
			}                                                                                               \
		}                                                                                                 \
	}

REAL_PRODUCT(cblas_dgemm, double)
REAL_PRODUCT(cblas_sgemm, float)

// The stand-in has alpha = 1 and beta = 0 only for complex products.
#define COMPLEX_PRODUCT(name, real)                                                                   \
	void name(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE trans_a, enum CBLAS_TRANSPOSE trans_b,       \
	          int m, int n, int k, const void *alpha, const void *a, int lda, const void *b, int ldb,   \
	          const void *beta, void *c, int ldc) {                                                     \
		const real *one = alpha, *zero = beta, *x = a, *y = b;                                            \
		real *z = c;                                                                                      \
		check_product(order, trans_a, trans_b, m, n, k, lda, ldb, ldc);                                   \
		demand(one[0] == 1 && one[1] == 0 && zero[0] == 0 && zero[1] == 0,                                \
		       "this stand-in has alpha = 1 and beta = 0 only");                                          \
		for (long i = 0; i < m; i++) {                                                                    \
			for (long j = 0; j < n; j++) {                                                                  \
				long double re = 0, im = 0;                                                                   \
				for (long l = 0; l < k; l++) {                                                                \
					const real *p = x + 2 * (i * lda + l), *q = y + 2 * (l * ldb + j);                          \
					re += (long double)p[0] * q[0] - (long double)p[1] * q[1];                                  \
					im += (long double)p[0] * q[1] + (long double)p[1] * q[0];                                  \
				}                                                                                             \
				z[2 * (i * ldc + j)] = (real)re;                                                              \
				z[2 * (i * ldc + j) + 1] = (real)im;                                                          \
			}                                                                                               \
		}                                                                                                 \
	}

COMPLEX_PRODUCT(cblas_zgemm, double)
COMPLEX_PRODUCT(cblas_cgemm, float)

// vDSP. Both precisions compute in double precision with one kind of setup,
// which remembers the precision it was made for.

struct setup {
	char precision;
	long n;
	int sign;       // −1 forward, +1 inverse: H[k] = Σ h[j]·exp(sign·2πi·jk/n), no factor
	double roots[]; // exp(sign·2πi·k/n), pairs
};

static atomic_int refusing;
static atomic_long lines;

void arago_standin_refuse_setups(int refuse) { atomic_store(&refusing, refuse); }
long arago_standin_lines(void) { return atomic_load(&lines); }

static struct setup *create(char precision, const void *previous, unsigned long length, int direction) {
	demand(previous == 0, "this stand-in shares no data between setups");
	demand(direction == vDSP_DFT_FORWARD || direction == vDSP_DFT_INVERSE, "the direction is FORWARD or INVERSE");
	unsigned long odd = length;
	int twos = 0;
	while (odd > 0 && odd % 2 == 0) {
		odd /= 2;
		twos++;
	}
	int implemented = twos >= 3 && (odd == 1 || odd == 3 || odd == 5 || odd == 15);
	if (!implemented || atomic_load(&refusing)) {
		return 0;
	}
	struct setup *s = malloc(sizeof *s + 2 * length * sizeof s->roots[0]);
	if (!s) {
		return 0;
	}
	s->precision = precision;
	s->n = (long)length;
	s->sign = -direction;
	for (long k = 0; k < s->n; k++) {
		long double angle = 2 * acosl(-1) * k / s->n;
		s->roots[2 * k] = (double)cosl(angle);
		s->roots[2 * k + 1] = (double)(s->sign * sinl(angle));
	}
	return s;
}

vDSP_DFT_SetupD vDSP_DFT_zop_CreateSetupD(vDSP_DFT_SetupD previous, vDSP_Length length, vDSP_DFT_Direction direction) {
	return (vDSP_DFT_SetupD)create('d', previous, length, direction);
}

vDSP_DFT_Setup vDSP_DFT_zop_CreateSetup(vDSP_DFT_Setup previous, vDSP_Length length, vDSP_DFT_Direction direction) {
	return (vDSP_DFT_Setup)create('s', previous, length, direction);
}

// transform writes the transform of n numbers of x, step apart, to y: by
// halves while n is even, else by its definition. All are pairs.
static void transform(const struct setup *s, long n, const double *x, long step, double *y) {
	long turn = s->n / n; // the n-th root of unity among the roots
	if (n % 2 != 0) {
		for (long k = 0; k < n; k++) {
			double re = 0, im = 0;
			for (long j = 0; j < n; j++) {
				const double *h = x + 2 * j * step, *w = s->roots + 2 * (j * k % n * turn);
				re += h[0] * w[0] - h[1] * w[1];
				im += h[0] * w[1] + h[1] * w[0];
			}
			y[2 * k] = re;
			y[2 * k + 1] = im;
		}
		return;
	}
	long half = n / 2;
	transform(s, half, x, 2 * step, y);
	transform(s, half, x + 2 * step, 2 * step, y + n);
	for (long k = 0; k < half; k++) {
		double *low = y + 2 * k, *high = y + 2 * (k + half);
		const double *w = s->roots + 2 * k * turn;
		double re = high[0] * w[0] - high[1] * w[1], im = high[0] * w[1] + high[1] * w[0];
		high[0] = low[0] - re;
		high[1] = low[1] - im;
		low[0] += re;
		low[1] += im;
	}
}

static int apart(const void *a, const void *b, size_t bytes) {
	uintptr_t x = (uintptr_t)a, y = (uintptr_t)b;
	return x + bytes <= y || y + bytes <= x;
}

// The rules on memory: outputs equal the inputs of the same part, or nothing
// overlaps. Alignment to 16 bytes is only recommended, but this back end
// promises it to itself.
static void check_execute(const struct setup *s, char precision, size_t bytes,
                          const void *ir, const void *ii, const void *or, const void *oi) {
	demand(s != 0 && s->precision == precision, "the setup was made for this precision");
	demand(apart(ir, ii, bytes) && apart(or, oi, bytes), "real and imaginary parts do not overlap");
	demand(apart(ir, oi, bytes) && apart(ii, or, bytes), "an output does not overlap the other part's input");
	demand(or == ir || apart(ir, or, bytes), "real parts are the same or do not overlap");
	demand(oi == ii || apart(ii, oi, bytes), "imaginary parts are the same or do not overlap");
	demand(((uintptr_t)ir | (uintptr_t)ii | (uintptr_t)or | (uintptr_t)oi) % 16 == 0, "lines begin at 16 bytes");
	atomic_fetch_add(&lines, 1);
}

#define EXECUTE(name, setup_struct, letter, real)                                                     \
	void name(const struct setup_struct *setup, const real *ir, const real *ii, real * or, real * oi) { \
		const struct setup *s = (const struct setup *)setup;                                              \
		check_execute(s, letter, s ? s->n * sizeof *ir : 0, ir, ii, or, oi);                              \
		double *x = malloc(4 * s->n * sizeof *x), *y = x + 2 * s->n;                                      \
		demand(x != 0, "the stand-in has memory");                                                        \
		for (long j = 0; j < s->n; j++) {                                                                 \
			x[2 * j] = ir[j];                                                                               \
			x[2 * j + 1] = ii[j];                                                                           \
		}                                                                                                 \
		transform(s, s->n, x, 1, y);                                                                      \
		for (long k = 0; k < s->n; k++) {                                                                 \
			or[k] = (real)y[2 * k];                                                                         \
			oi[k] = (real)y[2 * k + 1];                                                                     \
		}                                                                                                 \
		free(x);                                                                                          \
	}

EXECUTE(vDSP_DFT_ExecuteD, vDSP_DFT_SetupStructD, 'd', double)
EXECUTE(vDSP_DFT_Execute, vDSP_DFT_SetupStruct, 's', float)
