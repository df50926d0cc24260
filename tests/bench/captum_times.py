"""Times Captum on PyTorch: `python captum_times.py MODEL.tflite THREADS REPEATS` prints {"gradient": ms, ...} for captum.mjs.

The network is the one of tests/golden/torch_network.py in float32, up to its logits; an 8-bit file is dequantised. Medians of
REPEATS runs after one that is not counted. SmoothGrad and integrated gradients pass their 50 pictures at once, as Captum does by
default, and in batches of 10; the faster one counts.
"""
import json
import pathlib
import statistics
import sys
import time
import warnings

import torch
from captum import attr

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "golden"))
from torch_network import Network

SAMPLES, BATCHES = 50, (50, 10)


def median_ms(work, repeats):
    times = []
    for _ in range(repeats + 1):
        begin = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - begin))
    return statistics.median(times[1:])


def main(path, threads, repeats):
    torch.set_num_threads(threads)
    warnings.filterwarnings("ignore")
    network = Network(path).float().eval()
    network.copies = False
    network.requires_grad_(False)
    shape = network.file.tensors[network.file.input].shape
    x = torch.rand(1, shape[3], *shape[1:3]) * 2 - 1
    target = int(network(x).argmax())
    saliency, integrated = attr.Saliency(network), attr.IntegratedGradients(network)
    noisy, few = attr.NoiseTunnel(saliency), max(1, repeats // 5)
    found = {"forward": median_ms(lambda: network(x), repeats)}
    found["gradient"] = median_ms(lambda: saliency.attribute(x, target), repeats)
    found["smoothgrad"] = min(median_ms(lambda: noisy.attribute(
        x, nt_type="smoothgrad", nt_samples=SAMPLES, nt_samples_batch_size=batch, stdevs=0.3, target=target), few) for batch in BATCHES)
    found["integrated-gradients"] = min(median_ms(lambda: integrated.attribute(
        x, torch.full_like(x, -1.0), target, n_steps=SAMPLES, method="gausslegendre", internal_batch_size=batch), few) for batch in BATCHES)
    print(json.dumps(found))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
