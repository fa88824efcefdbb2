/* The host's signal handlers work as before the library was there: argv[1] is its file, loaded after them. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arago.h"

static volatile sig_atomic_t interrupted;
static sigjmp_buf back;

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted++;
}

static void on_fault(int signal)
{
	(void)signal;
	siglongjmp(back, 1);
}

static int cancel(int64_t done, int64_t total, void *user)
{
	(void)done, (void)total;
	int *calls = user;
	if (!(*calls)++)
		raise(SIGINT); /* as a terminal does in the middle of a run */
	return interrupted != 0;
}

static void handle(int signal, void (*handler)(int))
{
	struct sigaction a;
	memset(&a, 0, sizeof a);
	a.sa_handler = handler;
	a.sa_flags = SA_ONSTACK | SA_NODEFER;
	sigaction(signal, &a, NULL);
}

#define FIND(name) __typeof__(name) *p_##name = (__typeof__(name) *)dlsym(library, #name)

#define CHECK(condition, what) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "signals: %s\n", what); \
			wrong = 1; \
		} \
	} while (0)

int main(int argc, char **argv)
{
	volatile int wrong = 0;
	if (argc != 3)
		return 2;
	handle(SIGINT, on_interrupt);
	handle(SIGSEGV, on_fault);
	void *library = dlopen(argv[1], RTLD_NOW);
	if (!library) {
		fprintf(stderr, "signals: %s\n", dlerror());
		return 2;
	}
	FIND(arago_system_open);
	FIND(arago_system_fits);
	FIND(arago_message);

	arago_system system = 0;
	if (p_arago_system_open(argv[2], ARAGO_DOUBLE, NULL, 0, &system)) {
		fprintf(stderr, "signals: %s\n", p_arago_message());
		return 2;
	}
	int calls = 0;
	void *bytes;
	size_t length;
	CHECK(p_arago_system_fits(system, cancel, &calls, &bytes, &length) == ARAGO_CANCELLED, "SIGINT did not end the run");
	CHECK(strstr(p_arago_message(), "ended by its progress function"), p_arago_message());
	CHECK(interrupted == 1 && calls > 0, "the host's SIGINT handler did not run once");

	raise(SIGURG); /* which the library's scheduler has taken over, and does no harm */

	volatile int caught = 0;
	if (!sigsetjmp(back, 1)) {
		volatile int *nowhere = NULL;
		*nowhere = 1;
	} else {
		caught = 1;
	}
	CHECK(caught, "the host's SIGSEGV handler did not run");
	/* It still computes. */
	CHECK(p_arago_system_fits(system, NULL, NULL, &bytes, &length) == ARAGO_OK, p_arago_message());
	return wrong;
}
