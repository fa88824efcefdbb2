/* One transform by the back ends of argv[1], against those of Arago's own code. Ends with 77 if the library is not here. */
#include "check.h"

enum { N = 96, M = 60 };

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	complexes src = random_array(ARAGO_DOUBLE, N, N, N, 1), want = allocate(ARAGO_DOUBLE, M, M, M), got = allocate(ARAGO_DOUBLE, M, M, M);
	arago_axis axis = {N, M, 1.0 / (4 * N), (N - 1) / 2.0, (M - 1) / 2.0};
	static const char *const recipes[] = {"dense", "folded", "chirp-z", "fft"};
	OK(arago_set_backend("gonum"));
	OK(arago_mft_once(ARAGO_DOUBLE, 1, 0, &axis, &axis, "dense", want.data, M, src.data, N));
	int status = arago_set_backend(argv[1]);
	if (status == ARAGO_FAILED) {
		fprintf(stderr, "smoke: %s\n", arago_message());
		return 77;
	}
	OK(status);
	char *name = NULL;
	OK(arago_get_backend(&name));
	printf("smoke: %s\n", name);
	OK(arago_free(name));
	for (int r = 0; r < 4; r++) {
		OK(arago_mft_once(ARAGO_DOUBLE, 1, 0, &axis, &axis, recipes[r], got.data, M, src.data, N));
		double worst = 0;
		for (int i = 0; i < 2 * M * M; i++)
			worst = fmax(worst, fabs(((double *)got.data)[i] - ((double *)want.data)[i]));
		/* Sums of N*N values of up to 0.7, times the factor 1/(4N): rounding leaves 1e-15 of 17. */
		CHECK(worst < 2e-14, "%s, %s: off by %g", argv[1], recipes[r], worst);
	}
	return verdict("smoke");
}
