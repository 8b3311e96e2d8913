"""Checkpoints -> dictionaries/model/digits-{line,segment}.bin, batch norms folded into the convolutions.

Format, little endian: "CVNN", u32 version 1, u32 count, then per tensor: u8 name length, name, u8 rank, u32 per dimension,
f32 values in row-major order. Convolutions are out x in x rows x columns, biases follow under the same name + "b".
"""
import argparse
import struct

import numpy as np
import torch

import train_digit
import train_line


def folded(conv, norm):
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return conv.weight * scale[:, None, None, None], norm.bias - norm.running_mean * scale


def convolutions(trunk):
    """(weight, bias) of each convolution with its norm, in order."""
    out, waiting = [], None
    for layer in trunk:
        if isinstance(layer, torch.nn.Conv2d):
            waiting = layer
        elif isinstance(layer, torch.nn.BatchNorm2d):
            out.append(folded(waiting, layer))
        elif isinstance(layer, train_line.Residual):
            out.append(folded(layer.conv, layer.norm))
    return out


def write(path, tensors):
    with open(path, "wb") as f:
        f.write(b"CVNN" + struct.pack("<II", 1, len(tensors)))
        for name, value in tensors:
            value = value.detach().numpy().astype("<f4")
            f.write(struct.pack("<B", len(name)) + name.encode() + struct.pack("<B", value.ndim))
            f.write(struct.pack(f"<{value.ndim}I", *value.shape) + np.ascontiguousarray(value).tobytes())


def numbered(pairs):
    return [t for i, (w, b) in enumerate(pairs) for t in ((f"c{i}", w), (f"c{i}b", b))]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--line")
    parser.add_argument("--segment")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    if args.line:
        net = train_line.LineNet()
        net.load_state_dict(torch.load(args.line))
        tensors = numbered(convolutions(net.trunk)) + [
            ("chars", net.chars.weight), ("charsb", net.chars.bias), ("ink", net.ink.weight), ("inkb", net.ink.bias)]
        write(f"{args.out}/digits-line.bin", tensors)
    if args.segment:
        net = train_digit.DigitNet()
        net.load_state_dict(torch.load(args.segment))
        tensors = numbered(convolutions(net.trunk)) + [
            ("hidden", net.hidden.weight), ("hiddenb", net.hidden.bias), ("out", net.out.weight), ("outb", net.out.bias)]
        write(f"{args.out}/digits-segment.bin", tensors)


if __name__ == "__main__":
    main()
