"""Writes superpixels/<picture>.npz: pictures and how scikit-image cuts them.

In each: `image` [H, W, 3], bytes; `quickshift` and `felzenszwalb` [H, W], labels. Quickshift with the parameters of LIME's authors
(kernel 4, largest distance 200, ratio 0.2), Felzenszwalb with scale 100, sigma 0.5, at least 50 pixels.

    python make_superpixels.py
"""
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.segmentation import felzenszwalb, quickshift

OUT = Path(__file__).parent / "superpixels"


def discs(rng, height, width):
    """Overlapping discs of one colour each, softened and with a little noise."""
    y, x = np.mgrid[:height, :width]
    image = np.full((height, width, 3), rng.uniform(60, 200, 3))
    for _ in range(14):
        inside = (y - rng.uniform(0, height)) ** 2 + (x - rng.uniform(0, width)) ** 2 < rng.uniform(6, 22) ** 2
        image[inside] = rng.uniform(0, 255, 3)
    return gaussian_filter(image, (0.7, 0.7, 0)) + rng.normal(0, 3, image.shape)


def clouds(rng, height, width):
    """Smooth noise of two scales: no clear edges anywhere."""
    coarse = gaussian_filter(rng.normal(0, 1, (height, width, 3)), (9, 9, 0))
    fine = gaussian_filter(rng.normal(0, 1, (height, width, 3)), (2, 2, 0))
    return 128 + 50 * coarse / coarse.std() + 14 * fine / fine.std()


def stripes(rng, height, width):
    """Bands that bend, of changing colour."""
    y, x = np.mgrid[:height, :width]
    wave = np.sin(x / 7 + 2 * np.sin(y / 13))[..., None]
    return 128 + 90 * np.tanh(4 * wave) * np.array([1, -0.5, 0.3]) + 25 * (y / height)[..., None] + rng.normal(0, 2, (height, width, 3))


def main():
    OUT.mkdir(exist_ok=True)
    for number, (draw, height, width) in enumerate([(discs, 72, 96), (clouds, 80, 80), (stripes, 64, 100)]):
        image = np.clip(draw(np.random.default_rng(number), height, width), 0, 255).astype(np.uint8)
        np.savez_compressed(
            OUT / f"{draw.__name__}.npz",
            image=image,
            quickshift=quickshift(image, kernel_size=4, max_dist=200, ratio=0.2, rng=0).astype(np.uint8),
            felzenszwalb=felzenszwalb(image, scale=100, sigma=0.5, min_size=50).astype(np.uint8),
        )


if __name__ == "__main__":
    main()
