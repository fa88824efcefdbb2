//go:build cgo && (openblas || mkl || blis || atlas || netlib) && (linux || darwin)

// For RTLD_DEFAULT.
#define _GNU_SOURCE

#include <dlfcn.h>
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

void *arago_blas_bound(void *library, const char *name)
{
	void *own = dlsym(library, name), *global = dlsym(RTLD_DEFAULT, name);
	return own && global ? global : own;
}

const char *arago_blas_text(void *function) { return ((const char *(*)(void))function)(); }

// A function that takes an int finds it in the same register.
void arago_blas_set(void *function, long n) { ((void (*)(long))function)(n); }

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
