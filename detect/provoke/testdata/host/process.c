// What one may do to a process, and to the runtimes of OpenMP.
#include "host.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

// openmp loads a runtime of OpenMP and lets it start.
void openmp(const char *file)
{
	int threads = ((int (*)(void))function(load(file), "omp_get_max_threads"))();
	if (threads < 1)
		fail("%s has %d threads", file, threads);
	printf("started\n");
}

// one_processor confines the process to the first processor that it may use.
void one_processor(const char *unused)
{
	(void)unused;
	cpu_set_t all, one;
	if (sched_getaffinity(0, sizeof all, &all))
		fail("no affinity");
	CPU_ZERO(&one);
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &all)) {
			CPU_SET(i, &one);
			break;
		}
	if (sched_setaffinity(0, sizeof one, &one))
		fail("no affinity");
}

// address_space limits the virtual memory to what is used now and so many MiB.
void address_space(const char *mebibytes)
{
	long pages;
	FILE *f = fopen("/proc/self/statm", "r");
	if (!f || fscanf(f, "%ld", &pages) != 1)
		fail("no size of this process");
	fclose(f);
	rlim_t bytes = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + ((rlim_t)atol(mebibytes) << 20);
	struct rlimit limit = {bytes, bytes};
	if (setrlimit(RLIMIT_AS, &limit))
		fail("no limit");
}

// control_group lets the process join the group of a folder.
void control_group(const char *folder)
{
	char name[4096];
	snprintf(name, sizeof name, "%s/cgroup.procs", folder);
	FILE *f = fopen(name, "w");
	if (!f || fprintf(f, "%ld", (long)getpid()) < 0 || fclose(f))
		fail("no way into %s", folder);
}
