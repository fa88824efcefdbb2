// What one may do to an FFTW.
#include "host.h"

#include <complex.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void *planner(int rows, int columns, double complex *in, double complex *out, int sign, unsigned flags);
typedef void executor(void *plan, double complex *in, double complex *out);

static planner *make;
static executor *execute;
static void *plan;

enum { n = 256, backward = 1, estimate = 1 << 6 };

static double complex *array(void)
{
	double complex *x = aligned_alloc(64, n * n * sizeof *x);
	if (!x)
		fail("no memory");
	memset(x, 0, n * n * sizeof *x);
	return x;
}

// fftw loads an FFTW and plans a transform: with two threads if the file has
// FFTW's threads.
void fftw(const char *file)
{
	void *library = load(file);
	int (*start)(void) = dlsym(library, "fftw_init_threads");
	if (start) {
		if (!start())
			fail("FFTW has no threads to give");
		((void (*)(int))function(library, "fftw_plan_with_nthreads"))(2);
	}
	make = (planner *)function(library, "fftw_plan_dft_2d");
	execute = (executor *)function(library, "fftw_execute_dft");
	double complex *x = array();
	plan = make(n, n, x, x, backward, estimate);
	free(x);
	if (!plan)
		fail("no plan");
}

// execution lets another FFTW execute the plan.
void execution(const char *file) { execute = (executor *)function(load(file), "fftw_execute_dft"); }

// transform executes the plan on a one at the origin, which gives ones.
void transform(const char *unused)
{
	(void)unused;
	double complex *x = array();
	*x = 1;
	execute(plan, x, x);
	for (int i = 0; i < n * n; i++)
		if (cabs(x[i] - 1) > 1e-12) {
			printf("wrong numbers\n");
			exit(WRONG);
		}
	free(x);
	printf("transform\n");
}

void *served_transform(int i, const char **symbol)
{
	static const char *const symbols[] = {"fftw_plan_dft_2d", "fftw_execute_dft"};
	*symbol = symbols[i];
	return i ? (void *)execute : (void *)make;
}
