"""Relevance by Zennit: its composites as they are, and composites that give every product layer the same rule."""
import torch
from zennit import rules
from zennit.attribution import Gradient
from zennit.composites import (COMPOSITES, EpsilonAlpha2Beta1Flat, EpsilonGammaBox, EpsilonPlusFlat,
                               SpecialFirstLayerMapComposite, layer_map_base)
from zennit.types import Linear

import torch_network
from oracle_captum import unit

# Zennit's own way with layers that average: relevance in proportion to what each input adds. It knows no interpolation, and no
# gates, which are taken for constants: multiplying by a constant adds one thing alone.
OTHERS = [(torch_network.Resize, rules.Norm()), (torch_network.Product, rules.Norm())]
CLASSES = "lrp|composite=epsilon-plus-flat"


def everywhere(rule, first=None):
    return SpecialFirstLayerMapComposite(OTHERS + layer_map_base() + [(Linear, rule)], [(Linear, first or rule)])


def composites(q):
    box = {"low": q.black, "high": q.white}
    return {
        "lrp|composite=epsilon": everywhere(rules.Epsilon()),
        "lrp|composite=epsilon-plus-flat": EpsilonPlusFlat(layer_map=OTHERS),
        "lrp|composite=epsilon-gamma-box": EpsilonGammaBox(layer_map=OTHERS, **box),
        "lrp|composite=epsilon-alpha2-beta1-flat": EpsilonAlpha2Beta1Flat(layer_map=OTHERS),
        "deep-taylor": everywhere(rules.ZPlus(), rules.ZBox(**box)),
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
    gates = [module for module in q.network.modules() if isinstance(module, torch_network.Product)]
    if any(gate.gate is None for gate in gates):
        return {}  # Zennit has no rule for products of two equal activations
    for gate in gates:
        gate.gate_is_constant = True
    found = {key: relevance(q, composite, {q.target: 1}) for key, composite in composites(q).items()}
    found[f"{CLASSES}|versus"] = relevance(q, composites(q)[CLASSES], {q.target: 1, q.versus: -1})
    for name in q.layers()[2::4]:
        place = unit(q, name)
        found["{}|unit={},{},{},{}".format(CLASSES, *place, name)] = of_unit(q, composites(q)[CLASSES], name, place)
    for gate in gates:
        gate.gate_is_constant = False
    return found
