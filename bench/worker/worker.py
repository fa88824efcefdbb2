"""One library, measured inside its own process.

    python worker.py numpy

Requests and answers are JSON objects, one a line, on standard input and output:

    {"do": "hello"}                        -> library, version, path, threads
    {"do": "prepare", "operation": ..., "precision": ..., "size": n, "cores": c,
     "in": i, "out": o}                    -> {} or {"unsupported": true}
    {"do": "check", "points": [[r, c]..]}  -> {"values": [[re, im]..]}
    {"do": "time", "calls": k}             -> {"seconds": s}
    {"do": "close"}                        -> {}

The comparison with the targets asks for operands of any shape, several
operations at once, and the number of cores with each time:

    {"do": "ready", "operation": ..., "precision": ..., "rows": m, "inner": k,
     "columns": n, "in": i, "out": o, "cores": [1, 2]}
                                           -> {} or {"unsupported": true}
    {"do": "sample", "operation": ..., "points": [[r, c]..], "cores": [c]}
                                           -> {"values": [[re, im]..], "seconds": s}
    {"do": "turn", "operation": ..., "calls": k, "cores": [c]}
                                           -> {"seconds": s}

An answer {"error": sentence} says that it failed. Operands are those of package
compare (operands.py). Only the calls are timed, with the time of Python around one
call and no more.
"""

import json
import os
import signal
import sys
import time

import numpy as np

from libraries import Ducc, Numexpr, Numpy, Scipy
from native import BLIS, FFTW, MKL, OpenBLAS
from operands import (
    STREAM_A, STREAM_B, STREAM_C, STREAM_COL, STREAM_DST, STREAM_ROW, WAVELENGTH,
    cubes, first_cubes, first_uniform, matrix, memory, phases, release, repeated,
)  # fmt: skip

LIBRARIES = {
    "numpy": Numpy, "scipy": Scipy, "ducc0": Ducc, "mkl": MKL, "blis": BLIS,
    "openblas": OpenBLAS, "fftw": FFTW, "numexpr": Numexpr,
}  # fmt: skip


class Worker:
    def __init__(self, library):
        self.library = library
        self.ready_calls = {}

    def hello(self, _):
        l = self.library
        return {
            "name": l.name, "library": l.name, "version": l.version,
            "path": l.path, "license": l.license, "threads": l.how, "architecture": l.architecture,
        }  # fmt: skip

    def prepare(self, task):
        n, operation = task["size"], task["operation"]
        kind, real = (np.complex128, np.float64) if task["precision"] == "double" else (np.complex64, np.float32)
        self.operation, self.cores = operation, task["cores"]
        self.library.threads(self.cores)
        function = getattr(self.library, operation.replace("-", "_"), None)
        self.dst = np.zeros((n, n), kind)
        if operation == "dot":
            self.call = function(self.dst, matrix(STREAM_A, n, kind), matrix(STREAM_B, n, kind))
        elif operation == "dot-real":
            a = cubes(STREAM_A, n * n).astype(real).reshape(n, n)
            self.call = function(self.dst, a, matrix(STREAM_B, n, kind))
        elif operation == "dot-real-thin":
            rows, columns = max(1, n // 8), 2 * n
            self.dst = np.zeros((rows, columns), kind)
            a = cubes(STREAM_A, rows * n).astype(real).reshape(rows, n)
            b = cubes(STREAM_B, 2 * n * columns).view(np.complex64).astype(kind).reshape(n, columns)
            self.call = self.library.dot_real(self.dst, a, b)
        elif operation.startswith("outer"):
            self.call = function(self.dst, phases(STREAM_COL, n, kind), phases(STREAM_ROW, n, kind))
        elif operation == "fft2":
            self.call = function(self.dst, matrix(STREAM_A, n, kind))
        else:
            self.dst = np.zeros((task["out"], task["out"]), kind)
            self.call = function(self.dst, matrix(STREAM_A, task["in"], kind), n)
        return {} if self.call else {"unsupported": True}

    def check(self, request):
        if self.operation == "outer-multiply":
            n = self.dst.shape[0]
            self.dst[:] = matrix(STREAM_DST, n, self.dst.dtype)
        self.call()
        # Where the library has no argument for it, the result is its own.
        result = self.call.result() if hasattr(self.call, "result") else self.dst
        values = [complex(result[r, c]) for r, c in request["points"]]
        return {"values": [[v.real, v.imag] for v in values]}

    def time(self, request):
        began = time.perf_counter()
        for _ in range(request["calls"]):
            self.call()
        seconds = time.perf_counter() - began
        if self.cores > 1:
            time.sleep(0.002)  # until the threads no longer spin
        return {"seconds": seconds}

    def ready(self, task):
        operation, n = task["operation"], task["columns"]
        kind, real = (np.complex128, np.float64) if task["precision"] == "double" else (np.complex64, np.float32)
        function = getattr(self.library, operation.replace("-", "_"))
        complexes = lambda stream, *shape: repeated(shape, kind, first_cubes(stream))
        self.library.planned_for = task["cores"]
        self.library.threads(1)
        if operation in ("dot", "dot-real", "dot-folded"):
            m, k = task["rows"], task["inner"]
            dst, b = memory((m, n), kind), complexes(STREAM_B, k, n)
            if operation == "dot-folded":
                half, rest = (k + 1) // 2, k // 2
                even = repeated(((m + 1) // 2, half), real, first_cubes(STREAM_A))
                odd = repeated((m // 2, rest), real, first_cubes(STREAM_C))
                a = (even, odd)
            elif operation == "dot":
                a = complexes(STREAM_A, m, k)
            else:
                a = repeated((m, k), real, first_cubes(STREAM_A))
            call = function(dst, a, b)
        elif operation == "fft2":
            dst = memory((n, n), kind)
            call = function(dst, complexes(STREAM_A, n, n))
        elif operation in ("fft2-windowed", "fft2-padded"):
            dst = memory((task["out"], task["out"]), kind)
            call = function(dst, complexes(STREAM_A, task["in"], task["in"]), n)
        else:
            dst = memory((n, n), kind)
            amplitude = repeated((n, n), real, (first_uniform(STREAM_A) + 1) / 2)
            opd = repeated((n, n), real, 5 * WAVELENGTH * first_uniform(STREAM_B))
            call = function(dst, amplitude, opd)
        if call is None:
            return {"unsupported": True}
        self.ready_calls[operation] = call, dst
        return {}

    def sample(self, request):
        call, dst = self.ready_calls[request["operation"]]
        (cores,) = request["cores"]
        self.library.threads(cores)
        began = time.perf_counter()
        call()
        seconds = time.perf_counter() - began
        result = call.result() if hasattr(call, "result") else dst
        values = [complex(result[r, c]) for r, c in request["points"]]
        return {"values": [[v.real, v.imag] for v in values], "seconds": seconds}

    def turn(self, request):
        call, _ = self.ready_calls[request["operation"]]
        (cores,) = request["cores"]
        self.library.threads(cores)
        if request["calls"] > 1:
            call()  # threads wake and caches fill
        began = time.perf_counter()
        for _ in range(request["calls"]):
            call()
        seconds = time.perf_counter() - began
        if cores > 1:
            time.sleep(0.002)  # until the threads no longer spin
        return {"seconds": seconds}

    def close(self, _):
        self.dst = self.call = self.library.result = None
        self.ready_calls = {}
        release()
        return {}


def main():
    # Ctrl-C goes to the whole group; the program that started this one ends it
    # by closing its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Libraries may print; only answers may reach the one who asked.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    worker = Worker(LIBRARIES[sys.argv[1]]())
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(worker, request["do"])(request)
        except Exception as e:
            answer = {"error": f"{type(e).__name__}: {e}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    try:
        main()
    except (ImportError, OSError) as e:
        sys.exit(str(e))
