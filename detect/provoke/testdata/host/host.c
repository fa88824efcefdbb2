// Takes the steps of its arguments, NAME or NAME=VALUE, one after the other.
#include "host.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

void fail(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(PROBE_FAILED);
}

void *load(const char *file)
{
	void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		fail("%s", dlerror());
	return library;
}

void *function(void *library, const char *name)
{
	void *f = library ? dlsym(library, name) : NULL;
	if (!f)
		fail("no function %s was loaded", name);
	return f;
}

// load_only loads a file and calls nothing in it.
static void load_only(const char *file) { load(file); }

// limit says after how many seconds the system ends this process.
static void limit(const char *seconds) { alarm((unsigned)atoi(seconds)); }

// fork_here forks. The child takes the steps that are left; the parent ends as
// the child does.
static void fork_here(const char *unused)
{
	(void)unused;
	pid_t child = fork();
	if (child < 0)
		fail("no fork");
	if (!child) {
		alarm(20);
		return;
	}
	printf("forked\n");
	fflush(stdout);
	int status;
	if (waitpid(child, &status, 0) != child)
		fail("no child");
	if (WIFSIGNALED(status)) {
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
	}
	_exit(WEXITSTATUS(status));
}

static const struct {
	const char *name;
	step *take;
} steps[] = {
	{"limit", limit}, {"fork", fork_here}, {"load", load_only},
	{"blas", blas}, {"threads", threads}, {"multiply", multiply}, {"busy", busy},
	{"race", race}, {"count", count}, {"crowd", crowd}, {"stride", stride},
	{"fftw", fftw}, {"execution", execution}, {"transform", transform},
	{"arago", arago}, {"sum", sum}, {"bare_sum", bare_sum}, {"ask", ask}, {"take", take},
	{"openmp", openmp}, {"one_processor", one_processor}, {"address_space", address_space},
	{"control_group", control_group},
};

int main(int number, char **arguments)
{
	// Nobody is waited for longer, whatever happens to the test; and crashes,
	// which are meant, leave no file.
	alarm(20);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	for (int i = 1; i < number; i++) {
		char *value = strchr(arguments[i], '=');
		if (value)
			*value++ = 0;
		step *take = NULL;
		for (size_t j = 0; j < sizeof steps / sizeof *steps; j++)
			if (!strcmp(arguments[i], steps[j].name))
				take = steps[j].take;
		if (!take)
			fail("no step is called %s", arguments[i]);
		take(value ? value : "");
		fflush(stdout);
	}
	printf("done\n");
	fflush(stdout);
	// Other threads may be inside a library.
	_exit(0);
}
