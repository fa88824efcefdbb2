//go:build cgo && (openblas || mkl || blis || atlas || netlib) && (linux || darwin)

// The CBLAS functions that gonum.org/v1/netlib calls. Each one jumps to the
// function of its name in the library that arago_blas_bind was given. They are
// hidden: a library that is loaded into this program does not see them.

#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "library.h"

static void absent(void)
{
	fputs("arago: a CBLAS function was called that the library lacks, or before a back end was opened\n", stderr);
	abort();
}

static void (*omp_set_num_threads)(int);

// OpenMP keeps the number of threads for each thread of the system, and Go
// calls from any of them.
static inline void one_thread(void)
{
	static __thread int done;
	if (omp_set_num_threads && !done) {
		omp_set_num_threads(1);
		done = 1;
	}
}

#define CBLAS(result, name, parameters, arguments)                          \
	static result (*name##_in_library) parameters = (result (*) parameters)absent; \
	__attribute__((visibility("hidden"))) result name parameters            \
	{                                                                       \
		one_thread();                                                       \
		return name##_in_library arguments;                                 \
	}
#include "cblas_functions.h"
#undef CBLAS

void arago_blas_bind(void *library)
{
	omp_set_num_threads = (void (*)(int))dlsym(library, "omp_set_num_threads");
#define CBLAS(result, name, parameters, arguments)                          \
	if (dlsym(library, #name))                                              \
		name##_in_library = (result (*) parameters)dlsym(library, #name);
#include "cblas_functions.h"
#undef CBLAS
}
