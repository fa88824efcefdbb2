//go:build fftw && cgo && (linux || darwin)

#include "library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *arago_fftw_open(const char *file, char *text, size_t size)
{
	void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		// The message belongs to the thread: it is taken before the call ends.
		const char *message = dlerror();
		snprintf(text, size, "%s", message ? message : "no reason given");
	}
	return handle;
}

static void *symbol(void *library, const char *prefix, const char *name)
{
	char full[64];
	snprintf(full, sizeof full, "%s%s", prefix, name);
	return library ? dlsym(library, full) : NULL;
}

// The functions that are called, the one that executes plans first. Only the
// last one, which lies in the threads layer, may be missing.
static const struct {
	const char *name;
	size_t at;
} functions[] = {
#define ENTRY(name) {#name, offsetof(arago_fftw, name)}
	ENTRY(execute_dft), ENTRY(plan_guru64_dft), ENTRY(destroy_plan), ENTRY(malloc), ENTRY(free),
	ENTRY(alignment_of), ENTRY(set_timelimit), ENTRY(export_wisdom), ENTRY(import_wisdom),
	ENTRY(plan_with_nthreads),
#undef ENTRY
};
enum { COUNT = sizeof functions / sizeof *functions, NEEDED = COUNT - 1 };

const char *arago_fftw_function(const arago_fftw *f, int i, uintptr_t *address)
{
	if (i >= COUNT)
		return NULL;
	memcpy(address, (const char *)f + functions[i].at, sizeof *address);
	return functions[i].name;
}

void arago_fftw_load(arago_fftw *f, void *core, void *threads, const char *prefix)
{
	for (int i = 0; i < NEEDED; i++) {
		void *address = symbol(core, prefix, functions[i].name);
		if (!address) {
			f->missing = functions[i].name;
			return;
		}
		memcpy((char *)f + functions[i].at, &address, sizeof address);
	}

	void *init = symbol(core, prefix, "init_threads"), *set = symbol(core, prefix, "plan_with_nthreads");
	void *get = symbol(core, prefix, "planner_nthreads");
	if (!init || !set) {
		init = symbol(threads, prefix, "init_threads");
		set = symbol(threads, prefix, "plan_with_nthreads");
		get = symbol(threads, prefix, "planner_nthreads");
	}
	if (init && set) {
		memcpy(&f->init_threads, &init, sizeof init);
		memcpy(&f->plan_with_nthreads, &set, sizeof set);
		memcpy(&f->planner_nthreads, &get, sizeof get);
	}
}

int arago_fftw_init_threads(const arago_fftw *f) { return f->init_threads(); }
int arago_fftw_alignment_of(const arago_fftw *f, void *memory) { return f->alignment_of(memory); }

struct writer {
	char *text;
	size_t size, length;
};

static void write_char(char c, void *data)
{
	struct writer *w = data;
	if (w->length < w->size)
		w->text[w->length] = c;
	w->length++;
}

size_t arago_fftw_export_wisdom(const arago_fftw *f, char *text, size_t size)
{
	struct writer w = {text, size, 0};
	f->export_wisdom(write_char, &w);
	return w.length;
}

struct reader {
	const char *text, *end;
};

static int read_char(void *data)
{
	struct reader *r = data;
	return r->text < r->end ? (unsigned char)*r->text++ : EOF;
}

int arago_fftw_import_wisdom(const arago_fftw *f, const char *text, size_t size)
{
	struct reader r = {text, text + size};
	return f->import_wisdom(read_char, &r);
}

int arago_fftw_plan(const arago_fftw *f, void **plan, int rank, const arago_fftw_dim *dims, size_t in_bytes,
		    size_t out_bytes, size_t spare, int sign, unsigned flags, double seconds, int threads)
{
	// FFTW calls abort when its planner finds no memory: ask beforehand.
	void *probe = f->malloc(in_bytes + out_bytes + spare);
	if (!probe)
		return ARAGO_FFTW_NO_MEMORY;
	f->free(probe);
	void *in = f->malloc(in_bytes), *out = out_bytes ? f->malloc(out_bytes) : in;
	int result = ARAGO_FFTW_NO_MEMORY;
	if (in && out) {
		f->set_timelimit(seconds);
		if (f->plan_with_nthreads)
			f->plan_with_nthreads(threads);
		if (f->planner_nthreads && f->planner_nthreads() != threads) {
			result = ARAGO_FFTW_OTHER_THREADS;
		} else {
			*plan = f->plan_guru64_dft(rank, dims, 0, NULL, in, out, sign, flags);
			result = *plan ? ARAGO_FFTW_PLANNED : ARAGO_FFTW_NO_PLAN;
		}
	}
	if (out && out != in)
		f->free(out);
	if (in)
		f->free(in);
	return result;
}

void arago_fftw_destroy(const arago_fftw *f, void *plan) { f->destroy_plan(plan); }
void arago_fftw_execute(const arago_fftw *f, void *plan, void *in, void *out) { f->execute_dft(plan, in, out); }
