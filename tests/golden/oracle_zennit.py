"""Relevance by Zennit: its composites as they are, and composites that give every product layer the same rule."""
import torch
from zennit import rules
from zennit.attribution import Gradient
from zennit.composites import (COMPOSITES, EpsilonAlpha2Beta1Flat, EpsilonGammaBox, EpsilonPlusFlat,
                               SpecialFirstLayerMapComposite, layer_map_base)
from zennit.types import Linear

import torch_network

# Zennit's own way with layers that average: relevance in proportion to what each input adds. It knows no interpolation.
RESIZE = [(torch_network.Resize, rules.Norm())]
TINY = 1e-9  # for LRP-0, which has no stabiliser


def everywhere(rule, first=None):
    return SpecialFirstLayerMapComposite(RESIZE + layer_map_base() + [(Linear, rule)], [(Linear, first or rule)])


def composites(q):
    box = {"low": q.black, "high": q.white}
    return {
        "lrp|composite=epsilon": everywhere(rules.Epsilon()),
        "lrp|composite=epsilon-plus-flat": EpsilonPlusFlat(layer_map=RESIZE),
        "lrp|composite=epsilon-gamma-box": EpsilonGammaBox(layer_map=RESIZE, **box),
        "lrp|composite=epsilon-alpha2-beta1-flat": EpsilonAlpha2Beta1Flat(layer_map=RESIZE),
        "deep-taylor": everywhere(rules.ZPlus(), rules.ZBox(**box)),
        "lrp|rule=zero": everywhere(rules.Epsilon(TINY)),
        "lrp|rule=epsilon:0.1": everywhere(rules.Epsilon(0.1)),
        "lrp|rule=gamma:0.25": everywhere(rules.Gamma(0.25)),
        "lrp|rule=alpha-beta:2:1": everywhere(rules.AlphaBeta(2, 1)),
        "lrp|rule=alpha-beta:1:0": everywhere(rules.AlphaBeta(1, 0)),
        "lrp|rule=z-plus": everywhere(rules.ZPlus()),
        "lrp|rule=w-square": everywhere(rules.WSquare(zero_params="bias")),
        "lrp|rule=flat": everywhere(rules.Flat()),
        "lrp|rule=epsilon|first=z-box": everywhere(rules.Epsilon(), rules.ZBox(**box)),
    }


def relevance(q, composite, classes):
    """Of the logits of `classes`, {class: sign}, each the relevance at its own place."""
    weights = torch.zeros_like(q.logits)
    for index, sign in classes.items():
        weights[index] = sign
    with Gradient(model=q.network, composite=composite) as attributor:
        return attributor(q.x.clone(), lambda logits: logits * weights)[1]


def of_unit(q, composite, name, place):
    kept, x = {}, q.x.clone().requires_grad_()
    with composite.context(q.network) as network:
        network(x, kept)
        y = kept[name][0][place]
        return torch.autograd.grad(y, x, y.detach())[0]


def relevances(q):
    if any(isinstance(m, torch_network.Product) for m in q.network.modules()):
        return {}  # Zennit has no rule for products of two activations
    found = {key: relevance(q, composite, {q.target: 1}) for key, composite in composites(q).items()}
    key = "lrp|composite=epsilon-plus-flat"
    found[f"{key}|versus"] = relevance(q, composites(q)[key], {q.target: 1, q.versus: -1})
    return found
