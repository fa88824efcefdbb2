"""Libraries that are called by their C interfaces, or whose threads are set by it."""

import ctypes
import ctypes.util
import importlib.metadata
import os
import sys

import numpy as np

from libraries import Library
from operands import memory


class CBLAS(Library):
    """A library with CBLAS functions of 32-bit integers, called by ctypes."""

    ROW_MAJOR, NO_TRANS = 101, 111
    prefix = ""

    def gemm(self, letter, dst, a, b):
        function = getattr(self.library, f"{self.prefix}cblas_{letter}gemm")
        m, k, n = a.shape[0], a.shape[1], b.shape[1]
        pointer = lambda array: ctypes.c_void_p(array.ctypes.data)
        if letter in "cz":
            one, zero = np.ones(1, dst.dtype), np.zeros(1, dst.dtype)
            alpha, beta = pointer(one), pointer(zero)
        else:
            one = zero = None
            real = ctypes.c_double if letter == "d" else ctypes.c_float
            alpha, beta = real(1), real(0)
        arguments = (
            self.ROW_MAJOR, self.NO_TRANS, self.NO_TRANS, m, n, k,
            alpha, pointer(a), k, pointer(b), n, beta, pointer(dst), n,
        )  # fmt: skip

        def call():
            function(*arguments)

        call.keep = (one, zero, a, b, dst)  # C holds addresses only
        return call

    def dot(self, dst, a, b):
        return self.gemm("z" if dst.dtype == np.complex128 else "c", dst, a, b)

    def dot_real(self, dst, a, b):
        real = a.dtype
        return self.gemm("d" if real == np.float64 else "s", dst.view(real), a, b.view(real))


class MKL(CBLAS):
    name = "mkl (mkl_fft)"
    license = "LicenseRef-Intel-Simplified-Software-License"
    how = "MKL_Set_Num_Threads"

    def __init__(self):
        import mkl_fft

        self.version = f"{importlib.metadata.version('mkl')}, mkl_fft {mkl_fft.__version__}"
        self.ifft, self.ifft2 = mkl_fft.ifft, mkl_fft.ifft2
        self.path = os.path.join(sys.prefix, "lib", "libmkl_rt.so.3")
        self.library = ctypes.CDLL(self.path)

    def threads(self, n):
        self.library.MKL_Set_Num_Threads(n)

    def fft(self, a, axis, n):
        return self.ifft(a, n, axis, norm="forward")

    def fft2(self, dst, a):
        return lambda: self.ifft2(a, norm="forward", out=dst)


class OpenBLAS(CBLAS):
    """OpenBLAS as the package scipy-openblas32 brings it: newer than the one in
    numpy's wheel."""

    name = "openblas (ctypes)"
    license = "BSD-3-Clause"
    how = "openblas_set_num_threads"
    prefix = "scipy_"

    def __init__(self):
        import scipy_openblas32

        self.path = os.path.join(scipy_openblas32.get_lib_dir(), scipy_openblas32.get_library(fullname=True))
        self.library = ctypes.CDLL(self.path)
        for name in ("config", "corename"):
            getattr(self.library, f"scipy_openblas_get_{name}").restype = ctypes.c_char_p
        self.version = self.library.scipy_openblas_get_config().decode().split()[1]
        self.architecture = self.library.scipy_openblas_get_corename().decode()

    def threads(self, n):
        self.library.scipy_openblas_set_num_threads(n)


class BLIS(CBLAS):
    name = "blis (ctypes)"
    license = "BSD-3-Clause"
    how = "bli_thread_set_num_threads"

    def __init__(self):
        self.path = ctypes.util.find_library("blis")
        if not self.path:
            raise OSError("libblis is not on this system; install libblis4 (Debian)")
        self.library = ctypes.CDLL(self.path)
        self.library.bli_info_get_version_str.restype = ctypes.c_char_p
        self.version = self.library.bli_info_get_version_str().decode()
        self.library.bli_arch_string.restype = ctypes.c_char_p
        if wanted := os.environ.get("BENCH_BLIS"):  # the library wants a number of its own
            names = [self.library.bli_arch_string(i).decode() for i in range(8)]
            os.environ["BLIS_ARCH_TYPE"] = str(names.index(wanted))
        self.library.bli_init()
        self.architecture = self.library.bli_arch_string(self.library.bli_arch_query_id()).decode()

    def threads(self, n):
        self.library.bli_thread_set_num_threads(ctypes.c_long(n))


class FFTW(Library):
    """FFTW with measured plans: the library that BENCH_FFTW names the folder of,
    else that of the system. BENCH_WISDOM is where plans are kept between runs;
    BENCH_FFTW_AVX512=0 keeps its kernels to AVX2 (fftw.sh)."""

    name = "fftw (measured)"
    license = "GPL-2.0-or-later"
    how = "fftw_plan_with_nthreads, its own threads"
    BACKWARD, MEASURE = 1, 0  # the sign +1

    def __init__(self):
        folder = os.environ.get("BENCH_FFTW", "")
        restricted = os.environ.get("BENCH_FFTW_AVX512") == "0"
        if restricted and folder:
            # FFTW asks functions of these names, which are found here first.
            ctypes.CDLL(os.path.join(folder, "without-avx512.so"), ctypes.RTLD_GLOBAL)
            self.architecture = "without AVX-512"
        self.cores, self.wisdom, self.interfaces = 1, os.environ.get("BENCH_WISDOM", ""), {}
        for kind, letter in ((np.complex128, ""), (np.complex64, "f")):
            stem = f"libfftw3{letter}"
            library = ctypes.CDLL(os.path.join(folder, stem + ".so.3"))
            threads = library
            if not hasattr(library, f"fftw{letter}_init_threads"):
                threads = ctypes.CDLL(os.path.join(folder, stem + "_threads.so.3"))
            self.interfaces[np.dtype(kind)] = interface = (library, threads, f"fftw{letter}_")
            self.function(kind, "plan_dft_2d").restype = ctypes.c_void_p
            self.function(kind, "plan_many_dft").restype = ctypes.c_void_p
            self.function(kind, "sprint_plan").restype = ctypes.c_void_p
            getattr(threads, interface[2] + "init_threads")()
            if self.wisdom and os.path.exists(self.wisdom_file(kind)):
                self.function(kind, "import_wisdom_from_filename")(self.wisdom_file(kind).encode())
        self.version = (ctypes.c_char * 64).in_dll(library, "fftwf_version").value.decode()
        self.path = folder

    def function(self, kind, name):
        library, _, prefix = self.interfaces[np.dtype(kind)]
        return getattr(library, prefix + name)

    def wisdom_file(self, kind):
        return f"{self.wisdom}-{np.dtype(kind).name}"

    def threads(self, n):
        self.cores = n

    def planned(self, a, out, plan):
        """Returns a call that executes the plan for the number of cores. plan(function
        by name) makes one; planning writes to the arrays."""
        _, threads, prefix = self.interfaces[a.dtype]
        saved = a.copy()
        plans = {}
        for n in self.planned_for:
            getattr(threads, prefix + "plan_with_nthreads")(n)
            plans[n] = ctypes.c_void_p(plan(lambda name: self.function(a.dtype, name)))
            if not plans[n]:
                raise RuntimeError("FFTW has no plan")
        a[:] = saved
        if self.wisdom:
            self.function(a.dtype, "export_wisdom_to_filename")(self.wisdom_file(a.dtype).encode())
        execute = self.function(a.dtype, "execute")

        def call():
            execute(plans[self.cores])
            return out

        call.keep = (a, out)  # C holds addresses only
        return call

    def fft2(self, dst, a):
        m, n = a.shape
        pointers = (ctypes.c_void_p(a.ctypes.data), ctypes.c_void_p(dst.ctypes.data))
        return self.planned(a, dst, lambda function: function("plan_dft_2d")(m, n, *pointers, self.BACKWARD, self.MEASURE))

    def one_axis(self, a, axis):
        out = memory(a.shape, a.dtype)
        n, lines = a.shape[axis], a.shape[1 - axis]
        stride, distance = (1, n) if axis == 1 else (lines, 1)
        length = (ctypes.c_int * 1)(n)

        def plan(function):
            return function("plan_many_dft")(
                1, length, lines,
                ctypes.c_void_p(a.ctypes.data), None, stride, distance,
                ctypes.c_void_p(out.ctypes.data), None, stride, distance,
                self.BACKWARD, self.MEASURE,
            )  # fmt: skip

        return self.planned(a, out, plan)
