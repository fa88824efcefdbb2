/* Eight threads with different calls: right numbers, messages of their own, and processors that stay theirs. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>

#include "check.h"

enum { THREADS = 8, N = 48 };

static int rounds = 40;

static arago_mft shared;
static complexes field, expected;
static pthread_barrier_t start;

static void processors(cpu_set_t *set)
{
	CPU_ZERO(set);
#ifdef __linux__
	CHECK(!sched_getaffinity(0, sizeof *set, set), "no affinity");
#endif
}

static void *work(void *argument)
{
	int me = (int)(intptr_t)argument;
	arago_axis axis = {N, N, 1.0 / (4 * N), (N - 1) / 2.0, (N - 1) / 2.0};
	complexes src = random_array(ARAGO_DOUBLE, N, N, N, 100 + (uint64_t)me), dst = allocate(ARAGO_DOUBLE, N, N, N), first = dst;
	cpu_set_t before, after;
	char mine[99];
	snprintf(mine, sizeof mine, "thread-%d", me);
	processors(&before);
	pthread_barrier_wait(&start);
	for (int round = 0; round < rounds; round++) {
		switch (me % 4) {
		case 0: /* one plan for all */
			OK(arago_mft_execute(shared, dst.data, N, field.data, N));
			CHECK(same(dst, expected), "thread %d, round %d: other numbers", me, round);
			break;
		case 1: /* one-shot transforms that begin and end plans */
			axis.step = 1.0 / ((4 + round % 3) * N);
			OK(arago_mft_once(ARAGO_DOUBLE, 1, 0, &axis, &axis, NULL, dst.data, N, src.data, N));
			arago_mft plan;
			OK(arago_mft_plan(ARAGO_DOUBLE, 1, 0, &axis, &axis, "dense", &plan));
			OK(arago_mft_free(plan));
			break;
		case 2:
			OK(arago_fft2(ARAGO_DOUBLE, -1, 1, N, N, NULL, dst.data, N, NULL, src.data, N));
			OK(arago_fft2(ARAGO_DOUBLE, 1, 1.0 / (N * N), N, N, NULL, dst.data, N, NULL, dst.data, N));
			for (int i = 0; i < 2 * N * N; i++) {
				double error = ((double *)dst.data)[i] - ((double *)src.data)[i];
				if (!(fabs(error) < 1e-14)) { /* rounding of values up to 0.5 */
					CHECK(0, "thread %d: there and back is off by %g", me, error);
					break;
				}
			}
			break;
		case 3: {
			complexes product = allocate(ARAGO_DOUBLE, N, N, N);
			OK(arago_product(ARAGO_DOUBLE, N, N, N, src.data, N, src.data, N, product.data, N));
			if (!round)
				first = copy_of(product);
			CHECK(same(product, first), "thread %d, round %d: other bits", me, round);
			free(product.data);
			OK(arago_set_threads(round % 2));
		}
		}
		FAILS(arago_set_backend(mine), ARAGO_WRONG_USE, mine);
	}
	processors(&after);
	CHECK(CPU_EQUAL(&before, &after), "thread %d may run on other processors than before", me);
	pthread_barrier_wait(&start);
	CHECK(strstr(arago_message(), mine) != NULL, "the message of thread %d is %s", me, arago_message());
	if (first.data != dst.data)
		free(first.data);
	free(src.data), free(dst.data);
	return NULL;
}

/* A thread bound to one processor stays bound, however the library's own are moved. */
static void bound(void)
{
#ifdef __linux__
	cpu_set_t all, one, after;
	processors(&all);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	CHECK(!sched_setaffinity(0, sizeof one, &one), "cannot be bound");
	for (int i = 0; i < 5 * rounds; i++)
		OK(arago_mft_execute(shared, expected.data, N, field.data, N));
	processors(&after);
	CHECK(CPU_EQUAL(&one, &after), "the calling thread was moved");
	sched_setaffinity(0, sizeof all, &all);
#endif
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		rounds = 3; /* under valgrind */
	arago_axis axis = {N, N, 1.0 / (4 * N), (N - 1) / 2.0, (N - 1) / 2.0};
	field = random_array(ARAGO_DOUBLE, N, N, N, 1);
	expected = allocate(ARAGO_DOUBLE, N, N, N);
	OK(arago_mft_plan(ARAGO_DOUBLE, 1, 0, &axis, &axis, NULL, &shared));
	OK(arago_mft_execute(shared, expected.data, N, field.data, N));
	bound();
	pthread_t threads[THREADS];
	pthread_barrier_init(&start, NULL, THREADS);
	for (intptr_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, work, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	CHECK(!strcmp(arago_message(), ""), "the message of the first thread is %s", arago_message());
	int n = 0;
	OK(arago_set_threads(1));
	OK(arago_get_threads(&n));
	CHECK(n == 1, "%d threads", n);
	OK(arago_mft_execute(shared, expected.data, N, field.data, N));
	OK(arago_set_threads(0));
	OK(arago_mft_free(shared));
	free(field.data), free(expected.data);
	return verdict("threads");
}
