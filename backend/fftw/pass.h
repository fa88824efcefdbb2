// Passes of transforms over the lines of a matrix, a batch of lines in one call.
#ifndef ARAGO_FFTW_PASS_H
#define ARAGO_FFTW_PASS_H

#include "library.h"

// One side of a pass: of the n elements of a transformed line the matrix holds
// count, from index first on, counted modulo n. Line l of the matrix begins at
// l·line, its elements are step apart, both in elements.
typedef struct {
	ptrdiff_t first, count, line, step;
} arago_fftw_side;

typedef struct {
	ptrdiff_t size;  // bytes of an element: 16 or 8
	ptrdiff_t n;     // length of the transform
	ptrdiff_t dist;  // from one line to the next in scratch memory, in elements
	ptrdiff_t batch; // number of lines of either kind in scratch memory
	arago_fftw_side src, dst;
} arago_fftw_pass;

// Transforms lines of src into lines of dst with a plan for one contiguous
// line, out of place. scratch holds batch lines of input, which are zero
// wherever the source does not reach, and after them batch lines of output;
// its alignment is that of the plan.
//
// rows takes lines whose elements are neighbours, columns lines that are
// neighbours themselves.
void arago_fftw_rows(const arago_fftw *f, void *plan, const arago_fftw_pass *p, char *src, char *dst, ptrdiff_t lines,
		     char *scratch);
void arago_fftw_columns(const arago_fftw *f, void *plan, const arago_fftw_pass *p, char *src, char *dst,
			ptrdiff_t lines, char *scratch);

#endif
