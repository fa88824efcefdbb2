// Is this process the child of a fork? To be asked before any call into Go.
// See doc.go.
#ifndef ARAGO_FORKGUARD_H
#define ARAGO_FORKGUARD_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Hidden: two libraries with Arago in them, in one process, may have been
// loaded by different processes.
#pragma GCC visibility push(hidden)

// Whether this process was forked, without exec, after the code was loaded.
// Safe in every process and at any time, in signal handlers as well.
int arago_forked(void);

// The process that loaded the code; 0 before the constructors have run.
long arago_loader(void);

// Writes the sentence of AR101 for this process, the one that detect.Check has,
// into a buffer of the given size. Returns its length, as snprintf does.
int arago_forked_sentence(char *buffer, size_t size);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
