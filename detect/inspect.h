// What the Go side asks of the loader and of the libraries in this process.
// Functions passed as void* come from arago_detect_symbol and have the form
// that the name says.
#ifndef ARAGO_DETECT_INSPECT_H
#define ARAGO_DETECT_INSPECT_H

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

// The files of the objects that are loaded, without the program itself, ended
// by NULL. It and its elements are to be freed; NULL if memory is exhausted.
char **arago_detect_objects(void);

// The file that holds an address, as the loader calls it, NULL if there is
// none; base is where it begins in memory.
const char *arago_detect_file(uintptr_t address, uintptr_t *base);

// An address in the file that this code is part of.
uintptr_t arago_detect_here(void);

// A handle on a file that is loaded already, on the whole program if file is
// NULL; NULL if there is no such file. Nothing is ever loaded.
void *arago_detect_open(const char *file);
void arago_detect_close(void *library);

// The address of a symbol in a library or in those that it brings along.
void *arago_detect_symbol(void *library, const char *name);

// The address that a library's own use of a symbol reaches: symbols of the
// whole program come first.
void *arago_detect_bound(void *library, const char *name);

const char *arago_detect_text(void *function);
const char *arago_detect_text_of(void *function, int n);
int arago_detect_number(void *function);
int arago_detect_number_of(void *function, int n);
void arago_detect_fill(void *function, char *buffer, size_t size);
void arago_detect_three(void *function, int *numbers);

// How many bits of an integer cblas_isamax reads.
int arago_detect_integer_bits(void *isamax);

#pragma GCC visibility pop

#endif
