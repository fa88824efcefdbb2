/* What the tests of the C library share. A test prints what is wrong and ends with 1. */
#ifndef CHECK_H
#define CHECK_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arago.h"

static int failures;

#define CHECK(condition, ...) \
	do { \
		if (!(condition)) { \
			__atomic_add_fetch(&failures, 1, __ATOMIC_SEQ_CST); \
			fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition); \
			fprintf(stderr, __VA_ARGS__); \
			fputc('\n', stderr); \
		} \
	} while (0)

/* A call that succeeds. */
#define OK(call) \
	do { \
		int status_ = (call); \
		CHECK(status_ == ARAGO_OK, "%d: %s", status_, arago_message()); \
	} while (0)

/* A call that fails with a status and a sentence that holds words. */
#define FAILS(call, status, words) \
	do { \
		int status_ = (call); \
		CHECK(status_ == (status) && strstr(arago_message(), words), "%d: %s", status_, arago_message()); \
	} while (0)

static inline int verdict(const char *test)
{
	if (failures)
		fprintf(stderr, "%s: %d wrong\n", test, failures);
	return failures != 0;
}

/* The same numbers in every run: xorshift64* (Vigna 2016, ACM Trans. Math. Softw. 42, 30). */
static inline double uniform(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (double)((*state * UINT64_C(2685821657736338717)) >> 11) * 0x1p-53 - 0.5;
}

/* Complex numbers of either precision, read and written as double. */
static inline void put(void *array, int precision, int64_t index, double re, double im)
{
	if (precision == ARAGO_SINGLE) {
		((float *)array)[2 * index] = (float)re;
		((float *)array)[2 * index + 1] = (float)im;
	} else {
		((double *)array)[2 * index] = re;
		((double *)array)[2 * index + 1] = im;
	}
}

static inline double part(const void *array, int precision, int64_t index, int imaginary)
{
	return precision == ARAGO_SINGLE ? (double)((const float *)array)[2 * index + imaginary]
					 : ((const double *)array)[2 * index + imaginary];
}

/*
 * An array of complex numbers whose rows are longer than its columns, in memory of exactly its size:
 * what valgrind sees beyond it is wrong, and so is a change of the fill between rows.
 */
typedef struct {
	int precision;
	int64_t rows, cols, stride, length;
	void *data;
} complexes;

#define FILL 77.25

static inline complexes allocate(int precision, int64_t rows, int64_t cols, int64_t stride)
{
	complexes a = {precision, rows, cols, stride, rows ? (rows - 1) * stride + cols : 0, NULL};
	a.data = malloc((size_t)(a.length ? a.length : 1) * (precision == ARAGO_SINGLE ? 8 : 16));
	for (int64_t i = 0; i < a.length; i++)
		put(a.data, precision, i, FILL, FILL);
	return a;
}

static inline complexes random_array(int precision, int64_t rows, int64_t cols, int64_t stride, uint64_t seed)
{
	complexes a = allocate(precision, rows, cols, stride);
	for (int64_t i = 0; i < rows; i++)
		for (int64_t j = 0; j < cols; j++) {
			double re = uniform(&seed);
			put(a.data, precision, i * stride + j, re, uniform(&seed));
		}
	return a;
}

static inline complexes copy_of(complexes a)
{
	complexes b = allocate(a.precision, a.rows, a.cols, a.stride);
	memcpy(b.data, a.data, (size_t)a.length * (a.precision == ARAGO_SINGLE ? 8 : 16));
	return b;
}

static inline int same(complexes a, complexes b)
{
	return a.length == b.length && !memcmp(a.data, b.data, (size_t)a.length * (a.precision == ARAGO_SINGLE ? 8 : 16));
}

/* Whether nobody wrote between the rows. */
static inline int gaps_kept(complexes a)
{
	for (int64_t i = 0; i + 1 < a.rows; i++)
		for (int64_t j = a.cols; j < a.stride; j++)
			if (part(a.data, a.precision, i * a.stride + j, 0) != FILL || part(a.data, a.precision, i * a.stride + j, 1) != FILL)
				return 0;
	return 1;
}

#endif
