#!/usr/bin/env python3
"""Packs the trained net of the second opinion for the program: dictionaries/model/opinion.bin.

  export.py MODEL WEIGHTS.npz OUT

in: the language model the numbers were made with, the weights of train.py -> out: the file `src/restore/opinion/net.rs` reads:
"CVSO0001" · u32 words, width, layers, inner width, places, bare forms · u32 length + the words, one a line · the layers in the
order of `order`. A vector is f32; a matrix is per row one f32 (its step) and an i8 a weight. Little endian. Needs numpy.
"""
import struct
import sys

import numpy as np

sys.path.insert(0, __file__.rsplit("/", 1)[0])
from tokens import WORDS, vocabulary  # noqa: E402


def order(layers):
    yield from ("word.weight", "bare.weight", "case.weight", "place.weight")
    for n in range(layers):
        for part in ("norm1", "qkv", "out", "norm2", "up", "down"):
            yield from (f"layers.{n}.{part}.weight", f"layers.{n}.{part}.bias")
    yield from ("norm.weight", "norm.bias", "bias")


def packed(array):
    array = array.astype("<f4")
    if array.ndim == 1:
        return array.tobytes()
    step = np.maximum(np.abs(array).max(1), 1e-8) / 127
    rows = np.rint(array / step[:, None]).astype("i1")
    return b"".join(struct.pack("<f", s) + r.tobytes() for s, r in zip(step, rows))


def main():
    model, weights, out = sys.argv[1:]
    net = np.load(weights)
    layers = sum(name.endswith("qkv.weight") for name in net.files)
    words = "\n".join(word for word, _ in sorted(vocabulary(model).items(), key=lambda pair: pair[1])).encode()
    head = [WORDS, net["word.weight"].shape[1], layers, net["layers.0.up.weight"].shape[0], net["place.weight"].shape[0],
            net["bare.weight"].shape[0]]
    with open(out, "wb") as target:
        target.write(b"CVSO0001" + struct.pack("<6I", *head) + struct.pack("<I", len(words)) + words)
        for name in order(layers):
            target.write(packed(net[name]))
    print(dict(zip(["words", "width", "layers", "inner", "places", "bare forms"], head)))


if __name__ == "__main__":
    main()
