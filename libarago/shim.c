//go:build cgo && (linux || darwin)

/*
 * The functions of arago.h. Each asks first whether this process was forked after the library was
 * loaded: then Go cannot run here any more, and the call is refused before it gets there. See
 * detect/forkguard. Nothing on that way takes a lock, memory, or storage of a thread.
 */
#include "shim.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"
#include "forkguard.h"

/*
 * The message of each thread, allocated and freed when the thread ends. Storage of threads (__thread) would have to fit
 * into what the loader keeps for all libraries that are loaded late, because Go's own storage must lie there.
 */
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_key(void) { pthread_key_create(&key, free); }

void arago_shim_say(char *sentence)
{
	pthread_once(&once, make_key);
	free(pthread_getspecific(key));
	pthread_setspecific(key, sentence);
}

/* The message of every thread of a forked process; all of them write the same. */
static char refusal[512];

#define API __attribute__((visibility("default")))

#define GUARD \
	do { \
		if (arago_forked()) \
			return ARAGO_FORKED; \
	} while (0)

/*
 * Small numbers are no addresses, and one among Go's pointers ends the process when Go looks through a
 * stack. Some languages (Rust) have them for arrays without elements, to which they do no harm. What arrays are
 * otherwise is checked in Go.
 */
static int wild(const char *name)
{
	static const char form[] = "%s points into the first page of memory, where no array can be; pass the address of its first element";
	size_t size = sizeof form + strlen(name);
	char *sentence = malloc(size);
	if (sentence)
		snprintf(sentence, size, form, name);
	arago_shim_say(sentence);
	return ARAGO_WRONG_USE;
}

#define ARRAY(name, empty) \
	do { \
		if ((uintptr_t)(name) - 1 < 4095) { \
			if (!(empty)) \
				return wild(#name); \
			(name) = NULL; \
		} \
	} while (0)

static int no_block(const arago_block *b) { return b && (!b->rows || !b->cols); }

API int arago_abi_version(void) { return ARAGO_ABI_VERSION; }

API const char *arago_message(void)
{
	if (arago_forked()) {
		arago_forked_sentence(refusal, sizeof refusal);
		return refusal;
	}
	pthread_once(&once, make_key);
	const char *message = pthread_getspecific(key);
	return message ? message : "";
}

API int arago_version(char **json)
{
	GUARD;
	return arago_go_version(json);
}

API int arago_doctor(char **json)
{
	GUARD;
	return arago_go_doctor(json);
}

API int arago_free(void *memory)
{
	GUARD;
	free(memory);
	return ARAGO_OK;
}

API int arago_set_threads(int threads)
{
	GUARD;
	return arago_go_set_threads(threads);
}

API int arago_get_threads(int *threads)
{
	GUARD;
	return arago_go_get_threads(threads);
}

API int arago_set_backend(const char *choice)
{
	GUARD;
	return arago_go_set_backend((char *)choice);
}

API int arago_get_backend(char **choice)
{
	GUARD;
	return arago_go_get_backend(choice);
}

API int arago_mft_plan(int precision, int sign, double scale, const arago_axis *y, const arago_axis *x,
		       const char *recipe, arago_mft *plan)
{
	GUARD;
	return arago_go_mft_plan(precision, sign, scale, (arago_axis *)y, (arago_axis *)x, (char *)recipe, plan);
}

API int arago_mft_execute(arago_mft plan, void *dst, int64_t dst_stride, const void *src, int64_t src_stride)
{
	GUARD;
	ARRAY(dst, 0);
	ARRAY(src, 0);
	return arago_go_mft_execute(plan, dst, dst_stride, (void *)src, src_stride);
}

API int arago_mft_describe(arago_mft plan, char **json)
{
	GUARD;
	return arago_go_mft_describe(plan, json);
}

API int arago_mft_free(arago_mft plan)
{
	GUARD;
	return arago_go_mft_free(plan);
}

API int arago_mft_once(int precision, int sign, double scale, const arago_axis *y, const arago_axis *x,
		       const char *recipe, void *dst, int64_t dst_stride, const void *src, int64_t src_stride)
{
	GUARD;
	ARRAY(dst, 0);
	ARRAY(src, 0);
	return arago_go_mft_once(precision, sign, scale, (arago_axis *)y, (arago_axis *)x, (char *)recipe,
				 dst, dst_stride, (void *)src, src_stride);
}

API int arago_fft2(int precision, int sign, double scale, int64_t rows, int64_t cols,
		   const arago_block *out, void *dst, int64_t dst_stride,
		   const arago_block *in, const void *src, int64_t src_stride)
{
	GUARD;
	ARRAY(dst, no_block(out));
	ARRAY(src, no_block(in));
	return arago_go_fft2(precision, sign, scale, rows, cols, (arago_block *)out, dst, dst_stride,
			     (arago_block *)in, (void *)src, src_stride);
}

API int arago_product(int precision, int64_t m, int64_t k, int64_t n, const void *a, int64_t a_stride,
		      const void *b, int64_t b_stride, void *dst, int64_t dst_stride)
{
	GUARD;
	ARRAY(a, !m || !k);
	ARRAY(b, !k || !n);
	ARRAY(dst, !m || !n);
	return arago_go_product(precision, 0, m, k, n, (void *)a, a_stride, (void *)b, b_stride, dst, dst_stride);
}

API int arago_product_real(int precision, int64_t m, int64_t k, int64_t n, const void *a, int64_t a_stride,
			   const void *b, int64_t b_stride, void *dst, int64_t dst_stride)
{
	GUARD;
	ARRAY(a, !m || !k);
	ARRAY(b, !k || !n);
	ARRAY(dst, !m || !n);
	return arago_go_product(precision, 1, m, k, n, (void *)a, a_stride, (void *)b, b_stride, dst, dst_stride);
}

API int arago_outer(int precision, int mode, int64_t rows, int64_t cols, const void *col, const void *row,
		    void *dst, int64_t dst_stride)
{
	GUARD;
	ARRAY(col, !rows);
	ARRAY(row, !cols);
	ARRAY(dst, !rows || !cols);
	return arago_go_outer(precision, mode, rows, cols, (void *)col, (void *)row, dst, dst_stride);
}

API int arago_phasor(int precision, int mode, int64_t rows, int64_t cols, double wavelength,
		     const double *amplitude, int64_t amplitude_stride, const double *opd, int64_t opd_stride,
		     void *dst, int64_t dst_stride)
{
	GUARD;
	ARRAY(amplitude, !rows || !cols);
	ARRAY(opd, !rows || !cols);
	ARRAY(dst, !rows || !cols);
	return arago_go_phasor(precision, mode, rows, cols, wavelength, (void *)amplitude, amplitude_stride,
			       (void *)opd, opd_stride, dst, dst_stride);
}

API int arago_system_open(const char *path, int precision, const char *recipe, int workers, arago_system *system)
{
	GUARD;
	return arago_go_system_open((char *)path, precision, (char *)recipe, workers, system);
}

API int arago_system_parse(const char *text, size_t length, const char *name, const char *folder,
			   int precision, const char *recipe, int workers, arago_system *system)
{
	GUARD;
	return arago_go_system_parse((char *)text, length, (char *)name, (char *)folder, precision, (char *)recipe,
				     workers, system);
}

API int arago_system_plan(arago_system system, char **json)
{
	GUARD;
	return arago_go_system_plan(system, json);
}

API int arago_system_shape(arago_system system, int image, int64_t *rows, int64_t *cols)
{
	GUARD;
	return arago_go_system_shape(system, image, rows, cols);
}

API int arago_system_run(arago_system system, int image, double *dst, int64_t dst_stride,
			 arago_progress progress, void *user)
{
	GUARD;
	ARRAY(dst, 0);
	return arago_go_system_run(system, image, dst, dst_stride, progress, user);
}

API int arago_system_fits(arago_system system, arago_progress progress, void *user, void **bytes, size_t *length)
{
	GUARD;
	return arago_go_system_fits(system, progress, user, bytes, length);
}

API int arago_system_free(arago_system system)
{
	GUARD;
	return arago_go_system_free(system);
}

int arago_shim_progress(arago_progress progress, int64_t done, int64_t total, void *user)
{
	return progress(done, total, user);
}
