//go:build fftw && cgo && (linux || darwin)

#include "pass.h"

#include <string.h>

// Says whether a row of the matrix is a whole line, in order, with the plan's alignment.
static int whole(const arago_fftw *f, const arago_fftw_pass *p, const arago_fftw_side *s, char *row)
{
	return s->count == p->n && s->first == 0 && f->alignment_of(row) == 0;
}

// The number of a side's elements that come before the end of the line; the
// others are at its beginning.
static ptrdiff_t before_end(const arago_fftw_pass *p, const arago_fftw_side *s)
{
	return s->count < p->n - s->first ? s->count : p->n - s->first;
}

void arago_fftw_rows(const arago_fftw *f, void *plan, const arago_fftw_pass *p, char *src, char *dst, ptrdiff_t lines,
		     char *scratch)
{
	const ptrdiff_t size = p->size;
	char *const in = scratch, *const out = scratch + p->batch * p->dist * size;
	const ptrdiff_t in_head = before_end(p, &p->src), out_head = before_end(p, &p->dst);
	for (ptrdiff_t l = 0; l < lines; l++) {
		char *from = src + l * p->src.line * size, *to = dst + l * p->dst.line * size;
		char *x = in, *y = out;
		if (whole(f, p, &p->src, from)) {
			x = from;
		} else {
			memcpy(in + p->src.first * size, from, in_head * size);
			memcpy(in, from + in_head * size, (p->src.count - in_head) * size);
		}
		if (x != to && whole(f, p, &p->dst, to))
			y = to;
		f->execute_dft(plan, x, y);
		if (y == out) {
			memcpy(to, out + p->dst.first * size, out_head * size);
			memcpy(to + out_head * size, out, (p->dst.count - out_head) * size);
		}
	}
}

// The element size is a constant in each of the two calls below, so that a copy
// is one instruction.
static inline __attribute__((always_inline)) void columns(const arago_fftw *f, void *plan, const arago_fftw_pass *p,
							  char *src, char *dst, ptrdiff_t lines, char *scratch,
							  const ptrdiff_t size)
{
	const ptrdiff_t n = p->n, dist = p->dist;
	char *const in = scratch, *const out = scratch + p->batch * dist * size;
	for (ptrdiff_t l = 0; l < lines; l += p->batch) {
		const ptrdiff_t count = lines - l < p->batch ? lines - l : p->batch;
		for (ptrdiff_t e = 0, at = p->src.first; e < p->src.count; e++, at = at + 1 == n ? 0 : at + 1) {
			const char *from = src + (e * p->src.step + l) * size;
			for (ptrdiff_t b = 0; b < count; b++)
				memcpy(in + (b * dist + at) * size, from + b * size, size);
		}
		for (ptrdiff_t b = 0; b < count; b++)
			f->execute_dft(plan, in + b * dist * size, out + b * dist * size);
		for (ptrdiff_t e = 0, at = p->dst.first; e < p->dst.count; e++, at = at + 1 == n ? 0 : at + 1) {
			char *to = dst + (e * p->dst.step + l) * size;
			for (ptrdiff_t b = 0; b < count; b++)
				memcpy(to + b * size, out + (b * dist + at) * size, size);
		}
	}
}

void arago_fftw_columns(const arago_fftw *f, void *plan, const arago_fftw_pass *p, char *src, char *dst,
			ptrdiff_t lines, char *scratch)
{
	if (p->size == 16)
		columns(f, plan, p, src, dst, lines, scratch, 16);
	else
		columns(f, plan, p, src, dst, lines, scratch, 8);
}
