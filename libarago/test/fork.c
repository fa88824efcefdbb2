/* In a forked child every function is refused at once; nothing hangs. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "every.h"

#include "check.h"

extern char **environ;

enum { N = 256 };
static complexes src, dst;
static arago_mft plan;

/* What a forked child finds; 0 if all is refused. */
static int in_child(void)
{
	alarm(20); /* a call that hangs ends the child */
	for (int i = 0; i < ENTRANCES; i++) {
		int status = every[i].call();
		if (status != ARAGO_FORKED || !strstr(arago_message(), "AR101") || !strstr(arago_message(), "spawn"))
			return 1 + i;
	}
	if (arago_mft_execute(plan, dst.data, N, src.data, N) != ARAGO_FORKED || arago_mft_free(plan) != ARAGO_FORKED)
		return 100;
	return arago_abi_version() == ARAGO_ABI_VERSION ? 0 : 101;
}

static void *in_thread(void *unused)
{
	(void)unused;
	return (void *)(intptr_t)in_child();
}

static int child(int kind)
{
	int status = in_child();
	if (!status && kind == 1) { /* a grandchild */
		pid_t pid = fork();
		if (!pid)
			_exit(in_child());
		waitpid(pid, &status, 0);
		status = status ? 110 : 0;
	}
	if (!status && kind == 2) { /* a thread of the child, which has no message yet */
		pthread_t thread;
		void *result;
		if (pthread_create(&thread, NULL, in_thread, NULL) || pthread_join(thread, &result))
			return 120;
		status = (int)(intptr_t)result;
	}
	return status;
}

static void refused(const char *when)
{
	for (int kind = 0; kind < 3; kind++) {
		pid_t pid = fork();
		if (!pid)
			_exit(child(kind));
		int status;
		waitpid(pid, &status, 0);
		CHECK(status == 0, "%s, kind %d: the child ended with %d, signal %d", when, kind, WEXITSTATUS(status), WTERMSIG(status));
	}
}

static volatile int stop;

static void *compute(void *unused)
{
	(void)unused;
	complexes to = allocate(ARAGO_DOUBLE, N, N, N);
	while (!stop)
		OK(arago_mft_execute(plan, to.data, N, src.data, N));
	free(to.data);
	return NULL;
}

int main(int argc, char **argv)
{
	int few = argc > 1 && !strcmp(argv[1], "few"); /* under valgrind */
	if (argc > 1 && !few) { /* a new program is free to compute */
		int n = 0;
		OK(arago_get_threads(&n));
		return verdict("spawned");
	}
	refused("before any call");
	src = random_array(ARAGO_DOUBLE, N, N, N, 1);
	dst = allocate(ARAGO_DOUBLE, N, N, N);
	arago_axis axis = {N, N, 1.0 / (4 * N), (N - 1) / 2.0, (N - 1) / 2.0};
	OK(arago_mft_plan(ARAGO_DOUBLE, 1, 0, &axis, &axis, NULL, &plan));
	OK(arago_mft_execute(plan, dst.data, N, src.data, N));
	refused("after calls");

	pthread_t threads[2];
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, compute, NULL);
	for (int i = 0; i < (few ? 2 : 10); i++)
		refused("while threads compute");
	stop = 1;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);

	/* The parent goes on, and programs that it starts are not forked. */
	OK(arago_mft_execute(plan, dst.data, N, src.data, N));
	char *arguments[] = {argv[0], "spawned", NULL};
	pid_t pid;
	int status = -1;
	CHECK(!posix_spawn(&pid, argv[0], NULL, NULL, arguments, environ), "cannot spawn");
	waitpid(pid, &status, 0);
	CHECK(status == 0, "the spawned program ended with %d", status);
	pid = vfork();
	if (!pid) {
		execv(argv[0], arguments);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	CHECK(status == 0, "the program after vfork ended with %d", status);
	OK(arago_mft_free(plan));
	free(src.data), free(dst.data);
	return verdict("fork");
}
