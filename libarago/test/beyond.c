/* A host that gives less memory than it says: valgrind must see that the library writes beyond it. */
#include "check.h"

int main(void)
{
	enum { N = 32 };
	arago_axis axis = {N, N, 1.0 / (4 * N), (N - 1) / 2.0, (N - 1) / 2.0};
	complexes src = random_array(ARAGO_DOUBLE, N, N, N, 1);
	double *dst = malloc(16 * N * (N - 1)); /* a row is missing */
	OK(arago_mft_once(ARAGO_DOUBLE, 1, 0, &axis, &axis, "dense", dst, N, src.data, N));
	free(src.data);
	return 0; /* what stands behind dst in the heap is gone */
}
