"""Writes operators/<case>/<variant>/{model.tflite, vectors.npz} and operators/cases.txt.

vectors.npz: `input` [2, ...], `output` [2, ...], and (quantised models) every activation of the first example as
`tensor/<name in the file>`, all in their stored element types, from the TensorFlow Lite interpreter with its reference
kernels (BUILTIN_REF).

    python make_operators.py [case ...]
"""
import collections
import pathlib
import shutil
import sys

import tensorflow as tf

import reference
from networks import FAMILIES, OPERATORS

HERE = pathlib.Path(__file__).parent / "operators"
IO = {"int8": tf.int8, "int8_uint8_io": tf.uint8, "int8_float_io": tf.float32}


def variants(index, case, network):
    """(name, model, vectors) of each export of one network."""
    inputs = reference.examples(case)
    finish = reference.with_squeeze if case == "mean_kept" else lambda model: model
    model = finish(reference.convert(network, case))
    yield "f32", model, reference.run(model, inputs, taps=False)
    if case in ("conv_strided", "depthwise_mixed", "dense_softmax", "transposed_same", "prelu", "mobilenet_v2"):
        model = reference.convert(network, case, "f16")
        yield "f16", model, reference.run(model, inputs, taps=False)
    if case in ("conv_wide", "depthwise_wide", "dense_softmax"):
        model = reference.convert(network, case, "dynamic")
        yield "dynamic", model, reference.run(reference.with_float_weights(model), inputs)
    for kind in {"int8", list(IO)[index % len(IO)]} if case in FAMILIES else {list(IO)[index % len(IO)]}:
        model = finish(reference.convert(network, case, "int8", IO[kind]))
        yield kind, model, reference.run(model, inputs)
    model = finish(reference.as_uint8(reference.convert(network, case, "int8", tf.int8)))
    try:
        yield "uint8", model, reference.run(model, inputs)
    except (RuntimeError, ValueError) as error:
        print(f"{case}: no uint8 reference: {error}")


def main(wanted):
    used = collections.defaultdict(set)
    for index, (case, network) in enumerate((OPERATORS | FAMILIES).items()):
        if wanted and case not in wanted:
            continue
        shutil.rmtree(HERE / case, ignore_errors=True)
        for variant, model, vectors in variants(index, case, network):
            reference.save(HERE / case / variant, model, vectors)
            names = reference.operator_names(model)
            print(f"{case}/{variant}: {len(model)} bytes, {' '.join(names)}", flush=True)
            for name in names:
                used[name].add(variant)
    for name in sorted(used):
        print(f"{name}: {' '.join(sorted(used[name]))}")
    cases = sorted(str(path.parent.relative_to(HERE)) for path in HERE.glob("*/*/model.tflite"))
    (HERE / "cases.txt").write_text("".join(case + "\n" for case in cases))


main(sys.argv[1:])
