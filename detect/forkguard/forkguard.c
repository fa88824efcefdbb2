//go:build cgo && (linux || darwin)

// For MAP_ANONYMOUS and MADV_WIPEONFORK.
#define _GNU_SOURCE

#include "forkguard.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

// owner is the process that loaded the code, set last: Go's own start-up, on
// another thread, may ask before.
static _Atomic long owner;

// atfork is set in the child by the C library's fork.
static _Atomic int atfork;

// page begins with kept, and with 0 in a child; NULL where the kernel cannot
// wipe.
static const volatile unsigned *page;
static const unsigned kept = 0xa4a60;

static void in_child(void) { atomic_store(&atfork, 1); }

static const volatile unsigned *wiped_page(void)
{
#if defined(__linux__) && defined(MADV_WIPEONFORK)
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	unsigned *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	if (madvise(p, size, MADV_WIPEONFORK)) {
		munmap(p, size);
		return NULL;
	}
	*p = kept;
	return p;
#else
	return NULL;
#endif
}

__attribute__((constructor)) static void loaded(void)
{
	page = wiped_page();
	// For the child only: a handler that runs before the fork could block it.
	pthread_atfork(NULL, NULL, in_child);
	atomic_store(&owner, (long)getpid());
}

static int by_handler(void) { return atomic_load(&atfork); }
static int by_page(void) { return page && *page != kept; }
static int by_pid(void) { return (long)getpid() != atomic_load(&owner); }

int arago_forked(void) { return atomic_load(&owner) && (by_handler() || by_page() || by_pid()); }

long arago_loader(void) { return atomic_load(&owner); }

int arago_forked_sentence(char *buffer, size_t size)
{
	return snprintf(buffer, size,
			"AR101: this process was forked after Arago had been loaded, and the Go runtime does not survive a fork "
			"(process %ld, loaded in process %ld); start workers as new programs "
			"(in Python multiprocessing.get_context('spawn')), do not preload Arago in a forkserver, "
			"or load it inside the worker only",
			(long)getpid(), arago_loader());
}
