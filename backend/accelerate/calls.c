//go:build cgo && ((accelerate && darwin) || accelerate_standin)

#ifndef _GNU_SOURCE
#define _GNU_SOURCE // for RTLD_DEFAULT outside macOS
#endif
#include <dlfcn.h>

#include <Accelerate/Accelerate.h>

#include "calls.h"

// BLASGetThreading and BLASSetThreading are looked up by name: development
// kits before that of macOS 15 do not declare them, and systems before it do
// not have them. Their argument is an enumeration of unsigned type; 1 means a
// single thread.
static unsigned (*get_threading)(void);
static int (*set_threading)(unsigned);

enum { SINGLE_THREADED = 1 };

void arago_find_threading(void) {
	get_threading = (unsigned (*)(void))dlsym(RTLD_DEFAULT, "BLASGetThreading");
	set_threading = (int (*)(unsigned))dlsym(RTLD_DEFAULT, "BLASSetThreading");
}

// The setting belongs to the thread, and the next call of a goroutine may come
// from another one: it is made around each product, and read back. Other users
// of the thread find it as they left it.
static int enter_single(unsigned *before) {
	if (!get_threading || !set_threading) {
		return 1;
	}
	*before = get_threading();
	if (set_threading(SINGLE_THREADED) == 0 && get_threading() == SINGLE_THREADED) {
		return 1;
	}
	set_threading(*before);
	return 0;
}

static void leave_single(unsigned before) {
	if (get_threading && set_threading) {
		set_threading(before);
	}
}

int arago_single(void) {
	unsigned before = 0;
	int single = enter_single(&before);
	if (single) {
		leave_single(before);
	}
	return single;
}

const char *arago_entry(int i, uintptr_t *address) {
	static const struct {
		const char *name;
		void *function;
	} entries[] = {
	    {"cblas_zgemm", (void *)cblas_zgemm},           {"cblas_cgemm", (void *)cblas_cgemm},
	    {"cblas_dgemm", (void *)cblas_dgemm},           {"cblas_sgemm", (void *)cblas_sgemm},
	    {"vDSP_DFT_ExecuteD", (void *)vDSP_DFT_ExecuteD}, {"vDSP_DFT_Execute", (void *)vDSP_DFT_Execute},
	};
	if (i >= (int)(sizeof entries / sizeof *entries)) {
		return 0;
	}
	*address = (uintptr_t)entries[i].function;
	return entries[i].name;
}

int arago_zgemm(int m, int n, int k, const void *a, int lda, const void *b, int ldb, void *c, int ldc) {
	const double one[2] = {1, 0}, zero[2] = {0, 0};
	unsigned before = 0;
	if (!enter_single(&before)) {
		return -1;
	}
	cblas_zgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k,
	            (const void *)one, a, lda, b, ldb, (const void *)zero, c, ldc);
	leave_single(before);
	return 0;
}

int arago_cgemm(int m, int n, int k, const void *a, int lda, const void *b, int ldb, void *c, int ldc) {
	const float one[2] = {1, 0}, zero[2] = {0, 0};
	unsigned before = 0;
	if (!enter_single(&before)) {
		return -1;
	}
	cblas_cgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k,
	            (const void *)one, a, lda, b, ldb, (const void *)zero, c, ldc);
	leave_single(before);
	return 0;
}

int arago_dgemm(int m, int n, int k, const void *a, int lda, const void *b, int ldb, void *c, int ldc) {
	unsigned before = 0;
	if (!enter_single(&before)) {
		return -1;
	}
	cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);
	leave_single(before);
	return 0;
}

int arago_sgemm(int m, int n, int k, const void *a, int lda, const void *b, int ldb, void *c, int ldc) {
	unsigned before = 0;
	if (!enter_single(&before)) {
		return -1;
	}
	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);
	leave_single(before);
	return 0;
}

void *arago_setup_double(long n) { return vDSP_DFT_zop_CreateSetupD(0, (vDSP_Length)n, vDSP_DFT_FORWARD); }

void *arago_setup_single(long n) { return vDSP_DFT_zop_CreateSetup(0, (vDSP_Length)n, vDSP_DFT_FORWARD); }

void arago_dft_double(const void *setup, long count, long pitch,
                      const void *in_re, const void *in_im, void *out_re, void *out_im) {
	for (long at = 0; at < count * pitch; at += pitch) {
		vDSP_DFT_ExecuteD(setup, (const double *)in_re + at, (const double *)in_im + at,
		                  (double *)out_re + at, (double *)out_im + at);
	}
}

void arago_dft_single(const void *setup, long count, long pitch,
                      const void *in_re, const void *in_im, void *out_re, void *out_im) {
	for (long at = 0; at < count * pitch; at += pitch) {
		vDSP_DFT_Execute(setup, (const float *)in_re + at, (const float *)in_im + at,
		                 (float *)out_re + at, (float *)out_im + at);
	}
}
