#include "shim.h"

#include "_cgo_export.h"
#include "forkguard.h"

enum { FORKED = -77 };

static _Thread_local char error[512];

const char *probe_error(void) { return error; }

// refused says that Go must not be called here, and why.
static int refused(void)
{
	if (!arago_forked())
		return 0;
	arago_forked_sentence(error, sizeof error);
	return 1;
}

int probe_sum(int n) { return refused() ? FORKED : ProbeSum(n); }

int probe_ask(const char *plan, int n, void **addresses, const char **symbols, char *answer, int size)
{
	return refused() ? FORKED : ProbeAsk((char *)plan, n, addresses, (char **)symbols, answer, size);
}

int probe_take(int mebibytes) { return refused() ? FORKED : ProbeTake(mebibytes); }
