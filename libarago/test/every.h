/*
 * Every function of the library that answers by a status, called with arguments that are nothing: what it answers
 * tells how far the call got. scripts/lib-test.sh checks that none is missing here.
 */
#ifndef EVERY_H
#define EVERY_H

#include "arago.h"

typedef struct {
	const char *name;
	int (*call)(void);
} entrance;

#define ENTRANCE(name, ...) \
	static int call_##name(void) { return name(__VA_ARGS__); }

ENTRANCE(arago_version, NULL)
ENTRANCE(arago_doctor, NULL)
ENTRANCE(arago_free, NULL)
ENTRANCE(arago_set_threads, 0)
ENTRANCE(arago_get_threads, NULL)
ENTRANCE(arago_set_backend, "gonum")
ENTRANCE(arago_get_backend, NULL)
ENTRANCE(arago_mft_plan, 0, 1, 0, NULL, NULL, NULL, NULL)
ENTRANCE(arago_mft_execute, 0, NULL, 0, NULL, 0)
ENTRANCE(arago_mft_describe, 0, NULL)
ENTRANCE(arago_mft_free, 0)
ENTRANCE(arago_mft_once, 0, 1, 0, NULL, NULL, NULL, NULL, 0, NULL, 0)
ENTRANCE(arago_fft2, 0, 1, 1, 4, 4, NULL, NULL, 4, NULL, NULL, 4)
ENTRANCE(arago_product, 0, 1, 1, 1, NULL, 1, NULL, 1, NULL, 1)
ENTRANCE(arago_product_real, 0, 1, 1, 1, NULL, 1, NULL, 1, NULL, 1)
ENTRANCE(arago_outer, 0, 0, 1, 1, NULL, NULL, NULL, 1)
ENTRANCE(arago_phasor, 0, 0, 1, 1, 1, NULL, 1, NULL, 1, NULL, 1)
ENTRANCE(arago_system_open, NULL, 0, NULL, 0, NULL)
ENTRANCE(arago_system_parse, NULL, 0, NULL, NULL, 0, NULL, 0, NULL)
ENTRANCE(arago_system_plan, 0, NULL)
ENTRANCE(arago_system_shape, 0, 0, NULL, NULL)
ENTRANCE(arago_system_run, 0, 0, NULL, 0, NULL, NULL)
ENTRANCE(arago_system_fits, 0, NULL, NULL, NULL, NULL)
ENTRANCE(arago_system_free, 0)

#define LISTED(name) {#name, call_##name}
static const entrance every[] = {
	LISTED(arago_version), LISTED(arago_doctor), LISTED(arago_free), LISTED(arago_set_threads), LISTED(arago_get_threads),
	LISTED(arago_set_backend), LISTED(arago_get_backend), LISTED(arago_mft_plan), LISTED(arago_mft_execute),
	LISTED(arago_mft_describe), LISTED(arago_mft_free), LISTED(arago_mft_once), LISTED(arago_fft2), LISTED(arago_product),
	LISTED(arago_product_real), LISTED(arago_outer), LISTED(arago_phasor), LISTED(arago_system_open), LISTED(arago_system_parse),
	LISTED(arago_system_plan), LISTED(arago_system_shape), LISTED(arago_system_run), LISTED(arago_system_fits),
	LISTED(arago_system_free),
};
enum { ENTRANCES = sizeof every / sizeof *every };

#endif
