"""PatternNet and PatternAttribution by their formulas (Kindermans et al. 2018, eqs. 4 and 6), on PyTorch's gradients: the libraries that had
them have not followed their frameworks."""
import contextlib
import copy

import torch
from torch import nn
from torch.nn import functional as F

import torch_network


def patches(layer, x):
    """[groups, inputs of a unit, samples], the inputs of every unit of a product layer."""
    if isinstance(layer, nn.Linear):
        return x.T[None]
    columns = F.unfold(F.pad(x, layer.pads), layer.kernel_size, layer.dilation, 0, layer.stride)
    return columns.transpose(0, 1).reshape(layer.groups, columns.shape[1] // layer.groups, -1)


def pattern(layer, x, y, rectified):
    """a+ = (E+[x y] - E+[x] E+[y]) / w^T (...), over the samples with y > 0 for rectified units, else over all."""
    x = patches(layer, x)
    y = y.T if isinstance(layer, nn.Linear) else y.transpose(0, 1).flatten(1)
    w, a = layer.weight.flatten(1), torch.zeros_like(layer.weight.flatten(1))
    for unit in range(len(w)):
        counted = (y[unit] > 0) if rectified else torch.ones_like(y[unit], dtype=torch.bool)
        inputs, answers = x[unit * len(x) // len(w)][:, counted], y[unit][counted]
        if len(answers) < 2:
            continue
        covariance = (inputs * answers).mean(1) - inputs.mean(1) * answers.mean()
        if (covariance @ w[unit]).abs() > 1e-12:
            a[unit] = covariance / (covariance @ w[unit])
    return a.reshape(layer.weight.shape)


def products(network):
    """(layer, whether a rectifier follows)"""
    for _, module, activation in network.steps:
        if module is not None and isinstance(network.layers[module], (nn.Conv2d, nn.Linear)):
            yield network.layers[module], activation is not None


def learnt(network, probe):
    """The pattern of every product layer."""
    seen, handles = {}, []
    for layer, _ in products(network):
        handles.append(layer.register_forward_hook(lambda layer, x, y: seen.__setitem__(layer, (x[0], y))))
    with torch.no_grad():
        network(probe)
        found = {layer: pattern(layer, *seen[layer], rectified) for layer, rectified in products(network)}
    for handle in handles:
        handle.remove()
    return found


@contextlib.contextmanager
def in_place_of_weights(network, weights):
    """The forward pass stays, the way back goes through other weights."""
    others = {layer: copy.deepcopy(layer) for layer in weights}
    for layer, other in others.items():
        other.weight.data = weights[layer]

    def hook(layer, inputs, output):
        other = others[layer](inputs[0])
        return output.detach() + other - other.detach()

    handles = [layer.register_forward_hook(hook) for layer in weights]
    yield
    for handle in handles:
        handle.remove()


def signal(q, weights):
    x = q.x.clone().requires_grad_()
    with in_place_of_weights(q.network, weights):
        y = q.network(x)[0, q.target]
        return torch.autograd.grad(y, x, y.detach())[0]


def signals(q):
    if q.large or any(isinstance(m, (torch_network.Product, nn.ConvTranspose2d)) for m in q.network.modules()):
        return {}
    patterns = learnt(q.network, q.probe)
    end = f"|examples={len(q.probe)}"
    return {f"patternnet{end}": signal(q, patterns),
            f"pattern-attribution{end}": signal(q, {layer: a * layer.weight.data for layer, a in patterns.items()})}
