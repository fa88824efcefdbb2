//go:build cgo && (linux || darwin)

// For dladdr, dl_iterate_phdr and RTLD_DEFAULT.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "inspect.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#ifdef __APPLE__
#include <mach-o/dyld.h>
#else
#include <link.h>
#endif

struct list {
	char **names;
	size_t count, room;
	int failed;
};

static void add(struct list *l, const char *name)
{
	if (l->failed || !name || !*name)
		return;
	if (l->count + 1 >= l->room) {
		size_t room = 2 * l->room + 64;
		char **names = realloc(l->names, room * sizeof *names);
		if (!names) {
			l->failed = 1;
			return;
		}
		l->names = names;
		l->room = room;
	}
	l->names[l->count] = strdup(name);
	l->failed = !l->names[l->count];
	l->count += !l->failed;
	l->names[l->count] = NULL;
}

#ifndef __APPLE__
// Runs under the loader's lock: nothing here may call the loader.
static int each(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	add(data, info->dlpi_name); // the program itself has no name
	return 0;
}
#endif

char **arago_detect_objects(void)
{
	struct list l = {NULL, 0, 0, 0};
#ifdef __APPLE__
	for (uint32_t i = 1; i < _dyld_image_count(); i++) // 0 is the program
		add(&l, _dyld_get_image_name(i));
#else
	dl_iterate_phdr(each, &l);
#endif
	return l.names;
}

const char *arago_detect_file(uintptr_t address, uintptr_t *base)
{
	Dl_info info;
	if (!dladdr((void *)address, &info) || !info.dli_fname)
		return NULL;
	*base = (uintptr_t)info.dli_fbase;
	return info.dli_fname;
}

uintptr_t arago_detect_here(void) { return (uintptr_t)arago_detect_here; }

void *arago_detect_open(const char *file) { return dlopen(file, file ? RTLD_LAZY | RTLD_NOLOAD : RTLD_LAZY); }

void arago_detect_close(void *library) { dlclose(library); }

void *arago_detect_symbol(void *library, const char *name) { return dlsym(library, name); }

void *arago_detect_bound(void *library, const char *name)
{
	void *address = dlsym(RTLD_DEFAULT, name);
	return address ? address : dlsym(library, name);
}

const char *arago_detect_text(void *function) { return ((const char *(*)(void))function)(); }

const char *arago_detect_text_of(void *function, int n) { return ((const char *(*)(int))function)(n); }

int arago_detect_number(void *function) { return ((int (*)(void))function)(); }

int arago_detect_number_of(void *function, int n) { return ((int (*)(int))function)(n); }

// A function that takes the size as an int finds it in the same register.
void arago_detect_fill(void *function, char *buffer, size_t size)
{
	memset(buffer, 0, size);
	((void (*)(char *, size_t))function)(buffer, size - 1);
}

void arago_detect_three(void *function, int *numbers)
{
	((void (*)(int *, int *, int *))function)(numbers, numbers + 1, numbers + 2);
}

// The length 3 with all bits above the 32nd set is 3 to a function that reads
// 32 bits, which then finds the 2, and negative to one that reads 64, which
// then returns 0 and touches nothing. The idea is libblastrampoline's.
int arago_detect_integer_bits(void *isamax)
{
	static const float x[] = {1, 2, 1};
	const int64_t n = INT64_C(-0x100000000) + 3;
	return (uint32_t)((size_t (*)(int64_t, const float *, int64_t))isamax)(n, x, 1) == 1 ? 32 : 64;
}
