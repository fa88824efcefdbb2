# %% [markdown]
# # Arago in a notebook
#
# Cells begin with `# %%`: Jupyter (with jupytext), VS Code, Spyder and PyCharm open this file as a notebook, and
# `python notebook.py` runs it as it is. It needs `pip install './python[fits,poppy]'` and matplotlib.

# %%
import astropy.units as u
import matplotlib.pyplot as plt
import numpy as np
import poppy

import arago

# %% [markdown]
# ## A telescope as a dictionary
#
# What may stand in it is what may stand in a system file; `arago elements` prints it. The image comes as astropy's
# HDUList, with the headers that `arago psf` writes.

# %%
telescope = {
    "system": {"diameter": 6.7, "npix": 512},
    "source": {"center": 2e-6, "bandwidth": 0.1, "count": 5},
    "plane": [
        {
            "kind": "pupil",
            "elements": [
                {"type": "multi_hexagon_aperture", "side": 0.76, "rings": 2, "gap": 0.007},
                {"type": "zernike_wfe", "radius": 3.33, "coefficients": [0, 0, 0, 50e-9, 20e-9]},
            ],
        },
        {"kind": "detector", "pixelscale": 0.032, "fov_pixels": 64, "oversample": 4},
    ],
}
hdus = arago.psf(telescope)
hdus.info()
plt.imshow(np.log10(hdus["OVERSAMP"].data), origin="lower")
plt.title(f"mean of {hdus[0].header['NWAVES']} wavelengths")
plt.show()

# %% [markdown]
# How it would run, and how long it would take, without running it:

# %%
plan = arago.plan(telescope)
for step in plan["steps"]:
    print(step["plane"], step.get("recipe"))

# %% [markdown]
# ## A parameter that changes
#
# How does the peak fall as the mirror is defocused?

# %%
peaks = []
amounts = np.linspace(0, 200e-9, 9)
for amount in amounts:
    telescope["plane"][0]["elements"][1]["coefficients"][3] = amount
    peaks.append(arago.System(telescope).image().max())
strehl = np.array(peaks) / peaks[0]
plt.plot(amounts * 1e9, strehl)
plt.xlabel("defocus, nm rms")
plt.ylabel("peak, as a fraction")
plt.show()

# Maréchal's approximation, which holds for small errors.
phase = 2 * np.pi * amounts[1] / 2e-6
assert abs(strehl[1] - np.exp(-(phase**2))) < 0.02

# %% [markdown]
# ## Transforms of one's own
#
# A round pupil of 256 samples, and its image, 16 λ/D across on 200 × 200 samples. The light of the pupil is 1 in all, so
# the sum of the image is the fraction of the light in it.

# %%
n = 256
x = (np.arange(n) - (n - 1) / 2) / n
pupil = (np.hypot(x, x[:, None]) <= 0.5).astype(complex)
pupil /= np.sqrt(np.sum(abs(pupil) ** 2))
image = abs(arago.mft(pupil, 200, fov=16)) ** 2
print(f"{image.sum():.1%} of the light is in the image")

# Of an Airy pattern, 1 - 2/(π² r) is within r λ/D, for large r: the square is between the circles in it and about it.
assert 1 - 2 / (np.pi**2 * 8) < image.sum() < 1 - 2 / (np.pi**2 * 8 * np.sqrt(2))

# %% [markdown]
# ## POPPY, computed by Arago
#
# The same system, in POPPY's terms. Numbers are POPPY's own, to rounding.


# %%
def by_poppy():
    system = poppy.OpticalSystem(npix=512, pupil_diameter=6.7 * u.m, oversample=2, verbose=False)
    system.add_pupil(poppy.MultiHexagonAperture(side=0.76, rings=2, gap=0.007))
    system.add_detector(pixelscale=0.032, fov_pixels=64, oversample=4)
    return system.calc_psf(source={"wavelengths": [1.9e-6, 2e-6, 2.1e-6], "weights": [1, 1, 1]})[0]


alone = by_poppy()
with arago.poppy.enabled():
    faster = by_poppy()
difference = np.max(np.abs(alone.data - faster.data)) / alone.data.max()
print(f"FFTTYPE: {faster.header['FFTTYPE']}; largest difference: {difference:.1e} of the peak")
assert difference < 1e-12
