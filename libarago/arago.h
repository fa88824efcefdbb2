/*
 * arago.h - the numerical core of Arago for other programs.
 *
 * Matrix Fourier transforms between centred grids, windowed FFTs, matrix products, phasors, and whole
 * optical systems, on arrays that the caller owns. docs/embedding.md shows how to link it from C,
 * Python, Julia and Rust.
 *
 * ARRAYS. An array is a pointer to its first element and a stride: the distance between the beginnings
 * of two rows, counted in elements of the array. Element (i, j) is at i*stride + j. The stride is at
 * least the number of columns (it does not matter for one row); what lies between the end of a row and
 * the beginning of the next one is neither read nor written. A complex number is its real part
 * followed by its imaginary part, as in C99's double complex, C++'s std::complex<double> and numpy's
 * complex128; for ARAGO_SINGLE both are float. Arrays need the alignment of that double or float, and
 * no more. They stay where they are: nothing is copied, and no pointer to them is kept after a call
 * has returned. Input (const) is not written to. Output may not share memory with input unless a
 * function says that it may.
 *
 * RESULTS. Every function returns ARAGO_OK or another of the codes below; arago_message then tells
 * what was wrong, in one sentence. A function that fails before it computes has written nothing; if it
 * fails later, what the output arrays hold is undefined. Same input, same bits: the results do not
 * depend on the number of threads, with back ends that are reproducible (see arago_doctor).
 *
 * THREADS. Any function may be called by any thread at any time. A plan and a system may be used by
 * several threads at once; runs of one system take turns. Freeing one while another thread uses it is
 * allowed: calls in progress finish, later ones get ARAGO_HANDLE. It is up to the caller that nobody
 * writes to an array while it is in use. Calls compute on up to arago_set_threads threads; only those
 * of the library may be moved between processors, never the caller's. The message of arago_message is
 * that of the calling thread.
 *
 * FORK. The library starts threads that a forked child does not have. In a process that was forked
 * (without exec) after the library had been loaded every function returns ARAGO_FORKED at once and
 * does nothing. A child may load it itself if its parent has not; programs started by exec,
 * posix_spawn or "spawn" are free to. After vfork a child may only exec, as always.
 *
 * SIGNALS. The library handles SIGSEGV, SIGBUS and SIGFPE where its own code raises them, and passes
 * others on to the handlers that were there when it was loaded. It takes SIGURG for its scheduler. All
 * other signals, SIGINT among them, are the host's. Handlers that the host installs need SA_ONSTACK.
 *
 * ENVIRONMENT. ARAGO_BACKEND, ARAGO_CONFIG, ARAGO_CACHE, ARAGO_KERNELS and SOURCE_DATE_EPOCH mean what
 * they mean for the program arago, and count as they were when the library was loaded.
 *
 * Built by `make lib`. Version of the library: arago_version. BSD 3-Clause licence.
 */
#ifndef ARAGO_H
#define ARAGO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The version of this interface. A library with the same one has all that this header declares, with
 * the same meaning; functions and codes may be added without a new version.
 */
#define ARAGO_ABI_VERSION 1

/* What functions return. 0 to 4 mean what the exit codes of the program arago mean. */
enum {
	ARAGO_OK = 0,
	ARAGO_FAILED = 1,     /* a file is missing or wrong, a system cannot be computed, a library fails */
	ARAGO_WRONG_USE = 2,  /* an argument that cannot be: null, a size, a stride, a name, overlapping arrays */
	ARAGO_REFUSED = 3,    /* unsafe in this process; the message has a code of docs/parallel-safety.md */
	ARAGO_MEMORY = 4,     /* would not fit in memory */
	ARAGO_FORKED = 5,     /* this process was forked after the library had been loaded (AR101) */
	ARAGO_HANDLE = 6,     /* a handle that is of another kind, was freed, or never was one */
	ARAGO_INTERNAL = 7,   /* a mistake in the library, which is worth a report */
	ARAGO_CANCELLED = 8   /* the progress function said so */
};

/* Precision of the complex numbers of a computation. */
enum {
	ARAGO_DOUBLE = 0, /* pairs of double, 16 bytes */
	ARAGO_SINGLE = 1  /* pairs of float, 8 bytes */
};

/* What is done with what stands in the output. */
enum {
	ARAGO_WRITE = 0,   /* it is replaced */
	ARAGO_MULTIPLY = 1 /* it is multiplied */
};

/* Which image of a system. */
enum {
	ARAGO_SAMPLES = 0, /* in the samples of the last plane: a detector's oversampled pixels */
	ARAGO_PIXELS = 1   /* summed to the pixels of the detector; of systems that end with one */
};

/* ---- the library ---- */

/* Returns the ARAGO_ABI_VERSION that the library was built with. Works in forked children too. */
int arago_abi_version(void);

/*
 * Returns what was wrong with the last call of this thread that failed, in one sentence in UTF-8:
 * what, where, what to do. "" if none has failed. It stays valid until the next call of this thread
 * that fails. In a forked child it is the sentence of ARAGO_FORKED, always, and stays valid. Never
 * NULL.
 */
const char *arago_message(void);

/*
 * Sets *json to what `arago version --json` prints: the version, the compiler, the platform, the back
 * ends of this build. UTF-8, ends in a zero byte, to be freed by arago_free.
 */
int arago_version(char **json);

/*
 * Sets *json to what `arago doctor --json` prints, for this process: the libraries that serve and
 * those that the host has loaded, processors, memory and what limits them, kernels, and what is
 * refused as unsafe. That something is refused is told in it and no error. To be freed by arago_free.
 */
int arago_doctor(char **json);

/* Frees what a function of this library has allocated, as its description says. NULL is allowed. */
int arago_free(void *memory);

/*
 * Sets how many threads compute at once, in all calls together. 0, the default, stands for as many
 * processors as affinity, control groups and GOMAXPROCS leave this process; more than those cannot be
 * set. Calls in progress go on.
 */
int arago_set_threads(int threads);

/* Sets *threads to how many threads compute at once. */
int arago_get_threads(int *threads);

/*
 * Chooses the libraries that compute, for all plans, systems and calls from now on: "gonum", which is
 * Arago's own code and always there, "openblas", "dot=openblas,fft=fftw", "auto" ...; arago_version
 * lists those of this build. NULL or "" returns to what ARAGO_BACKEND or the user's arago.toml say, or
 * else auto. Plans and systems keep those that they were made with. Without this call the choice is
 * made by the first function that needs it.
 *
 * ARAGO_WRONG_USE: there is no such back end, or it is not in this build. ARAGO_REFUSED: it would be
 * unsafe in this process, the choice stays as it was. ARAGO_FAILED: the library that serves it cannot
 * be found.
 */
int arago_set_backend(const char *choice);

/* Sets *choice to the name of what computes, as arago_set_backend takes it. To be freed by arago_free. */
int arago_get_backend(char **choice);

/* ---- matrix Fourier transforms ---- */

/*
 * One axis of a transform: from samples j = 0 ... in-1 to samples k = 0 ... out-1. The phase grows by
 * step cycles from one pair of samples to the next: step = dx*du/lambda for a pupil sampled at dx (m)
 * and an image sampled at du (rad), field/(in*out) for a field of that many lambda/D across, 1/n on
 * the grid of an FFT of n. in_center and out_center are the indices, in general not whole, at which
 * the coordinates are zero: (n-1)/2 for n centred samples, n/2 for the middle sample of an FFT, 0 for
 * the first.
 */
typedef struct arago_axis {
	int64_t in, out; /* positive */
	double step;     /* positive */
	double in_center, out_center;
} arago_axis;

/*
 * A transform made ready: kernels, phases, all that does not depend on the field. 0 is no plan. Plans
 * that share an axis share its kernels.
 */
typedef uint64_t arago_mft;

/* As a scale: makes the transform unitary when the grids are those of an FFT; sqrt(y.step*x.step). */
#define ARAGO_UNITARY 0.0

/*
 * Makes a plan of the transform of fields of y.in rows and x.in columns to y.out rows and x.out
 * columns,
 *
 *     dst[k][l] = scale * sum_ij src[i][j] * exp(sign*2*pi*I*(Y_ik + X_jl))
 *     Y_ik = y.step*(i - y.in_center)*(k - y.out_center)
 *     X_jl = x.step*(j - x.in_center)*(l - x.out_center)
 *
 * sign is +1 (from a pupil to an image, in Arago and POPPY) or -1. scale is a number that is not 0, or
 * ARAGO_UNITARY, the one that costs nothing. recipe says how: NULL or "" for the one that is predicted
 * to be fastest, or "dense", "folded", "compressed", "chirp-z", "fft" (grids whose steps are 1/n
 * only); see docs/planner.md. All give the same numbers but for rounding.
 *
 * ARAGO_WRONG_USE: a size, step, centre or scale that cannot be, or a recipe that does not exist or
 * cannot do this transform. ARAGO_MEMORY: its kernels would not fit.
 */
int arago_mft_plan(int precision, int sign, double scale, const arago_axis *y, const arago_axis *x,
		   const char *recipe, arago_mft *plan);

/*
 * Transforms src into dst. The arrays have the sizes and the precision that the plan was made for, and
 * share no memory. Where a centre is off the middle of its axis, some recipes work on a copy of src,
 * which the library keeps for the next call.
 */
int arago_mft_execute(arago_mft plan, void *dst, int64_t dst_stride, const void *src, int64_t src_stride);

/*
 * Sets *json to a description of the plan: its recipe, back end, predicted seconds of one execution,
 * kernels and scratch in bytes, predicted error, and the other recipes with theirs or why they cannot
 * be. To be freed by arago_free.
 */
int arago_mft_describe(arago_mft plan, char **json);

/* Frees a plan. */
int arago_mft_free(arago_mft plan);

/*
 * Plan, execution and end in one call. The library keeps plans of the last such calls, so that the
 * same transform again costs only its execution.
 */
int arago_mft_once(int precision, int sign, double scale, const arago_axis *y, const arago_axis *x,
		   const char *recipe, void *dst, int64_t dst_stride, const void *src, int64_t src_stride);

/* ---- FFT ---- */

/*
 * A block of an array: its first element and its size. Indices are counted modulo the size of the
 * array, and may be negative: a block may reach over the end of the array and go on at its beginning.
 * So the zero of a plane can be wherever one likes, and no array needs to be shifted: a field whose
 * zero is on its middle sample is the block that begins at -n/2.
 */
typedef struct arago_block {
	int64_t row, col;
	int64_t rows, cols; /* not negative, at most the size of the array */
} arago_block;

/*
 * The two-dimensional discrete Fourier transform of an array x of rows * cols elements, any positive
 * numbers, that is zero outside of the block in,
 *
 *     X[k][l] = scale * sum_ij x[i][j] * exp(sign*2*pi*I*(i*k/rows + j*l/cols)),
 *
 * of which the block out is written to dst. src and dst are the blocks themselves; NULL for in or out
 * stands for the whole array from its element (0, 0). sign is -1 (numpy's fft2) or +1; scale is 1 for
 * the plain sum, 1/(rows*cols) for the inverse of one. Rows and columns that are zero or not wanted
 * take no time. dst may be src, with the same stride and blocks of the same size.
 */
int arago_fft2(int precision, int sign, double scale, int64_t rows, int64_t cols,
	       const arago_block *out, void *dst, int64_t dst_stride,
	       const arago_block *in, const void *src, int64_t src_stride);

/* ---- products and phasors ---- */

/*
 * dst = a*b for a of m * k, b of k * n and dst of m * n complex numbers. Sizes may be zero; an empty
 * sum is zero.
 */
int arago_product(int precision, int64_t m, int64_t k, int64_t n, const void *a, int64_t a_stride,
		  const void *b, int64_t b_stride, void *dst, int64_t dst_stride);

/* The same with a real a (double, or float for ARAGO_SINGLE): half the work. */
int arago_product_real(int precision, int64_t m, int64_t k, int64_t n, const void *a, int64_t a_stride,
		       const void *b, int64_t b_stride, void *dst, int64_t dst_stride);

/*
 * dst[i][j] = col[i]*row[j], or with mode ARAGO_MULTIPLY dst[i][j] *= col[i]*row[j]: tilts, chirps and
 * centring ramps are applied so. col holds rows complex numbers and row holds cols.
 */
int arago_outer(int precision, int mode, int64_t rows, int64_t cols, const void *col, const void *row,
		void *dst, int64_t dst_stride);

/*
 * dst[i][j] = amplitude[i][j] * exp(2*pi*I*opd[i][j]/wavelength), or with mode ARAGO_MULTIPLY
 * dst[i][j] *= that. amplitude and opd are arrays of double in both precisions; phases are formed and
 * reduced in double precision. NULL for amplitude stands for 1 everywhere, NULL for opd for 0; the
 * stride is not looked at then. wavelength is in the unit of opd, and not 0.
 */
int arago_phasor(int precision, int mode, int64_t rows, int64_t cols, double wavelength,
		 const double *amplitude, int64_t amplitude_stride, const double *opd, int64_t opd_stride,
		 void *dst, int64_t dst_stride);

/* ---- optical systems ---- */

/* A system that was read from a TOML description, with the plan to run it. 0 is no system. */
typedef uint64_t arago_system;

/*
 * Is told how far a run has come: planes done, of how many. It is called on the thread that called the
 * run: when it begins, when planes have been done, otherwise about ten times a second, and when it is
 * done. It may call this library; it must return, and not leave by longjmp or an exception. A result
 * other than 0 ends the run, which returns ARAGO_CANCELLED. user is what was passed along.
 */
typedef int (*arago_progress)(int64_t done, int64_t total, void *user);

/*
 * Reads a system file, chooses how each step is done, and samples the masks of pupils. precision is
 * that of the field; recipe is NULL or "" to choose, or one of those that `arago psf --recipe` takes;
 * workers is how many wavelengths are computed at once, 0 to choose.
 *
 * ARAGO_FAILED: the file cannot be read, or does not describe a system that can be computed; the
 * message names file and line.
 * ARAGO_MEMORY: it would not fit. ARAGO_REFUSED: it would be unsafe in this process.
 */
int arago_system_open(const char *path, int precision, const char *recipe, int workers, arago_system *system);

/*
 * The same from length bytes of TOML. name stands for the file in messages and headers ("" for
 * "system.toml"); FITS files in it are looked for in folder (NULL or "": the current one).
 */
int arago_system_parse(const char *text, size_t length, const char *name, const char *folder,
		       int precision, const char *recipe, int workers, arago_system *system);

/*
 * Sets *json to what would run, as `arago plan --json` prints it, as far as that is about one process:
 * steps, recipes, predicted time and memory, warnings; and the shape of the result: rows and cols of
 * the samples, pixel_rows and pixel_cols. To be freed by arago_free.
 */
int arago_system_plan(arago_system system, char **json);

/* Sets *rows and *cols to the size of an image: ARAGO_SAMPLES or ARAGO_PIXELS. */
int arago_system_shape(arago_system system, int image, int64_t *rows, int64_t *cols);

/*
 * Runs the system and writes the intensity of an image, ARAGO_SAMPLES or ARAGO_PIXELS, to dst: the sum
 * of all wavelengths, normalised as the system says. progress may be NULL.
 */
int arago_system_run(arago_system system, int image, double *dst, int64_t dst_stride,
		     arago_progress progress, void *user);

/*
 * Runs the system and sets *bytes and *length to the FITS file that `arago psf` would write: both
 * images, with all keywords. To be freed by arago_free.
 */
int arago_system_fits(arago_system system, arago_progress progress, void *user, void **bytes, size_t *length);

/* Frees a system. */
int arago_system_free(arago_system system);

#ifdef __cplusplus
}
#endif

#endif
