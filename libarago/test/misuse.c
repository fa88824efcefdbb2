/* Wrong arguments are told in a sentence, and write nothing. */
#include "every.h"

#include "check.h"

static void nothing(void)
{
	CHECK(!strcmp(arago_message(), ""), "before any failure the message is %s", arago_message());
	for (int i = 0; i < ENTRANCES; i++) {
		int status = every[i].call();
		int harmless = !strcmp(every[i].name, "arago_free") || strstr(every[i].name, "_set_");
		int handle = !strncmp(every[i].name, "arago_system_", 13) && strcmp(every[i].name, "arago_system_open") &&
			     strcmp(every[i].name, "arago_system_parse");
		handle |= !strcmp(every[i].name, "arago_mft_execute") || !strcmp(every[i].name, "arago_mft_describe") ||
			  !strcmp(every[i].name, "arago_mft_free");
		int want = harmless ? ARAGO_OK : handle ? ARAGO_HANDLE : ARAGO_WRONG_USE;
		CHECK(status == want, "%s of nothing: %d, %s", every[i].name, status, arago_message());
	}
}

static void transforms(void)
{
	const arago_axis good = {8, 6, 0.01, 3.5, 2.5};
	arago_mft plan = 4711;
	complexes src = random_array(ARAGO_DOUBLE, 8, 8, 8, 1), dst = allocate(ARAGO_DOUBLE, 8, 8, 8), kept = copy_of(dst);

	FAILS(arago_mft_plan(2, 1, 0, &good, &good, NULL, &plan), ARAGO_WRONG_USE, "precision is 2");
	FAILS(arago_mft_plan(0, 0, 0, &good, &good, NULL, &plan), ARAGO_WRONG_USE, "sign is 0");
	FAILS(arago_mft_plan(0, 1, NAN, &good, &good, NULL, &plan), ARAGO_WRONG_USE, "scale is NaN");
	FAILS(arago_mft_plan(0, 1, 0, NULL, &good, NULL, &plan), ARAGO_WRONG_USE, "null");
	FAILS(arago_mft_plan(0, 1, 0, &good, &good, "quick", &plan), ARAGO_WRONG_USE, "no recipe \"quick\"");
	OK(arago_mft_plan(0, 1, 0, &good, &good, "fft", &plan));
	OK(arago_mft_free(plan));
	plan = 4711;
	static const struct {
		arago_axis axis;
		const char *words;
	} wrong[] = {
		{{0, 6, 0.01, 0, 0}, "0 samples"},
		{{8, -1, 0.01, 0, 0}, "-1"},
		{{INT64_MAX, 6, 0.01, 0, 0}, "at most"},
		{{8, 6, 0, 0, 0}, "step"},
		{{8, 6, -0.5, 0, 0}, "step"},
		{{8, 6, NAN, 0, 0}, "step"},
		{{8, 6, INFINITY, 0, 0}, "step"},
		{{8, 6, 0.01, NAN, 0}, "centres"},
		{{8, 6, 0.01, 0, 1e300}, "centres"},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		FAILS(arago_mft_plan(0, 1, 0, &good, &wrong[i].axis, NULL, &plan), ARAGO_WRONG_USE, wrong[i].words);
		FAILS(arago_mft_once(0, 1, 0, &wrong[i].axis, &good, NULL, dst.data, 8, src.data, 8), ARAGO_WRONG_USE, wrong[i].words);
	}
	arago_axis huge = {1 << 24, 1 << 24, 1e-9, 0, 0};
	FAILS(arago_mft_plan(0, 1, 0, &huge, &huge, "dense", &plan), ARAGO_MEMORY, "free");
	CHECK(plan == 4711, "a plan that failed has set the handle");

	OK(arago_mft_plan(0, 1, 0, &good, &good, NULL, &plan));
	FAILS(arago_mft_execute(plan, NULL, 8, src.data, 8), ARAGO_WRONG_USE, "dst is a null pointer");
	FAILS(arago_mft_execute(plan, dst.data, 8, NULL, 8), ARAGO_WRONG_USE, "src is a null pointer");
	FAILS(arago_mft_execute(plan, dst.data, 5, src.data, 8), ARAGO_WRONG_USE, "stride of 5");
	FAILS(arago_mft_execute(plan, dst.data, 8, src.data, -8), ARAGO_WRONG_USE, "stride of -8");
	FAILS(arago_mft_execute(plan, dst.data, INT64_MAX, src.data, 8), ARAGO_WRONG_USE, "memory");
	FAILS(arago_mft_execute(plan, (char *)dst.data + 1, 8, src.data, 8), ARAGO_WRONG_USE, "multiple of 8");
	FAILS(arago_mft_execute(plan, src.data, 8, src.data, 8), ARAGO_WRONG_USE, "shares memory");
	FAILS(arago_mft_execute(plan, (double *)src.data + 2, 8, src.data, 8), ARAGO_WRONG_USE, "shares memory");
	CHECK(same(dst, kept), "a call that failed has written");

	/* Handles that are none: of another kind, freed, made up. */
	arago_system system = 0;
	FAILS(arago_system_free(plan), ARAGO_HANDLE, "no system");
	OK(arago_mft_free(plan));
	FAILS(arago_mft_free(plan), ARAGO_HANDLE, "freed");
	FAILS(arago_mft_execute(plan, dst.data, 8, src.data, 8), ARAGO_HANDLE, "freed");
	FAILS(arago_mft_free(0), ARAGO_HANDLE, "no mft");
	FAILS(arago_mft_free(UINT64_MAX), ARAGO_HANDLE, "no mft");
	const char text[] = "[system]\ndiameter = 1\nnpix = 8\n[source]\nwavelengths = [1e-6]\n[[plane]]\nkind = \"pupil\"\n";
	OK(arago_system_parse(text, sizeof text - 1, NULL, NULL, 0, NULL, 0, &system));
	FAILS(arago_mft_free(system), ARAGO_HANDLE, "no mft");
	OK(arago_system_free(system));
	FAILS(arago_system_free(system), ARAGO_HANDLE, "freed");
	free(src.data), free(dst.data), free(kept.data);
}

static void operations(void)
{
	complexes a = random_array(ARAGO_DOUBLE, 8, 8, 8, 1), b = random_array(ARAGO_DOUBLE, 8, 8, 8, 2);
	FAILS(arago_fft2(0, 1, 1, 0, 8, NULL, a.data, 8, NULL, b.data, 8), ARAGO_WRONG_USE, "0 rows");
	FAILS(arago_fft2(0, 3, 1, 8, 8, NULL, a.data, 8, NULL, b.data, 8), ARAGO_WRONG_USE, "sign is 3");
	FAILS(arago_fft2(0, 1, INFINITY, 8, 8, NULL, a.data, 8, NULL, b.data, 8), ARAGO_WRONG_USE, "scale");
	arago_block large = {0, 0, 9, 8}, negative = {0, 0, -1, 8}, upper = {0, 0, 4, 8}, lower = {1, 0, 4, 8};
	FAILS(arago_fft2(0, 1, 1, 8, 8, &large, a.data, 8, NULL, b.data, 8), ARAGO_WRONG_USE, "must fit");
	FAILS(arago_fft2(0, 1, 1, 8, 8, NULL, a.data, 8, &negative, b.data, 8), ARAGO_WRONG_USE, "must fit");
	FAILS(arago_fft2(0, 1, 1, 8, 8, &upper, a.data, 8, &lower, (double *)a.data + 16, 8), ARAGO_WRONG_USE, "shares memory");
	FAILS(arago_product(0, 8, 8, 8, a.data, 8, b.data, 8, b.data, 8), ARAGO_WRONG_USE, "with b");
	FAILS(arago_product(0, 8, 8, 8, a.data, 8, b.data, 8, a.data, 8), ARAGO_WRONG_USE, "with a");
	FAILS(arago_product(0, -8, 8, 8, a.data, 8, b.data, 8, a.data, 8), ARAGO_WRONG_USE, "-8 rows");
	FAILS(arago_product_real(0, 8, 8, 8, (float *)a.data + 1, 8, b.data, 8, a.data, 8), ARAGO_WRONG_USE, "multiple of 8");
	FAILS(arago_outer(0, 7, 8, 8, b.data, b.data, a.data, 8), ARAGO_WRONG_USE, "mode is 7");
	FAILS(arago_outer(0, 0, 8, 8, a.data, b.data, a.data, 8), ARAGO_WRONG_USE, "with col");
	FAILS(arago_phasor(0, 0, 8, 8, 0, NULL, 0, NULL, 0, a.data, 8), ARAGO_WRONG_USE, "wavelength is 0");
	FAILS(arago_phasor(0, 0, 8, 8, 1, NULL, 0, a.data, 8, a.data, 8), ARAGO_WRONG_USE, "with opd");
	FAILS(arago_phasor(0, 0, 8, INT64_MAX, 1, NULL, 0, NULL, 0, a.data, INT64_MAX), ARAGO_WRONG_USE, "memory");
	FAILS(arago_set_backend("fastest"), ARAGO_WRONG_USE, "fastest");
	FAILS(arago_set_threads(-1), ARAGO_WRONG_USE, "-1");
	FAILS(arago_set_threads(1000000), ARAGO_WRONG_USE, "1000000");
	/* A call that succeeds leaves the message. */
	OK(arago_outer(0, 0, 8, 8, b.data, b.data, a.data, 8));
	CHECK(strstr(arago_message(), "1000000") != NULL, "%s", arago_message());

	/* A message is as long as it must be. */
	char name[20000];
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = 0;
	FAILS(arago_set_backend(name), ARAGO_WRONG_USE, "xxx");
	CHECK(strlen(arago_message()) > sizeof name, "a message of %zu bytes", strlen(arago_message()));
	free(a.data), free(b.data);
}

/* Numbers that are no addresses: Go would end the process if it saw one among its pointers. */
static void nowhere(void)
{
	complexes a = random_array(ARAGO_DOUBLE, 8, 8, 8, 1), b = random_array(ARAGO_DOUBLE, 8, 8, 8, 2);
	const arago_axis axis = {8, 8, 0.01, 3.5, 3.5};
	const arago_block none = {0, 0, 0, 8};
	arago_mft plan;
	OK(arago_mft_plan(0, 1, 0, &axis, &axis, NULL, &plan));
	for (uintptr_t address = 8; address < 4096; address *= 2) {
		void *wild = (void *)address;
		FAILS(arago_mft_execute(plan, wild, 8, a.data, 8), ARAGO_WRONG_USE, "dst points into the first page");
		FAILS(arago_mft_execute(plan, a.data, 8, wild, 8), ARAGO_WRONG_USE, "src points");
		FAILS(arago_mft_once(0, 1, 0, &axis, &axis, NULL, a.data, 8, wild, 8), ARAGO_WRONG_USE, "src points");
		FAILS(arago_fft2(0, 1, 1, 8, 8, NULL, wild, 8, NULL, a.data, 8), ARAGO_WRONG_USE, "dst points");
		FAILS(arago_fft2(0, 1, 1, 8, 8, NULL, b.data, 8, NULL, wild, 8), ARAGO_WRONG_USE, "src points");
		FAILS(arago_product(0, 8, 8, 8, a.data, 8, wild, 8, b.data, 8), ARAGO_WRONG_USE, "b points");
		FAILS(arago_product_real(0, 8, 8, 8, wild, 8, a.data, 8, b.data, 8), ARAGO_WRONG_USE, "a points");
		FAILS(arago_outer(0, 0, 8, 8, wild, a.data, b.data, 8), ARAGO_WRONG_USE, "col points");
		FAILS(arago_outer(0, 0, 8, 8, a.data, wild, b.data, 8), ARAGO_WRONG_USE, "row points");
		FAILS(arago_phasor(0, 0, 8, 8, 1, wild, 8, NULL, 0, b.data, 8), ARAGO_WRONG_USE, "amplitude points");
		FAILS(arago_phasor(0, 0, 8, 8, 1, NULL, 0, wild, 8, b.data, 8), ARAGO_WRONG_USE, "opd points");
		/* Where there are no elements they are as good as any. */
		OK(arago_product(0, 0, 8, 8, wild, 8, a.data, 8, wild, 8));
		OK(arago_phasor(0, 0, 0, 8, 1, wild, 8, wild, 8, wild, 8));
		OK(arago_outer(0, 0, 0, 8, wild, a.data, wild, 8));
		OK(arago_fft2(0, 1, 1, 8, 8, &none, wild, 8, NULL, a.data, 8));
	}
	OK(arago_mft_free(plan));
	free(a.data), free(b.data);
}

int main(void)
{
	CHECK(arago_abi_version() == ARAGO_ABI_VERSION, "ABI %d", arago_abi_version());
	nothing();
	transforms();
	operations();
	nowhere();
	return verdict("misuse");
}
