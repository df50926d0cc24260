"""Class activation maps by pytorch-grad-cam, before it stretches them to [0, 1] and enlarges them."""
from unittest import mock

import numpy as np
import pytorch_grad_cam as library
import torch
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch.nn import functional as F

# The library adds 1e-6 to a denominator of squared gradients and 1e-7 to sums of activations. Its formulas do not change when
# gradients are multiplied by this number and activations divided by it, or the other way round, but what it adds loses its weight.
OUTWEIGH = 1e6


class GradCamPlusPlus(library.GradCAMPlusPlus):
    def get_cam_weights(self, inputs, layers, targets, activations, grads):
        return super().get_cam_weights(inputs, layers, targets, activations / OUTWEIGH, grads * OUTWEIGH) / OUTWEIGH


class XGradCam(library.XGradCAM):
    def get_cam_weights(self, inputs, layers, targets, activations, grads):
        return super().get_cam_weights(inputs, layers, targets, activations * OUTWEIGH, grads)


class AblationCam(library.AblationCAM):
    """Weights without the division by the logit, which would turn the map round where that is negative."""

    def get_cam_weights(self, inputs, layer, targets, activations, grads):
        weights = super().get_cam_weights(inputs, layer, targets, activations, grads)
        return weights * targets[0](self.outputs[0]).item()


class EigenCam(library.EigenCAM):
    """Turned so that it grows with the features: the library leaves the sign to the SVD."""

    def get_cam_image(self, inputs, layer, targets, activations, grads, eigen_smooth):
        image = super().get_cam_image(inputs, layer, targets, activations, grads, eigen_smooth)
        rows = activations[0].reshape(activations.shape[1], -1)
        direction = (rows - rows.mean(1, keepdims=True)) @ image.ravel()  # a positive multiple of the singular vector
        return image * np.sign(direction @ rows.mean(1))


METHODS = {
    "grad-cam": library.GradCAM,
    "grad-cam-plus-plus": GradCamPlusPlus,
    "hires-cam": library.HiResCAM,
    "layer-cam": library.LayerCAM,
    "xgrad-cam": XGradCam,
    "eigen-cam": EigenCam,
    "score-cam": library.ScoreCAM,
    "ablation-cam": AblationCam,
}


class Enlarged(torch.nn.Module):
    """In place of UpsamplingBilinear2d, which lays corners on corners: half-pixel centres, as the maps themselves are shown."""

    def __init__(self, size):
        super().__init__()
        self.size = size

    def forward(self, x):
        return F.interpolate(x, size=self.size, mode="bilinear", align_corners=False, antialias=True)


def raw_map(q, method, layer):
    """What the library's get_cam_image returns, rectified."""
    images = []
    with method(model=q.network, target_layers=[layer]) as cam:
        inner = cam.get_cam_image
        cam.get_cam_image = lambda *a: images.append(inner(*a)) or images[-1]
        with mock.patch("torch.nn.UpsamplingBilinear2d", Enlarged), mock.patch("tqdm.tqdm", lambda steps: steps):
            cam(q.x, [ClassifierOutputTarget(q.target)])
    return np.maximum(images[0][0], 0)


def rectified(q, name):
    """Ablation-CAM of the library sets features to 0 where the smallest is 0, elsewhere to -1e7, unlike the paper."""
    kept = {}
    q.network(q.x, kept)
    return float(kept[name].min()) == 0


def cams(q):
    found = {}
    for name in q.layers()[-1:] if q.large else q.layers()[::2]:
        for method, library_class in METHODS.items():
            if method != "ablation-cam" or rectified(q, name):
                found[f"{method}|layer={name}"] = raw_map(q, library_class, q.network.layer_of(name))
    return found
