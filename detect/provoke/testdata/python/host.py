"""Calls Arago in a worker of multiprocessing: host.py METHOD WHEN FUNCTION.

METHOD starts the worker; with WHEN "before" this process, or the forkserver,
has loaded Arago by then, with "inside" the worker loads it.
"""

import multiprocessing
import signal
import sys


def work(function):
    # The unguarded call is known to hang.
    signal.alarm(3 if function == "bare_total" else 15)
    import probe

    try:
        print(getattr(probe, function)(100), flush=True)
    except RuntimeError as error:
        print(error, flush=True)
        sys.exit(77)


if __name__ == "__main__":
    method, when, function = sys.argv[1:]
    signal.alarm(20)
    context = multiprocessing.get_context(method)
    if when == "before":
        if method == "forkserver":
            context.set_forkserver_preload(["probe"])
        else:
            import probe  # noqa: F401
    worker = context.Process(target=work, args=(function,))
    worker.start()
    worker.join()
    # As a shell: 128 and the signal.
    sys.exit(worker.exitcode if worker.exitcode >= 0 else 128 - worker.exitcode)
