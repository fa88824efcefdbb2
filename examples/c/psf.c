/*
 * The image of a star through a system file, by libarago:
 *
 *     make install PREFIX=$HOME/.local
 *     export PKG_CONFIG_PATH=$HOME/.local/lib/pkgconfig
 *     cc -o psf examples/c/psf.c $(pkg-config --cflags --libs arago)
 *     LD_LIBRARY_PATH=$HOME/.local/lib ./psf examples/segmented.toml psf.fits
 */
#include <stdio.h>
#include <stdlib.h>

#include <arago.h>

static void check(int status)
{
	if (status != ARAGO_OK) {
		fprintf(stderr, "psf: %s\n", arago_message());
		exit(status);
	}
}

static int progress(int64_t done, int64_t total, void *user)
{
	(void)user;
	fprintf(stderr, "\rpsf: %d of %d planes", (int)done, (int)total);
	return 0; /* anything else ends the run */
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: %s SYSTEM.toml IMAGE.fits\n", argv[0]);
		return ARAGO_WRONG_USE;
	}
	if (arago_abi_version() != ARAGO_ABI_VERSION) {
		fprintf(stderr, "psf: the library has interface %d, this program was compiled for %d\n", arago_abi_version(), ARAGO_ABI_VERSION);
		return ARAGO_FAILED;
	}
	arago_system system;
	check(arago_system_open(argv[1], ARAGO_DOUBLE, NULL, 0, &system));

	/* The image as numbers, in an array of ours. */
	int64_t rows, cols;
	check(arago_system_shape(system, ARAGO_SAMPLES, &rows, &cols));
	double *image = malloc((size_t)(rows * cols) * sizeof *image);
	if (!image) {
		fputs("psf: no memory for the image\n", stderr);
		return ARAGO_MEMORY;
	}
	check(arago_system_run(system, ARAGO_SAMPLES, image, cols, progress, NULL));
	int64_t peak = 0;
	double sum = 0;
	for (int64_t i = 0; i < rows * cols; i++) {
		sum += image[i];
		if (image[i] > image[peak])
			peak = i;
	}
	fprintf(stderr, "\n");
	printf("%d x %d samples, peak %.6g at row %d, column %d, %.6g of the light in the field\n", (int)cols, (int)rows, image[peak],
	       (int)(peak / cols), (int)(peak % cols), sum);
	free(image);

	/* And the file that `arago psf` writes. */
	void *file;
	size_t length;
	check(arago_system_fits(system, NULL, NULL, &file, &length));
	FILE *out = fopen(argv[2], "wb");
	if (!out || fwrite(file, 1, length, out) != length || fclose(out)) {
		perror(argv[2]);
		return ARAGO_FAILED;
	}
	check(arago_free(file));
	check(arago_system_free(system));
	return 0;
}
