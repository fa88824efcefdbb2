// What the library exports, beside ProbeSum, which has no guard. All return
// −77, and probe_error then a sentence, in a forked child.
#ifndef SHIM_H
#define SHIM_H

// The sum of 1 … n, added by goroutines.
int probe_sum(int n);

// Judges a plan, in JSON, with functions that serve Dot (the first) and FFT2
// (the others) where they are not NULL. Writes the verdicts, a line each, and
// returns how many refuse; −1 if the plan cannot be read.
int probe_ask(const char *plan, int n, void **addresses, const char **symbols, char *answer, int size);

// Lets Go take so many MiB.
int probe_take(int mebibytes);

const char *probe_error(void);

#endif
