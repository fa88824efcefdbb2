/* What shim.c and exports.go share; the public interface is arago.h. */
#ifndef ARAGO_SHIM_H
#define ARAGO_SHIM_H

#include "arago.h"

/* Makes a sentence, allocated by malloc, the message of the calling thread. */
void arago_shim_say(char *sentence);

/* Calls a function of the host. */
int arago_shim_progress(arago_progress progress, int64_t done, int64_t total, void *user);

#endif
