"""Writes shap/<name>.npz: games, and what the shap package makes of them.

kernel_<players>: `values` [2^M], the game by the bits of its coalition; `phi` [M] of KernelExplainer with every coalition.
regression_<players>: coalitions that KernelExplainer drew, `on` [N, M], with its `weights` and the game's `answers` [N]; `ends` (none, all); `phi`.
partition_<players>_<tree>: `values`, the binary tree `children` [M - 1, 2], `phi` of PartitionExplainer with that clustering.

    python make_shap.py
"""
from pathlib import Path

import numpy as np
import shap

OUT = Path(__file__).parent / "shap"


def table(players, seed):
    """Any values at all, as a function of rows of zeros and ones."""
    values = np.random.default_rng(seed).uniform(-1, 1, 2**players).astype(np.float32)
    return values, lambda rows: values[(rows > 0.5) @ (1 << np.arange(players))].astype(np.float64)


def smooth(rows):
    """A game of many players that no linear model fits."""
    score = rows @ np.sin(np.arange(rows.shape[1])) + 0.8 * (rows[:, :-1] * rows[:, 1:]).sum(axis=1)
    return 1 / (1 + np.exp(2 - score))


def kernel(game, players, samples):
    """x is all ones, the background all zeros: a coalition's row is its mask."""
    np.random.seed(0)
    explainer = shap.KernelExplainer(game, np.zeros((1, players)))
    return explainer, explainer.shap_values(np.ones(players), nsamples=samples, l1_reg=False, silent=True)


def save(name, **arrays):
    np.savez_compressed(OUT / f"{name}.npz", **arrays)


def save_kernel(players):
    values, game = table(players, players)
    _, phi = kernel(game, players, 2**players)
    save(f"kernel_{players}", values=values, phi=phi.astype(np.float32))


def save_regression(players, samples):
    explainer, phi = kernel(smooth, players, samples)
    n = explainer.nsamplesAdded
    save(f"regression_{players}", on=np.asarray(explainer.maskMatrix)[:n].astype(np.uint8), weights=np.asarray(explainer.kernelWeights)[:n].astype(np.float32),
         answers=np.asarray(explainer.ey)[:n, 0].astype(np.float32),
         ends=np.array([explainer.fnull[0], explainer.fx[0]], np.float32), phi=phi.astype(np.float32))


def balanced(players):
    """Neighbours pair up, level by level."""
    children, level = [], list(range(players))
    while len(level) > 1:
        pairs = [level[i:i + 2] for i in range(0, len(level), 2)]
        level = []
        for pair in pairs:
            if len(pair) == 2:
                children.append(pair)
            level.append(pair[0] if len(pair) == 1 else players + len(children) - 1)
    return children


def chain(players):
    return [[0, 1]] + [[players + i - 2, i] for i in range(2, players)]


def save_partition(players, name, children):
    values, game = table(players, 100 + players)
    sizes = [1] * players
    for a, b in children:
        sizes.append(sizes[a] + sizes[b])
    # As scipy's linkage: two nodes, the height they join at, how many leaves they have together.
    clustering = np.array([[a, b, i + 1, sizes[players + i]] for i, (a, b) in enumerate(children)], float)
    masker = shap.maskers.Partition(np.zeros((1, players)), clustering=clustering)
    explanation = shap.PartitionExplainer(game, masker)(np.ones((1, players)), max_evals=10 * 4**players, silent=True)
    save(f"partition_{players}_{name}", values=values, children=np.array(children, np.uint8), phi=explanation.values[0].astype(np.float32))


def main():
    OUT.mkdir(exist_ok=True)
    for players in (3, 6, 9):
        save_kernel(players)
    save_regression(12, 400)
    save_regression(30, 600)
    for players, name, children in ((2, "pair", chain(2)), (6, "chain", chain(6)), (7, "balanced", balanced(7)), (8, "balanced", balanced(8))):
        save_partition(players, name, children)


if __name__ == "__main__":
    main()
