"""Reference answers for LIME's regression, by the authors' own package.

Coalitions and answers are drawn here, handed to lime.lime_base.LimeBase with the distances and the kernel of
lime.lime_image, and saved with what it found. Run: python make_lime.py
"""

from functools import partial
from pathlib import Path

import numpy as np
from lime.lime_base import LimeBase
from sklearn.linear_model import Ridge
from sklearn.metrics import pairwise_distances

OUT = Path(__file__).parent / "lime"


def kernel(d, kernel_width):
    """lime/lime_image.py, LimeImageExplainer.__init__."""
    return np.sqrt(np.exp(-(d**2) / kernel_width**2))


def explain(coalitions, answers, width, alpha):
    distances = pairwise_distances(coalitions, coalitions[0].reshape(1, -1), metric="cosine").ravel()
    base = LimeBase(partial(kernel, kernel_width=width), verbose=False, random_state=0)
    intercept, pairs, r2, local = base.explain_instance_with_data(
        coalitions, answers[:, None], distances, 0, coalitions.shape[1], feature_selection="none",
        model_regressor=Ridge(alpha=alpha, fit_intercept=True, random_state=0))
    weights = np.zeros(coalitions.shape[1])
    for feature, weight in pairs:
        weights[feature] = weight
    return weights, intercept, r2, local[0]


def save(name, features, samples, width=0.25, alpha=1.0, gain=4.0, seed=0):
    rng = np.random.default_rng(seed)
    coalitions = rng.integers(0, 2, (samples, features)).astype(np.float64)
    coalitions[0] = 1
    if samples > 5:
        coalitions[5] = 0  # the zero vector has a distance of its own
    # A probability: a logistic of a random linear score with an interaction, so that no linear model fits it.
    score = coalitions @ rng.normal(size=features) + 2 * coalitions[:, 0] * coalitions[:, -1]
    answers = (1 / (1 + np.exp(-gain * (score - score.mean()) / np.sqrt(features)))).astype(np.float32)
    weights, intercept, r2, local = explain(coalitions, answers.astype(np.float64), width, alpha)
    np.savez_compressed(
        OUT / f"{name}.npz", coalitions=coalitions.astype(np.uint8), answers=answers, weights=weights.astype(np.float32),
        numbers=np.array([width, alpha, intercept, r2, local], dtype=np.float32))


OUT.mkdir(exist_ok=True)
save("usual", features=50, samples=1000)
save("fewer_samples_than_superpixels", features=40, samples=25, seed=1)
save("narrow", features=20, samples=300, width=0.1, seed=2)
save("hardly_penalised", features=12, samples=200, alpha=1e-3, seed=3)
save("small_effects", features=30, samples=400, gain=1e-4, seed=4)
