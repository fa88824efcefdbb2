// What one may do to a BLAS.
#include "host.h"

#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void *library;
typedef void product(int order, int ta, int tb, int m, int n, int k, const void *alpha, const void *a, int lda,
		     const void *b, int ldb, const void *beta, void *c, int ldc);
static product *zgemm;

// blas loads a BLAS.
void blas(const char *file)
{
	library = load(file);
	zgemm = (product *)function(library, "cblas_zgemm");
}

// threads sets how many threads the library uses.
void threads(const char *number)
{
	void (*set)(long) = dlsym(library, "openblas_set_num_threads");
	if (!set)
		set = dlsym(library, "bli_thread_set_num_threads");
	if (!set)
		fail("the library does not let its threads be set");
	set(atol(number));
}

typedef double complex_number[2];

// times multiplies two n×n matrices of the given values, row by row.
static void times(int n, const complex_number *a, const complex_number *b, complex_number *c)
{
	static const complex_number one = {1, 0}, zero = {0, 0};
	enum { row_major = 101, no_transpose = 111 };
	zgemm(row_major, no_transpose, no_transpose, n, n, n, one, a, n, b, n, zero, c, n);
}

static complex_number *matrix(int n, double value)
{
	complex_number *m = malloc((size_t)n * (size_t)n * sizeof *m);
	if (!m)
		fail("no memory");
	for (int i = 0; i < n * n; i++)
		m[i][0] = value, m[i][1] = 0;
	return m;
}

// all says whether an n×n matrix holds one value only.
static int all(int n, const complex_number *m, double value)
{
	for (int i = 0; i < n * n; i++)
		if (m[i][0] != value || m[i][1] != 0)
			return 0;
	return 1;
}

// multiply computes a product large enough for all threads. Small integers are
// added without rounding: the result is known.
void multiply(const char *unused)
{
	(void)unused;
	enum { n = 300 };
	complex_number *a = matrix(n, 2), *b = matrix(n, 3), *c = matrix(n, 0);
	times(n, a, b, c);
	int right = all(n, c, 6 * n);
	free(a), free(b), free(c);
	if (!right) {
		printf("wrong numbers\n");
		exit(WRONG);
	}
	printf("product\n");
}

static sem_t started;
static atomic_int enough;

static void *one_after_the_other(void *unused)
{
	enum { n = 300 };
	complex_number *a = matrix(n, 1), *b = matrix(n, 1), *c = matrix(n, 0);
	for (times(n, a, b, c), sem_post(&started); !atomic_load(&enough);)
		times(n, a, b, c);
	free(a), free(b), free(c);
	return unused;
}

// busy forks so many times, while another thread is inside the library, and
// waits for that thread to finish. The children end at once.
void busy(const char *forks)
{
	pthread_t thread;
	sem_init(&started, 0, 0);
	if (pthread_create(&thread, NULL, one_after_the_other, NULL))
		fail("no thread");
	sem_wait(&started);
	for (int i = atoi(forks); i > 0; i--) {
		pid_t child = fork();
		if (child < 0)
			fail("no fork");
		if (!child)
			_exit(0);
		waitpid(child, NULL, 0);
	}
	printf("forked\n");
	fflush(stdout);
	atomic_store(&enough, 1);
	pthread_join(thread, NULL);
}

// What the threads of race and count do until one of them meets a wrong number
// or has made its calls.
static long calls_of_each;
static _Atomic long calls, wrong;

static void *small_products(void *value)
{
	enum { n = 8 };
	double mine = 1 + (double)(intptr_t)value;
	complex_number *a = matrix(n, mine), *b = matrix(n, 3), *c = matrix(n, 0);
	for (long i = 0; i < calls_of_each; i++) {
		times(n, a, b, c);
		if (!all(n, c, 3 * n * mine))
			atomic_fetch_add(&wrong, 1);
		atomic_fetch_add(&calls, 1);
	}
	free(a), free(b), free(c);
	return NULL;
}

static void four_threads(void)
{
	pthread_t crew[4];
	for (intptr_t i = 0; i < 4; i++)
		if (pthread_create(&crew[i], NULL, small_products, (void *)i))
			fail("no thread");
	for (int i = 0; i < 4; i++)
		pthread_join(crew[i], NULL);
}

static void report(void) { printf("wrong %ld of %ld\n", atomic_load(&wrong), atomic_load(&calls)); }

// race lets four threads multiply small matrices until a number is wrong.
void race(const char *unused)
{
	(void)unused;
	calls_of_each = 2000;
	do
		four_threads();
	while (!atomic_load(&wrong));
	report();
	exit(WRONG);
}

// count lets four threads make so many calls each, and says how many gave
// wrong numbers.
void count(const char *number)
{
	calls_of_each = atol(number);
	four_threads();
	report();
	if (atomic_load(&wrong))
		exit(WRONG);
}

// The crowd: each thread, once it is inside, reads a page that may not be read
// yet, and waits there until it may.
static char *closed;
static size_t closed_size;
static sem_t inside;
static int gate[2];

static void wait_inside(int number, siginfo_t *info, void *unused)
{
	(void)unused;
	char *at = info->si_addr, byte;
	if (at < closed || at >= closed + closed_size) {
		// The library's own fault, which ends the program when it comes again.
		signal(number, SIG_DFL);
		return;
	}
	sem_post(&inside);
	while (read(gate[0], &byte, 1) < 0)
		;
}

static void *enter(void *result)
{
	times(64, (const complex_number *)closed, (const complex_number *)closed, result);
	return NULL;
}

// crowd brings so many threads inside the library at once, and lets them go on.
void crowd(const char *number)
{
	closed_size = 64 * 64 * sizeof(complex_number);
	closed = mmap(NULL, closed_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct sigaction action = {.sa_sigaction = wait_inside, .sa_flags = SA_SIGINFO};
	if (closed == MAP_FAILED || pipe(gate) || sigaction(SIGSEGV, &action, NULL))
		fail("no page that may not be read");
	sem_init(&inside, 0, 0);
	pthread_attr_t small;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 1 << 20);
	int n = atoi(number);
	pthread_t *threads = calloc((size_t)n, sizeof *threads);
	complex_number *result = matrix(64, 0);
	for (int i = 0; i < n; i++) {
		if (!threads || pthread_create(&threads[i], &small, enter, result))
			fail("no thread %d", i);
		sem_wait(&inside);
	}
	printf("inside %d\n", n);
	fflush(stdout);
	mprotect(closed, closed_size, PROT_READ);
	close(gate[1]);
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

// stride copies numbers backwards: a stride of −1 in 32 bits is one of four
// thousand million to a library that reads 64.
void stride(const char *unused)
{
	(void)unused;
	typedef void copy(int n, const void *x, int step_x, void *y, int step_y);
	copy *zcopy = (copy *)function(library, "cblas_zcopy");
	complex_number x[3] = {{1, 0}, {2, 0}, {3, 0}}, y[3] = {{0, 0}};
	zcopy(3, x, -1, y, 1);
	if (y[0][0] != 3 || y[1][0] != 2 || y[2][0] != 1) {
		printf("wrong numbers\n");
		exit(WRONG);
	}
}

void *served_product(const char **symbol)
{
	*symbol = "cblas_zgemm";
	return (void *)zgemm;
}
