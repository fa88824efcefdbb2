/* The numbers of every operation, against sums by the definition in long double. */
#include <complex.h>

#include "check.h"

#define PI 3.14159265358979323846264338327950288L

typedef long double complex number;

static number at(complexes a, int64_t i, int64_t j)
{
	return part(a.data, a.precision, i * a.stride + j, 0) + I * (long double)part(a.data, a.precision, i * a.stride + j, 1);
}

static number turn(long double cycles)
{
	cycles = 2 * PI * (cycles - roundl(cycles));
	return cosl(cycles) + I * sinl(cycles);
}

static long double size_of(complexes a)
{
	long double sum = 0;
	for (int64_t i = 0; i < a.rows; i++)
		for (int64_t j = 0; j < a.cols; j++)
			sum += cabsl(at(a, i, j));
	return sum;
}

/*
 * Errors are measured by the largest sample that such a field could make. Rounding leaves some units of the last place of
 * the precision; compressed kernels are good to 1e-14 and 1e-7 (fourier.toleranceDouble and toleranceSingle).
 */
static long double tolerance(int precision) { return precision == ARAGO_SINGLE ? 2e-6L : 5e-14L; }

static void compare(const char *what, complexes got, const number *want, long double unit)
{
	long double worst = 0;
	for (int64_t i = 0; i < got.rows; i++)
		for (int64_t j = 0; j < got.cols; j++)
			worst = fmaxl(worst, cabsl(at(got, i, j) - want[i * got.cols + j]));
	CHECK(worst <= tolerance(got.precision) * unit, "%s, precision %d: off by %Lg of %Lg", what, got.precision, worst, unit);
	CHECK(gaps_kept(got), "%s: written between the rows", what);
}

static number *transform(complexes src, int sign, double scale, arago_axis y, arago_axis x)
{
	number *want = calloc((size_t)(y.out * x.out), sizeof *want);
	number *rows = calloc((size_t)(y.out * x.in), sizeof *rows);
	for (int64_t k = 0; k < y.out; k++)
		for (int64_t i = 0; i < y.in; i++) {
			number t = turn(sign * (long double)y.step * ((long double)i - y.in_center) * ((long double)k - y.out_center));
			for (int64_t j = 0; j < x.in; j++)
				rows[k * x.in + j] += at(src, i, j) * t;
		}
	for (int64_t l = 0; l < x.out; l++)
		for (int64_t j = 0; j < x.in; j++) {
			number t = scale * turn(sign * (long double)x.step * ((long double)j - x.in_center) * ((long double)l - x.out_center));
			for (int64_t k = 0; k < y.out; k++)
				want[k * x.out + l] += rows[k * x.in + j] * t;
		}
	free(rows);
	return want;
}

static void matrix_transforms(int few)
{
	static const struct {
		const char *name;
		arago_axis y, x;
		int fft;
	} cases[] = {
		{"centred", {24, 16, 1.0 / 64, 11.5, 7.5}, {24, 16, 1.0 / 64, 11.5, 7.5}, 1},
		{"non-square", {20, 33, 0.0131, 9.5, 16}, {31, 12, 0.0077, 15, 5.5}, 0},
		{"off the middle", {17, 23, 0.019, 3.25, -4.5}, {26, 19, 0.0113, 12.5, 30.125}, 0},
		{"zero on the middle sample", {32, 32, 1.0 / 128, 16, 16}, {32, 32, 1.0 / 128, 16, 16}, 1},
		{"one sample", {1, 5, 0.1, 0, 2}, {7, 1, 0.1, 3, 0}, 1},
		{"to more samples", {9, 80, 0.004, 4, 39.5}, {9, 75, 0.004, 4, 37}, 1},
		{"few lambda/D", {160, 120, 0.0008, 79.5, 59.5}, {150, 130, 0.0007, 74.5, 64.5}, 0},
	};
	static const char *const recipes[] = {NULL, "", "dense", "folded", "compressed", "chirp-z", "fft"};
	for (size_t c = 0; c < sizeof cases / sizeof *cases - (size_t)few; c++)
		for (int precision = ARAGO_DOUBLE; precision <= ARAGO_SINGLE; precision++)
			for (size_t r = 0; r < sizeof recipes / sizeof *recipes; r++) {
				arago_axis y = cases[c].y, x = cases[c].x;
				int sign = r % 2 ? -1 : 1;
				double unitary = sqrt(y.step * x.step), scale = r == 3 || r == 5 ? 2.5 : ARAGO_UNITARY;
				char what[99];
				snprintf(what, sizeof what, "%s by %s", cases[c].name, recipes[r] ? recipes[r] : "choice");
				complexes src = random_array(precision, y.in, x.in, x.in + 3, 1 + c), kept = copy_of(src);
				complexes dst = allocate(precision, y.out, x.out, x.out + 2), again = allocate(precision, y.out, x.out, x.out);
				arago_mft plan = 0;
				int status = arago_mft_plan(precision, sign, scale, &y, &x, recipes[r], &plan);
				if (recipes[r] && !strcmp(recipes[r], "fft") && !cases[c].fft) {
					CHECK(status == ARAGO_WRONG_USE && plan == 0, "%s: %d %s", what, status, arago_message());
				} else {
					CHECK(status == ARAGO_OK, "%s: %s", what, arago_message());
					OK(arago_mft_execute(plan, dst.data, dst.stride, src.data, src.stride));
					number *want = transform(src, sign, scale == ARAGO_UNITARY ? unitary : scale, y, x);
					compare(what, dst, want, size_of(src) * (scale == ARAGO_UNITARY ? unitary : scale));
					CHECK(same(src, kept), "%s: the input was changed", what);
					/* The same bits, in one call, from the same numbers elsewhere. */
					OK(arago_mft_once(precision, sign, scale, &y, &x, recipes[r], again.data, again.stride, src.data, src.stride));
					for (int64_t i = 0; i < y.out; i++)
						for (int64_t j = 0; j < x.out; j++)
							CHECK(at(again, i, j) == at(dst, i, j), "%s, %d, %d: not the same bits", what, (int)i, (int)j);
					free(want);
					OK(arago_mft_free(plan));
				}
				free(src.data), free(kept.data), free(dst.data), free(again.data);
			}
}

static void scales(void)
{
	/* From few samples to many the factor is applied before, otherwise after. */
	arago_axis few = {6, 40, 0.01, 2.5, 19.5}, many = {40, 6, 0.01, 19.5, 2.5};
	for (int turn_round = 0; turn_round < 2; turn_round++) {
		arago_axis a = turn_round ? many : few;
		complexes src = random_array(ARAGO_DOUBLE, a.in, a.in, a.in, 5), dst = allocate(ARAGO_DOUBLE, a.out, a.out, a.out);
		OK(arago_mft_once(ARAGO_DOUBLE, 1, -3.5, &a, &a, NULL, dst.data, a.out, src.data, a.in));
		number *want = transform(src, 1, -3.5, a, a);
		compare("a scale of -3.5", dst, want, 3.5L * size_of(src));
		free(want), free(src.data), free(dst.data);
	}
}

static number *discrete(complexes src, int sign, double scale, int64_t rows, int64_t cols, arago_block out, arago_block in)
{
	arago_axis y = {in.rows, out.rows, 1.0 / (double)rows, (double)-in.row, (double)-out.row};
	arago_axis x = {in.cols, out.cols, 1.0 / (double)cols, (double)-in.col, (double)-out.col};
	return transform(src, sign, scale, y, x);
}

static void fast_transforms(void)
{
	static const struct {
		int64_t rows, cols;
		arago_block out, in;
	} cases[] = {
		{16, 24, {0, 0, 16, 24}, {0, 0, 16, 24}},
		{64, 60, {-8, -5, 16, 11}, {-10, -7, 20, 15}},
		{37, 50, {30, 45, 20, 20}, {3, 4, 5, 6}},
		{8, 1, {0, 0, 8, 1}, {0, 0, 8, 1}},
		{12, 12, {1000000000005, -7, 0, 3}, {0, 0, 4, 4}},
	};
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
		for (int precision = ARAGO_DOUBLE; precision <= ARAGO_SINGLE; precision++)
			for (int sign = -1; sign <= 1; sign += 2) {
				arago_block out = cases[c].out, in = cases[c].in;
				int64_t rows = cases[c].rows, cols = cases[c].cols;
				double scale = sign > 0 ? 1.0 / (double)(rows * cols) : 1;
				complexes src = random_array(precision, in.rows, in.cols, in.cols + 1, 11 + c), kept = copy_of(src);
				complexes dst = allocate(precision, out.rows, out.cols, out.cols + 5);
				OK(arago_fft2(precision, sign, scale, rows, cols, &out, dst.data, dst.stride, &in, src.data, src.stride));
				number *want = discrete(src, sign, scale, rows, cols, out, in);
				compare("FFT", dst, want, size_of(src) * scale);
				CHECK(same(src, kept), "the input of an FFT was changed");
				if (in.rows == out.rows && in.cols == out.cols) {
					OK(arago_fft2(precision, sign, scale, rows, cols, c ? &out : NULL, src.data, src.stride, c ? &in : NULL, src.data, src.stride));
					compare("FFT in place", src, want, size_of(kept) * scale);
				}
				free(want), free(src.data), free(kept.data), free(dst.data);
			}
}

static void products(void)
{
	const int64_t m = 13, k = 29, n = 17;
	for (int precision = ARAGO_DOUBLE; precision <= ARAGO_SINGLE; precision++)
		for (int real = 0; real < 2; real++) {
			complexes a = random_array(precision, m, k, k + 2, 3), b = random_array(precision, k, n, n + 1, 4);
			complexes dst = allocate(precision, m, n, n + 4);
			/* As real numbers, a has twice the columns. */
			int64_t a_stride = real ? 2 * a.stride : a.stride;
			if (real)
				OK(arago_product_real(precision, m, k, n, a.data, a_stride, b.data, b.stride, dst.data, dst.stride));
			else
				OK(arago_product(precision, m, k, n, a.data, a_stride, b.data, b.stride, dst.data, dst.stride));
			number want[13 * 17];
			for (int64_t i = 0; i < m; i++)
				for (int64_t j = 0; j < n; j++) {
					number sum = 0;
					for (int64_t p = 0; p < k; p++)
						sum += (real ? (number)part(a.data, precision, i * a.stride + p / 2, (int)(p % 2)) : at(a, i, p)) * at(b, p, j);
					want[i * n + j] = sum;
				}
			compare(real ? "a product by a real matrix" : "a product", dst, want, (long double)k);
			/* An empty sum is zero. */
			OK(arago_product(precision, m, 0, n, NULL, 0, NULL, 0, dst.data, dst.stride));
			CHECK(at(dst, m - 1, n - 1) == 0, "a product over nothing is not zero");
			OK(arago_product(precision, 0, k, n, NULL, 0, b.data, b.stride, NULL, 0));
			free(a.data), free(b.data), free(dst.data);
		}
}

static void outer_products(void)
{
	for (int precision = ARAGO_DOUBLE; precision <= ARAGO_SINGLE; precision++) {
		complexes col = random_array(precision, 1, 14, 14, 6), row = random_array(precision, 1, 9, 9, 7);
		complexes dst = random_array(precision, 14, 9, 12, 8), before = copy_of(dst);
		/* The fill between the rows is part of the array's memory and stays. */
		OK(arago_outer(precision, ARAGO_MULTIPLY, 14, 9, col.data, row.data, dst.data, dst.stride));
		number want[14 * 9];
		for (int i = 0; i < 14; i++)
			for (int j = 0; j < 9; j++)
				want[i * 9 + j] = at(before, i, j) * at(col, 0, i) * at(row, 0, j);
		compare("an outer product, multiplied in", dst, want, 1);
		OK(arago_outer(precision, ARAGO_WRITE, 14, 9, col.data, row.data, dst.data, dst.stride));
		for (int i = 0; i < 14; i++)
			for (int j = 0; j < 9; j++)
				want[i * 9 + j] = at(col, 0, i) * at(row, 0, j);
		compare("an outer product", dst, want, 1);
		free(col.data), free(row.data), free(dst.data), free(before.data);
	}
}

static void phasors(void)
{
	enum { ROWS = 11, COLS = 21 };
	const double wavelength = 633e-9;
	double opd[ROWS][COLS + 2], amplitude[ROWS][COLS];
	uint64_t seed = 9;
	for (int i = 0; i < ROWS; i++)
		for (int j = 0; j < COLS; j++) {
			opd[i][j] = 1e-5 * uniform(&seed); /* up to eight waves */
			amplitude[i][j] = uniform(&seed);
		}
	for (int precision = ARAGO_DOUBLE; precision <= ARAGO_SINGLE; precision++)
		for (int which = 0; which < 4; which++)
			for (int mode = ARAGO_WRITE; mode <= ARAGO_MULTIPLY; mode++) {
				complexes dst = random_array(precision, ROWS, COLS, COLS + 1, 10), before = copy_of(dst);
				const double *a = which & 1 ? amplitude[0] : NULL, *o = which & 2 ? opd[0] : NULL;
				OK(arago_phasor(precision, mode, ROWS, COLS, wavelength, a, COLS, o, COLS + 2, dst.data, dst.stride));
				number want[ROWS * COLS];
				for (int i = 0; i < ROWS; i++)
					for (int j = 0; j < COLS; j++)
						want[i * COLS + j] = (a ? (long double)amplitude[i][j] : 1) *
								     (o ? turn((long double)opd[i][j] / wavelength) : 1) *
								     (mode == ARAGO_MULTIPLY ? at(before, i, j) : 1);
				compare("a phasor", dst, want, 1);
				free(dst.data), free(before.data);
			}
}

/* An argument leaves out the largest case, for valgrind. */
int main(int argc, char **argv)
{
	(void)argv;
	matrix_transforms(argc > 1);
	scales();
	fast_transforms();
	products();
	outer_products();
	phasors();
	return verdict("numbers");
}
