/* A child loads the library itself, if its parent has not: argv[1] is the file. It is not linked. */
#include <dlfcn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int load(const char *file)
{
	alarm(60); /* one that hangs is ended */
	void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (!library) {
		fprintf(stderr, "late: %s\n", dlerror());
		return 2;
	}
	int (*get)(int *) = (int (*)(int *))dlsym(library, "arago_get_threads");
	int (*set)(const char *) = (int (*)(const char *))dlsym(library, "arago_set_backend");
	int threads = 0;
	if (!get || !set || get(&threads) || threads < 1 || set("gonum"))
		return 3;
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 1;
	int wrong = 0;
	for (int i = 0; i < 2; i++) { /* one child after the other, from a parent that has nothing loaded */
		pid_t pid = fork();
		if (!pid)
			_exit(load(argv[1]));
		int status;
		waitpid(pid, &status, 0);
		if (status) {
			fprintf(stderr, "late: child %d ended with %d, signal %d\n", i, WEXITSTATUS(status), WTERMSIG(status));
			wrong = 1;
		}
	}
	return wrong || load(argv[1]);
}
