// Makes a child in the way that the argument names, and prints what each
// detector says there: handler, page, process id, and all together. The code
// under test is included, for its detectors are private.
#include "../forkguard.c"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

// The guard may not take memory: in a child, the lock of malloc can be held by
// a thread that is gone.
static int forbidden;
extern void *__libc_malloc(size_t);
void *malloc(size_t size)
{
	if (forbidden)
		_exit(99);
	return __libc_malloc(size);
}

static int answers(void *unused)
{
	(void)unused;
	char text[512];
	int n = snprintf(text, sizeof text, "handler=%d page=%d pid=%d forked=%d\n", by_handler(), by_page(), by_pid(), arago_forked());
	return write(1, text, (size_t)n) != n;
}

static void *answers_of_thread(void *unused)
{
	answers(unused);
	return NULL;
}

// Says the sentence into a buffer of a few sizes, without malloc.
static int sentence(void)
{
	char text[1024], small[16];
	memset(small, '#', sizeof small);
	forbidden = 1;
	int n = arago_forked_sentence(text, sizeof text), same = arago_forked_sentence(small, 8);
	forbidden = 0;
	printf("%ld %ld %d\n%s\n%s\n%.*s\n", (long)getpid(), arago_loader(), n == same && n == (int)strlen(text), text, small, 8, small + 8);
	return fflush(stdout);
}

// Waits for a child and returns its exit status; 100 if a signal ended it.
static int status_of(pid_t child)
{
	int status;
	if (child < 0 || waitpid(child, &status, __WALL) != child)
		return 101;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

int main(int count, char **arguments)
{
	alarm(20);
	const char *how = count > 1 ? arguments[1] : "";
	static char stack[1 << 16] __attribute__((aligned(16)));
	pid_t child;
	if (!strcmp(how, "none"))
		return answers(NULL);
	if (!strcmp(how, "thread")) {
		pthread_t thread;
		return pthread_create(&thread, NULL, answers_of_thread, NULL) || pthread_join(thread, NULL);
	}
	if (!strcmp(how, "exec")) {
		if (!(child = fork())) {
			execl(arguments[0], arguments[0], "none", NULL);
			_exit(102);
		}
		return status_of(child);
	}
	if (!strcmp(how, "fork") || !strcmp(how, "sentence")) {
		if (!(child = fork()))
			_exit(*how == 'f' ? answers(NULL) : sentence());
		return status_of(child);
	}
	if (!strcmp(how, "grandchild")) {
		if (!(child = fork())) {
			if (!(child = fork()))
				_exit(answers(NULL));
			_exit(status_of(child));
		}
		return status_of(child);
	}
	// Past the C library's fork.
	if (!strcmp(how, "clone") || !strcmp(how, "namespace")) {
		unsigned long flags = SIGCHLD | (*how == 'n' ? CLONE_NEWPID : 0);
		if (!(child = (pid_t)syscall(SYS_clone, flags, 0, 0, 0, 0)))
			_exit(answers(NULL));
		return status_of(child);
	}
	// As vfork: the child has the parent's memory.
	if (!strcmp(how, "vfork"))
		return status_of(clone(answers, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL));
	return 103;
}
