"""One optics package, measured inside its own process.

    python planner.py prysm

Requests and answers are JSON objects, one a line, on standard input and output:

    {"do": "hello"}                        -> {"name": ..., "version": ..., "library": ...}
    {"do": "prepare", "kind": "transform" or "job", "method": ..., ...}  -> {}
    {"do": "time"}                         -> {"seconds": s}, of one call
    {"do": "image", "file": f}             -> {}, the last image as doubles in a file
    {"do": "peak"}                         -> {"bytes": b}, resident at most

An answer {"error": sentence} says that it failed. A package is called as its manual
says, with what it keeps between calls kept, and given pupils that are sampled
already, unless a method says otherwise.
"""

import functools
import importlib.metadata
import json
import logging
import sys
import time
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

import numpy as np

ARCSEC = np.pi / 180 / 3600


def transform_pupil(n):
    """The pupil of the single transforms: a disc with a smooth phase."""
    x = (np.arange(n) - (n - 1) / 2) / n
    y = x[:, None]
    phase = 3 * (x * x + y * y) + 2 * x * y * x - x + 0.5 * y
    return np.where(x * x + y * y <= 0.24, 1.0, 0.0) * np.exp(1j * phase)


def array(path, n):
    return np.fromfile(path).reshape(n, n)


def disc(n, step, radius, centre):
    """A disc on n samples, each with the fraction of its area that is inside: 32 lines
    of 32 points a sample at its edge."""
    axis = (np.arange(n) - centre) * step
    x, y = np.meshgrid(axis, axis)
    r = np.hypot(x, y)
    out = (r <= radius).astype(float)
    edge = np.abs(r - radius) < step
    part = (np.arange(32) + 0.5) / 32 * step - step / 2
    px, py = np.meshgrid(part, part)
    out[edge] = [np.mean(np.hypot(a + px, b + py) <= radius) for a, b in zip(x[edge], y[edge])]
    return out


class Job:
    """A whole run: nine wavelengths through the planes to a detector."""

    def __init__(self, r):
        self.n, self.m = r["npix"], r["pixels"]
        self.diameter = r["diameter"]
        self.step = r["step"] * ARCSEC  # of the detector, radians
        self.wavelengths = r["wavelengths"]
        self.amplitude, self.opd = array(r["amplitude"], self.n), array(r["opd"], self.n)
        self.occulter = r.get("occulter", 0)  # radius, arcsec
        self.oversample = r.get("oversample", 0)
        if self.occulter:
            self.stop = array(r["stop"], self.n)
            self.stop_radius = r["stop_radius"]
            self.radius, self.zernike = r["radius"], r["zernike"]
        elif "hexagons" in r:
            self.hexagons, self.radius, self.zernike = r["hexagons"], r["zernike_radius"], r["zernike"]
        # The pupil holds light of 1 in all.
        self.amplitude = self.amplitude / np.sqrt(np.sum(self.amplitude**2))

    def field(self, wavelength):
        return self.amplitude * np.exp(2j * np.pi / wavelength * self.opd)

    def mask_samples(self):
        """Samples and step, in radians, of the box about the mask: eight to a λ/D."""
        step = 2e-6 / self.diameter / 8
        return 2 * int(np.ceil(self.occulter * ARCSEC / step + 4)), step


class Prysm:
    name, package = "prysm", "prysm"
    # Focal lengths scale the image plane; with this one a radian is 1e9 µm.
    efl = 1e6

    def __init__(self):
        from prysm import fttools, propagation

        self.fttools, self.propagation = fttools, propagation

    def transform(self, r):
        n, m, field = r["n"], r["m"], r["field"]
        pupil = np.conj(transform_pupil(n))
        q = m / field
        return {
            "matrix DFT": lambda: self.fttools.mdft.dft2(pupil, q, m, (-0.5, -0.5)),
            "chirp-z": lambda: self.fttools.czt.czt2(pupil, q, m, (-0.5, -0.5)),
        }

    def job(self, r):
        j = Job(r)
        step = j.diameter / j.n * 1e3  # mm
        pixel = j.step * self.efl * 1e3  # µm
        if j.occulter:
            side, mask_step = j.mask_samples()
            mask = disc(side, mask_step, j.occulter * ARCSEC, side // 2)

        def run(method):
            image = np.zeros((j.m, j.m))
            for wavelength in j.wavelengths:
                w = self.propagation.Wavefront.from_amp_and_phase(j.amplitude, -j.opd * 1e9, wavelength * 1e6, step)
                if j.occulter:
                    w = w.babinet(self.efl, j.stop, mask, mask_step * self.efl * 1e3, method)
                image += w.focus_fixed_sampling(self.efl, pixel, j.m, (-0.5 * pixel, -0.5 * pixel), method).intensity.data
            return image / len(j.wavelengths)

        # By matrix DFTs of 0.21.1 the image behind an occulter is off by 0.9 of the peak.
        methods = {} if j.occulter else {"matrix DFT": lambda: run("mdft")}
        return methods | {"chirp-z": lambda: run("czt")}


class HCIPy:
    name, package = "HCIPy", "hcipy"

    def __init__(self):
        import hcipy

        self.hcipy = hcipy

    def transform(self, r):
        h, n, m, field = self.hcipy, r["n"], r["m"], r["field"]
        pupil_grid = h.make_uniform_grid([n, n], [n, n])
        # Frequencies in radians per sample.
        image_grid = h.make_uniform_grid([m, m], [2 * np.pi * field / n] * 2)
        pupil = h.Field(np.conj(transform_pupil(n)).ravel(), pupil_grid)

        def by(make):
            made = functools.cache(lambda: make(pupil_grid, image_grid))
            return lambda: np.asarray(made().forward(pupil)).reshape(m, m) * field / (n * m)

        return {
            "its choice": by(h.make_fourier_transform),
            "matrix DFT": by(h.MatrixFourierTransform),
            "zoom FFT": by(h.ZoomFastFourierTransform),
        }

    def job(self, r):
        h, j = self.hcipy, Job(r)
        pupil_grid = h.make_uniform_grid([j.n, j.n], [j.diameter, j.diameter])
        image_grid = h.make_uniform_grid([j.m, j.m], [j.m * j.step, j.m * j.step])
        amplitude, opd = h.Field(j.amplitude.ravel(), pupil_grid), h.Field(j.opd.ravel(), pupil_grid)
        # Fields hold densities: power is times the area of a sample.
        amplitude = amplitude / np.sqrt(pupil_grid.weights)
        if j.occulter:
            side, mask_step = j.mask_samples()
            mask_grid = h.make_uniform_grid([side, side], [side * mask_step] * 2)
            mask = h.Field(1 - disc(side, mask_step, j.occulter * ARCSEC, (side - 1) / 2).ravel(), mask_grid)
            stop = h.Field(j.stop.ravel(), pupil_grid)
            coronagraph = h.LyotCoronagraph(pupil_grid, mask, stop)
        propagator = h.FraunhoferPropagator(pupil_grid, image_grid)

        def run():
            image = 0
            for wavelength in j.wavelengths:
                w = h.Wavefront(amplitude * np.exp(-2j * np.pi / wavelength * opd), wavelength)
                if j.occulter:
                    w = coronagraph.forward(w)
                image = image + propagator.forward(w).power
            return np.asarray(image).reshape(j.m, j.m) / len(j.wavelengths)

        return {"its choice": run}


class POPPY:
    name, package = "POPPY", "poppy"

    def __init__(self):
        import astropy.units
        import poppy

        self.poppy, self.units = poppy, astropy.units

    def transform(self, r):
        n, m, field = r["n"], r["m"], r["field"]
        pupil = transform_pupil(n)
        mft = self.poppy.matrixDFT.MatrixFourierTransform(centering="ADJUSTABLE")
        return {"matrix DFT": lambda: mft.perform(pupil, field, m)}

    def job(self, r):
        poppy, u, j = self.poppy, self.units, Job(r)
        source = {"wavelengths": j.wavelengths, "weights": np.ones(len(j.wavelengths))}
        pixel = j.step / ARCSEC * 4

        def system(own):
            s = poppy.OpticalSystem(npix=j.n, pupil_diameter=j.diameter * u.m, oversample=j.oversample or 2, verbose=False)
            if not own:
                s.add_pupil(poppy.ArrayOpticalElement(transmission=j.amplitude, opd=j.opd, pixelscale=j.diameter / j.n * u.m / u.pixel))
            elif j.occulter:
                s.add_pupil(poppy.CircularAperture(radius=j.radius))
                s.add_pupil(poppy.ZernikeWFE(radius=j.radius, coefficients=j.zernike))
            else:
                s.add_pupil(poppy.MultiHexagonAperture(**j.hexagons))
                s.add_pupil(poppy.ZernikeWFE(radius=j.radius, coefficients=j.zernike))
            if j.occulter:
                s.add_image(poppy.CircularOcculter(radius=j.occulter))
                s.add_pupil(poppy.CircularAperture(radius=j.stop_radius))
            s.add_detector(pixelscale=pixel, fov_arcsec=j.m // 4 * pixel, oversample=4)
            return s

        def run(make):
            return make().calc_psf(source=source)[0].data

        methods = {}
        if not j.occulter:
            methods["sampled pupil"] = lambda: run(lambda: system(False))
            methods["its own elements"] = lambda: run(lambda: system(True))
            return methods

        def semianalytic():
            return poppy.SemiAnalyticCoronagraph(system(True), oversample=8, occulter_box=1.2 * j.occulter, fpm_index=2)

        methods["semi-analytic"] = lambda: run(semianalytic)
        methods["FFT"] = lambda: run(lambda: system(True))
        return methods


class SciPy:
    """No optics package, but chirps kept as vectors and FFTs of both axes, on all
    processors: what prysm's unreleased source does, whose package of 2022 is the newest."""

    name, package = "SciPy", "scipy"

    def __init__(self):
        import scipy.fft
        import scipy.signal

        self.fft, self.signal = scipy.fft, scipy.signal

    def transform(self, r):
        n, m, field = r["n"], r["m"], r["field"]
        pupil = transform_pupil(n)
        turn = 2j * np.pi * field / (n * m)
        # The phases of the pupil's centre fall out of intensities.
        czt = self.signal.CZT(n, m, np.exp(turn), np.exp(turn * (m - 1) / 2))

        def run():
            with self.fft.set_workers(-1):
                return czt(czt(pupil), axis=0) * (field / (n * m))

        return {"chirp-z": run}


class Server:
    def __init__(self, peer):
        self.peer = peer

    def hello(self, r):
        version = importlib.metadata.version
        uses = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "numexpr"))
        return {"name": self.peer.name, "version": version(self.peer.package), "library": uses}

    def prepare(self, r):
        self.run = getattr(self.peer, r["kind"])(r)[r["method"]]
        return {}

    def time(self, r):
        self.last = None
        began = time.perf_counter()
        self.last = self.run()
        return {"seconds": time.perf_counter() - began}

    def image(self, r):
        image = self.last
        if np.iscomplexobj(image):
            image = np.abs(image) ** 2
        np.ascontiguousarray(image, dtype=float).tofile(r["file"])
        return {}

    def peak(self, r):
        # ru_maxrss would be that of the process that started this one, if it had more.
        with open("/proc/self/status") as status:
            peak = next(line for line in status if line.startswith("VmHWM:"))
        return {"bytes": int(peak.split()[1]) * 1024}


def main():
    peers = {p.package: p for p in (Prysm, HCIPy, POPPY, SciPy)}
    server = Server(peers[sys.argv[1]]())
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(server, request["do"])(request)
        except Exception as e:
            answer = {"error": f"{type(e).__name__}: {e}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
