//go:build cgo && (openblas || mkl || blis || atlas || netlib) && (linux || darwin)

// For dladdr.
#define _GNU_SOURCE

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "library.h"

void *arago_blas_load(const char *file, char **message)
{
	// Local: the names of the library stay out of everybody else's way.
	void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		*message = strdup(dlerror());
	return library;
}

void arago_blas_close(void *library) { dlclose(library); }

void *arago_blas_symbol(void *library, const char *name) { return dlsym(library, name); }

char *arago_blas_file(void *function)
{
	Dl_info info;
	if (!dladdr(function, &info))
		return strdup("");
	char *path = realpath(info.dli_fname, NULL);
	// On macOS the file may exist in the system's cache only.
	return path ? path : strdup(info.dli_fname);
}

const char *arago_blas_text(void *function) { return ((const char *(*)(void))function)(); }

const char *arago_blas_text_of(void *function, int n) { return ((const char *(*)(int))function)(n); }

int arago_blas_number(void *function) { return ((int (*)(void))function)(); }

// A function that takes an int finds it in the same register.
void arago_blas_set(void *function, long n) { ((void (*)(long))function)(n); }

void arago_blas_mkl_version(void *function, char *buffer, int size)
{
	((void (*)(char *, int))function)(buffer, size);
}

int arago_blas_processor(void)
{
#ifdef __x86_64__
	__builtin_cpu_init();
	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
		return ARAGO_BLAS_OTHER;
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
		return ARAGO_BLAS_AVX512;
	return ARAGO_BLAS_AVX2;
#else
	return ARAGO_BLAS_OTHER;
#endif
}

// The length 3 with all bits above the 32nd set is 3 to a function that reads
// 32 bits, which then finds the 2, and negative to one that reads 64, which
// then returns 0 and touches nothing. The idea is libblastrampoline's.
int arago_blas_wide(void *isamax)
{
	static const float x[] = {1, 2, 1};
	const int64_t n = INT64_C(-0x100000000) + 3;
	return (uint32_t)((size_t (*)(int64_t, const float *, int64_t))isamax)(n, x, 1) != 1;
}
