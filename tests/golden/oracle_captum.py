"""Attributions by Captum, and by plain autograd where Captum has no way to ask."""
import warnings
from unittest import mock

import numpy as np
import torch
from captum import attr
from captum.attr._core import deep_lift
from torch import nn
from torch.nn import functional as F

import torch_network
from pcg import Rng, noise

# Captum's rule for elementwise functions, delta out / delta in, for those of ours that its table does not list.
for layer in (torch_network.Rectifier, nn.Hardswish, nn.PReLU):
    deep_lift.SUPPORTED_NON_LINEAR[layer] = deep_lift.nonlinear
LEVEL = 0.15
# Every sample takes some 300,000 decisions of rectifiers and poolings in the shipped networks. With few samples, all of them are
# clear in float32, too.
STEPS, SAMPLES = {False: 50, True: 10}, {False: 10, True: 3}


def added_unpool(values, indices, kernel_size, stride=None, padding=0, output_size=None):
    """max_unpool2d which adds where windows overlap: PyTorch's keeps any one of the values written to a place."""
    n, c, h, w = output_size
    flat = torch.zeros(n, c, h * w, dtype=values.dtype)
    return flat.scatter_add(2, indices.flatten(2), values.flatten(2)).view(n, c, h, w)


def has(network, kind):
    return any(isinstance(module, kind) for module in network.modules())


def smoothed(q, statistic):
    """NoiseTunnel fed the noise of the project's own generator, seed 0."""
    deviation = LEVEL * float(q.x.max() - q.x.min())
    samples = SAMPLES[q.large]
    drawn = torch.tensor(np.stack([noise(0, i, q.image.size).reshape(q.image.shape) for i in range(samples)]))
    with mock.patch("torch.normal", lambda mean, stdevs: stdevs * drawn.permute(0, 3, 1, 2).to(stdevs)):
        return attr.NoiseTunnel(attr.Saliency(q.network)).attribute(
            q.x, nt_type=statistic, nt_samples=samples, stdevs=deviation, target=q.target, abs=False)


def lifted(q):
    with mock.patch.object(F, "max_unpool2d", added_unpool):
        found, rest = attr.DeepLift(q.network).attribute(q.x, q.black, target=q.target, return_convergence_delta=True)
    assert abs(float(rest)) <= 1e-4 * float(q.logits.abs().max()), "contributions do not sum to the difference"
    return found


def difference(q):
    """Of the gradients of two logits."""
    saliency = attr.Saliency(q.network)
    return saliency.attribute(q.x, q.target, abs=False) - saliency.attribute(q.x, q.versus, abs=False)


def expected(q, draws):
    """Mean over baselines and places on the way from them, by autograd: Captum's GradientShap draws its own."""
    total = torch.zeros_like(q.x)
    for draw in range(draws):
        baseline = q.probe[draw % len(q.probe)][None]
        x = (baseline + Rng(0, draw).uniform() * (q.x - baseline)).requires_grad_()
        total += (q.x - baseline) * torch.autograd.grad(q.network(x)[0, q.target], x)[0]
    return total / draws


def unit(q, name):
    """The strongest unit of a layer: (channel, row, column)."""
    kept = {}
    q.network(q.x, kept)
    return tuple(int(i) for i in np.unravel_index(int(kept[name][0].argmax()), kept[name][0].shape))


def of_unit(q, name, place):
    """Captum's NeuronGradient looks at a module's output; concatenations have none, which autograd does not mind."""
    kept, x = {}, q.x.clone().requires_grad_()
    q.network(x, kept)
    return torch.autograd.grad(kept[name][0][place], x)[0]


def gradients(q):
    steps, samples = STEPS[q.large], SAMPLES[q.large]
    found = {
        "gradient": attr.Saliency(q.network).attribute(q.x, q.target, abs=False),
        "input-x-gradient": attr.InputXGradient(q.network).attribute(q.x, q.target),
        f"integrated-gradients|steps={steps}": attr.IntegratedGradients(q.network).attribute(
            q.x, q.black, q.target, n_steps=steps, method="gausslegendre"),
        f"smoothgrad|samples={samples}": smoothed(q, "smoothgrad"),
        f"smoothgrad-squared|samples={samples}": smoothed(q, "smoothgrad_sq"),
        f"vargrad|samples={samples}": smoothed(q, "vargrad"),
        "gradient|versus": difference(q),
    }
    for name in q.layers()[1::3]:
        place = unit(q, name)
        gradient = of_unit(q, name, place)
        if gradient.any():  # the strongest may be one that a clamp has stopped
            found["gradient|unit={},{},{},{}".format(*place, name)] = gradient
    if has(q.network, nn.ReLU):
        found["guided-backprop"] = attr.GuidedBackprop(q.network).attribute(q.x, q.target)
        found["deconvnet"] = attr.Deconvolution(q.network).attribute(q.x, q.target)
    if not q.large:
        found[f"expected-gradients|samples={samples}"] = expected(q, samples)
    if not has(q.network, torch_network.Product):  # Captum would take a product of two activations for linear
        found["deeplift"] = lifted(q)
    return found
