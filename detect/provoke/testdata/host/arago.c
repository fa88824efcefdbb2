// Arago in the program: the library of testdata/guarded.
#include "host.h"

#include <stdio.h>
#include <stdlib.h>

static void *library;

void arago(const char *file) { library = load(file); }

static void expect_sum(int got)
{
	if (got != 5050)
		fail("1 + … + 100 is %d", got);
	printf("sum\n");
}

// refuse_if_guarded prints the sentence, and ends the program, if the guard
// kept a call out of Go.
static void refuse_if_guarded(int code)
{
	if (code != -GUARDED)
		return;
	printf("%s\n", ((const char *(*)(void))function(library, "probe_error"))());
	exit(GUARDED);
}

// sum lets goroutines add the numbers up to 100, behind the guard.
void sum(const char *unused)
{
	(void)unused;
	int got = ((int (*)(int))function(library, "probe_sum"))(100);
	refuse_if_guarded(got);
	expect_sum(got);
}

// bare_sum does so without the guard.
void bare_sum(const char *unused)
{
	(void)unused;
	expect_sum(((int (*)(int))function(library, "ProbeSum"))(100));
}

// ask lets Arago judge a plan, in JSON, in this process as it is. The program
// ends if Arago refuses.
void ask(const char *plan)
{
	static char answer[1 << 16];
	const char *symbol[3] = {NULL};
	void *address[3] = {served_product(&symbol[0]), served_transform(0, &symbol[1]), served_transform(1, &symbol[2])};
	int refused = ((int (*)(const char *, int, void **, const char **, char *, int))function(library, "probe_ask"))(
		plan, 3, address, symbol, answer, sizeof answer);
	refuse_if_guarded(refused);
	fputs(answer, stdout);
	if (refused < 0)
		fail("Arago cannot judge %s", plan);
	if (refused)
		exit(REFUSED);
}

// take lets Go take so many MiB.
void take(const char *mebibytes)
{
	refuse_if_guarded(((int (*)(int))function(library, "probe_take"))(atoi(mebibytes)));
}
