"""Writes perturbations/: RISE by its formula in NumPy, meaningful perturbation by PyTorch's autograd and Adam.

rise_<name>: `image` [H, W, 3] bytes, `weights` [H, W, 3] of a network that says sigmoid(weights . x), x in -1 .. 1; `numbers`: samples, cells,
p, seed; `map` and `errors` [H, W], the standard error of every pixel from all the masks at once.
meaningful_<name>: `image`; a small network's `convolution` [4, 3, 3, 3] and `dense` [3, 4] (ReLU, global mean, softmax, bias 0.1);
`numbers`: target, steps, area, smoothness, beta; `map` 1 - m and `loss` of every step.

Masks are made of the project's random numbers (pcg.py); what is done with them shares no code with it. Requirements: requirements-torch.txt.

    python make_perturbations.py
"""
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from pcg import Rng

OUT = Path(__file__).parent / "perturbations"


def picture(rng, height, width):
    return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)


def axis(cells, pixels):
    """[(cells + 1) pixels, cells]: what every enlarged row takes of each row of the grid."""
    length = (cells + 1) * pixels
    centres = np.clip((np.arange(length) + 0.5) * cells / length - 0.5, 0, cells - 1)
    return np.maximum(0, 1 - np.abs(centres[:, None] - np.arange(cells)))


def mask(seed, index, height, width, cells, p):
    rng = Rng(seed, index)
    grid = np.array([rng.uniform() < p for _ in range(cells * cells)], float).reshape(cells, cells)
    rows, columns = -(-height // cells), -(-width // cells)
    top, left = rng.below(rows), rng.below(columns)
    large = axis(cells, rows) @ grid @ axis(cells, columns).T
    return large[top:top + height, left:left + width]


def save_rise(name, height, width, samples, cells, p, seed):
    rng = np.random.default_rng(seed)
    image, weights = picture(rng, height, width), rng.normal(0, 0.15, (height, width, 3)).astype(np.float32)
    x = (image - 127.5) / 127.5
    masks = np.stack([mask(seed, i, height, width, cells, np.float32(p)) for i in range(samples)])
    answers = 1 / (1 + np.exp(-np.tensordot(masks[..., None] * x, weights.astype(float), 3)))
    terms = answers[:, None, None] * masks / p
    np.savez_compressed(OUT / f"rise_{name}.npz", image=image, weights=weights, numbers=np.array([samples, cells, p, seed], np.float32),
                        map=terms.mean(axis=0).astype(np.float32), errors=(terms.std(axis=0, ddof=1) / np.sqrt(samples)).astype(np.float32))


def save_meaningful(name, height, width, target, steps, area, smoothness, beta, seed):
    rng = np.random.default_rng(seed)
    image = picture(rng, height, width)
    convolution, dense = rng.normal(0, 0.5, (4, 3, 3, 3)).astype(np.float32), rng.normal(0, 2, (3, 4)).astype(np.float32)
    x = torch.tensor((image.astype(float) - 127.5) / 127.5).permute(2, 0, 1)[None]
    kernel, scores = torch.tensor(convolution, dtype=torch.float64).permute(0, 3, 1, 2), torch.tensor(dense, dtype=torch.float64)
    small = torch.ones(1, 1, max(1, height // 8), max(1, width // 8), dtype=torch.float64, requires_grad=True)
    adam = torch.optim.Adam([small], lr=0.1)
    losses = []
    for _ in range(steps):
        adam.zero_grad()
        m = F.interpolate(small, (height, width), mode="bilinear", align_corners=False)
        features = torch.relu(F.conv2d(m * x - (1 - m), kernel, torch.full((4,), 0.1, dtype=torch.float64), padding=1))  # black is -1
        probability = torch.softmax(features.mean((2, 3)) @ scores.T, 1)[0, target]
        rough = (small.diff(dim=2).abs() ** beta).sum() + (small.diff(dim=3).abs() ** beta).sum()
        loss = probability + area * (1 - small).mean() + smoothness * rough / small.numel()
        losses.append(loss.item())
        loss.backward()
        adam.step()
        with torch.no_grad():
            small.clamp_(0, 1)
    with torch.no_grad():
        m = F.interpolate(small, (height, width), mode="bilinear", align_corners=False)[0, 0].numpy()
    np.savez_compressed(OUT / f"meaningful_{name}.npz", image=image, convolution=convolution, dense=dense, map=(1 - m).astype(np.float32),
                        numbers=np.array([target, steps, area, smoothness, beta], np.float32), loss=np.array(losses, np.float32))
    print(name, losses[0], losses[-1], m.min(), m.max())


def main():
    OUT.mkdir(exist_ok=True)
    save_rise("usual", 21, 28, 200, 7, 0.5, 3)
    save_rise("few_cells", 17, 12, 150, 3, 0.25, 8)
    save_meaningful("usual", 32, 40, 2, 40, 0.01, 0.2, 3, 4)
    save_meaningful("other_weights", 24, 33, 0, 25, 0.3, 0.05, 2, 5)


if __name__ == "__main__":
    main()
