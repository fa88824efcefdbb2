/* Systems: from a file and from text, their plans, their images. argv: the system file, where to write the FITS file. */
#include "check.h"

typedef struct {
	int64_t calls, last, total;
	int64_t stop_after; /* 0: never */
} watched;

static int watch(int64_t done, int64_t total, void *user)
{
	watched *w = user;
	CHECK(done >= 0 && done <= total, "%d of %d", (int)done, (int)total);
	w->calls++;
	w->last = done;
	w->total = total;
	int threads = 0;
	OK(arago_get_threads(&threads)); /* the library may be called from here */
	return w->stop_after && w->calls >= w->stop_after;
}

static double number_in(const char *json, const char *key)
{
	char quoted[64];
	snprintf(quoted, sizeof quoted, "\"%s\":", key);
	const char *at = strstr(json, quoted);
	CHECK(at != NULL, "the plan has no %s", key);
	return at ? strtod(at + strlen(quoted), NULL) : NAN;
}

static char *read_file(const char *path, size_t *length)
{
	FILE *f = fopen(path, "rb");
	if (!f) {
		perror(path);
		exit(2);
	}
	char *text = calloc(1, 1 << 20);
	*length = fread(text, 1, (1 << 20) - 1, f);
	fclose(f);
	return text;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	arago_system system = 0, parsed = 0;
	OK(arago_system_open(argv[1], ARAGO_DOUBLE, NULL, 0, &system));
	char *json = NULL;
	OK(arago_system_plan(system, &json));
	int64_t rows, cols, pixel_rows, pixel_cols;
	OK(arago_system_shape(system, ARAGO_SAMPLES, &rows, &cols));
	OK(arago_system_shape(system, ARAGO_PIXELS, &pixel_rows, &pixel_cols));
	CHECK(number_in(json, "predicted_seconds") > 0 && number_in(json, "predicted_memory") > 0, "%s", json);
	/* The steps have rows and cols too: those of the result come last. */
	CHECK(number_in(json, "pixel_rows") == (double)pixel_rows && number_in(json, "pixel_cols") == (double)pixel_cols, "%s", json);
	OK(arago_free(json));
	CHECK(rows % pixel_rows == 0 && cols % pixel_cols == 0, "%d rows of samples, %d of pixels", (int)rows, (int)pixel_rows);
	int64_t k = rows / pixel_rows;

	const int64_t stride = cols + 3;
	double *samples = malloc((size_t)(rows * stride - 3) * sizeof *samples), *pixels = malloc((size_t)(pixel_rows * pixel_cols) * sizeof *pixels);
	for (int64_t i = 0; i < rows * stride - 3; i++)
		samples[i] = FILL;
	watched w = {0, -1, -1, 0};
	OK(arago_system_run(system, ARAGO_SAMPLES, samples, stride, watch, &w));
	CHECK(w.calls > 0 && w.last == w.total && w.total > 0, "told %d times, at last %d of %d", (int)w.calls, (int)w.last, (int)w.total);
	OK(arago_system_run(system, ARAGO_PIXELS, pixels, pixel_cols, NULL, NULL));
	double sum = 0, worst = 0;
	for (int64_t i = 0; i < pixel_rows; i++)
		for (int64_t j = 0; j < pixel_cols; j++) {
			double of_samples = 0;
			for (int64_t a = 0; a < k; a++)
				for (int64_t b = 0; b < k; b++)
					of_samples += samples[(i * k + a) * stride + j * k + b];
			sum += of_samples;
			worst = fmax(worst, fabs(of_samples - pixels[i * pixel_cols + j]));
		}
	/* The light of the first plane is 1, and some of it is in the field; sums differ by their order. */
	CHECK(sum > 0 && sum < 1 + 1e-12 && worst < 1e-15, "the image sums to %g, pixels differ by %g", sum, worst);
	for (int64_t i = 0; i + 1 < rows; i++)
		CHECK(samples[i * stride + cols] == FILL && samples[i * stride + cols + 2] == FILL, "written between the rows");

	/* From text, the same bits. */
	size_t length;
	char *text = read_file(argv[1], &length);
	OK(arago_system_parse(text, length, NULL, NULL, ARAGO_DOUBLE, NULL, 1, &parsed));
	double *again = malloc((size_t)(pixel_rows * pixel_cols) * sizeof *again);
	OK(arago_system_run(parsed, ARAGO_PIXELS, again, pixel_cols, NULL, NULL));
	CHECK(!memcmp(again, pixels, (size_t)(pixel_rows * pixel_cols) * sizeof *again), "other bits from text");
	OK(arago_system_free(parsed));

	w = (watched){0, -1, -1, 1}; /* it ends the run at its first call, before there is anything to see */
	FAILS(arago_system_run(system, ARAGO_PIXELS, pixels, pixel_cols, watch, &w), ARAGO_CANCELLED, "progress function");
	FAILS(arago_system_run(system, 5, pixels, pixel_cols, NULL, NULL), ARAGO_WRONG_USE, "image is 5");
	FAILS(arago_system_run(system, ARAGO_PIXELS, pixels, pixel_cols - 1, NULL, NULL), ARAGO_WRONG_USE, "stride");
	FAILS(arago_system_open("nowhere.toml", 0, NULL, 0, &parsed), ARAGO_FAILED, "nowhere.toml cannot be read");
	FAILS(arago_system_open(argv[1], 0, "quick", 0, &parsed), ARAGO_WRONG_USE, "quick");
	FAILS(arago_system_open(argv[1], 9, NULL, 0, &parsed), ARAGO_WRONG_USE, "precision is 9");
	FAILS(arago_system_open(argv[1], 0, NULL, -1, &parsed), ARAGO_WRONG_USE, "workers is -1");
	const char wrong[] = "[system]\ndiameter = 1\nnpix = 8\ncolour = 3\n";
	FAILS(arago_system_parse(wrong, sizeof wrong - 1, "given.toml", NULL, 0, NULL, 0, &parsed), ARAGO_FAILED, "given.toml:4: ");
	const char open_ended[] = "[system]\ndiameter = 1\nnpix = 8\n[source]\nwavelengths = [1e-6]\n[[plane]]\nkind = \"pupil\"\n";
	OK(arago_system_parse(open_ended, sizeof open_ended - 1, NULL, NULL, ARAGO_SINGLE, NULL, 0, &parsed));
	FAILS(arago_system_shape(parsed, ARAGO_PIXELS, &rows, &cols), ARAGO_WRONG_USE, "no detector");
	OK(arago_system_free(parsed));

	/* The file that the program writes. */
	void *bytes = NULL;
	OK(arago_system_fits(system, NULL, NULL, &bytes, &length));
	CHECK(length % 2880 == 0 && length > 2880 && !memcmp(bytes, "SIMPLE  =", 9), "no FITS file of %d bytes", (int)length);
	FILE *out = fopen(argv[2], "wb");
	CHECK(out && fwrite(bytes, 1, length, out) == length && !fclose(out), "%s cannot be written", argv[2]);
	OK(arago_free(bytes));
	OK(arago_system_free(system));

	OK(arago_version(&json));
	CHECK(strstr(json, "\"version\"") && strstr(json, "gonum"), "%s", json);
	OK(arago_free(json));
	OK(arago_doctor(&json));
	CHECK(strstr(json, "\"embedded\": true") && strstr(json, "\"verdicts\""), "%s", json);
	OK(arago_free(json));
	OK(arago_free(NULL));
	free(samples), free(pixels), free(again), free(text);
	return verdict("system");
}
