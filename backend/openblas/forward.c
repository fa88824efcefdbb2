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

// What limits a library to one thread where it keeps the number for each thread
// of the system: OpenMP, and BLIS since 1.0. Go calls from any thread.
struct limits {
	void (*omp_set)(int);
	int (*omp_get)(void);
	void (*bli_set)(long);
	// One number for each of BLIS's loops; they count more than the number of
	// threads.
	void (*bli_set_ways)(long, long, long, long, long);
	long (*bli_ways[5])(void);
};

static struct limits limits_of(void *library)
{
	static const char *const ways[] = {"bli_thread_get_jc_nt", "bli_thread_get_pc_nt", "bli_thread_get_ic_nt",
					   "bli_thread_get_jr_nt", "bli_thread_get_ir_nt"};
	struct limits l = {
		.omp_set = (void (*)(int))arago_blas_bound(library, "omp_set_num_threads"),
		.omp_get = (int (*)(void))arago_blas_bound(library, "omp_get_max_threads"),
		.bli_set = (void (*)(long))dlsym(library, "bli_thread_set_num_threads"),
		.bli_set_ways = (void (*)(long, long, long, long, long))dlsym(library, "bli_thread_set_ways"),
	};
	for (int i = 0; i < 5; i++)
		l.bli_ways[i] = (long (*)(void))dlsym(library, ways[i]);
	return l;
}

static void limit(const struct limits *l)
{
	if (l->omp_set)
		l->omp_set(1);
	if (l->bli_set_ways)
		l->bli_set_ways(1, 1, 1, 1, 1);
	if (l->bli_set)
		l->bli_set(1);
}

int arago_blas_limit_thread(void *library)
{
	struct limits l = limits_of(library);
	limit(&l);
	long threads = l.omp_set && l.omp_get ? l.omp_get() : 0, ways = 1;
	for (int i = 0; i < 5; i++)
		if (l.bli_ways[i] && l.bli_ways[i]() > 1) // −1: not set
			ways *= l.bli_ways[i]();
	return (int)(ways > threads && ways > 1 ? ways : threads);
}

static struct limits limits;

static inline void one_thread(void)
{
	static __thread int done;
	if (!done) {
		limit(&limits);
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
	limits = limits_of(library);
#define CBLAS(result, name, parameters, arguments)                          \
	if (dlsym(library, #name))                                              \
		name##_in_library = (result (*) parameters)dlsym(library, #name);
#include "cblas_functions.h"
#undef CBLAS
}
