"""Voice B: a classifier of single segments, with classes for printed letters and for badly cut segments.

in: the data folder -> out: a checkpoint; `export.py` folds and packs it. Segments come from made-up zones through the
same cutting as at run time; a segment is a digit when it covers one digit's box and nothing else, "junk" when it holds
only a part of one or more than one, "print" when it touches none.
"""
import argparse
import copy
import time

import cv2
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from segments import candidates
from train_line import block
from zones import Maker

CLASSES = "0123456789/ABCD"  # then print, junk
PRINTED, JUNK = len(CLASSES), len(CLASSES) + 1


class DigitNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(
            *block(2, 16, 3, 1), nn.MaxPool2d(2, 2), *block(16, 24, 3, 1), nn.MaxPool2d(2, 2),
            *block(24, 48, 3, 1), *block(48, 64, 3, 1), nn.MaxPool2d(2, 2))
        self.hidden = nn.Linear(576, 64)
        self.out = nn.Linear(64, len(CLASSES) + 2)

    def forward(self, x):
        x = self.trunk(x).flatten(1)
        x = F.relu(self.hidden(F.dropout(x, 0.2, self.training)))
        return self.out(x)


def label(segment, boxes):
    """Class of a candidate by the boxes it covers."""
    _, _, x0, y0, x1, y1, _ = segment
    covered = []
    for char, bx0, by0, bx1, by1 in boxes:
        shared = max(0, min(x1, bx1) - max(x0, bx0)) / max(1.0, bx1 - bx0)
        if shared > 0.15 and min(y1, by1) - max(y0, by0) > 0.2 * (by1 - by0):
            covered.append((shared, char, bx0, bx1))
    if not covered:
        return PRINTED
    full = [c for c in covered if c[0] > 0.62]
    if len(full) == 1 and all(c[0] < 0.4 for c in covered if c is not full[0]):
        _, char, bx0, bx1 = full[0]
        outside = max(0, bx0 - x0) + max(0, x1 - bx1)
        if outside < max(6, 0.4 * (bx1 - bx0)):
            return CLASSES.index(char)
    return JUNK


def batch(maker, rng, n):
    patches, labels = [], []
    while len(labels) < n:
        image, _, _, boxes = maker.zone(rng)
        for segment in candidates(image)[1]:
            kind = label(segment, boxes)
            if kind == PRINTED and rng.random() < 0.55 or kind == JUNK and rng.random() < 0.3:
                continue
            patches.append(segment[6])
            labels.append(kind)
    return torch.from_numpy(np.stack(patches)), torch.tensor(labels)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--seed", type=int, default=3)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    cv2.setRNGSeed(args.seed)
    rng = np.random.default_rng([args.seed, 8])
    maker, other = Maker(args.data, "train"), Maker(args.data, "held")
    held = batch(other, np.random.default_rng(98), 4000)
    net = DigitNet()
    print("parameters", sum(p.numel() for p in net.parameters()))
    average = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, args.steps, pct_start=0.1)
    start = time.time()
    for step in range(1, args.steps + 1):
        patches, labels = batch(maker, rng, args.batch)
        loss = F.cross_entropy(net(patches), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        with torch.no_grad():
            for a, b in zip(average.state_dict().values(), net.state_dict().values()):
                if a.dtype.is_floating_point:
                    a.lerp_(b, max(0.003, 1 / (step + 1)))
                else:
                    a.copy_(b)
        if step % 250 == 0 or step == args.steps:
            average.eval()
            with torch.no_grad():
                guess = average(held[0]).argmax(1)
            digit = held[1] < PRINTED
            print(f"{step} {time.time() - start:.0f}s loss {loss.item():.3f} held-out digits {(guess == held[1])[digit].float().mean():.3f} "
                  f"print {(guess == held[1])[held[1] == PRINTED].float().mean():.3f} junk {(guess == held[1])[held[1] == JUNK].float().mean():.3f}", flush=True)
            torch.save(average.state_dict(), args.out)


if __name__ == "__main__":
    main()
