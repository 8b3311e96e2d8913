"""Voice A: a small convolutional reader of whole zones (CTC), with a second head that tells print, hand and nothing apart.

in: the data folder -> out: a checkpoint with the averaged weights; `export.py` folds and packs them for the program.
Zones are made as they are needed, by `--workers` processes: no zone is seen twice. Each batch has its own seed, so their
number changes nothing; the run is as deterministic as torch on the device is. Classes: blank, 0-9, "/", A-D; "/" marks the end of a serial number and parts a stamp's date.
"""
import argparse
import copy
import multiprocessing
import time

import cv2
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from zones import Maker

CLASSES = "0123456789/ABCD"  # class i + 1; 0 is blank


def block(i, o, kernel, pad, dilation=1):
    return [nn.Conv2d(i, o, kernel, padding=pad, dilation=dilation, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True)]


class Residual(nn.Module):
    def __init__(self, n, dilation):
        super().__init__()
        self.conv = nn.Conv2d(n, n, (1, 5), padding=(0, 2 * dilation), dilation=(1, dilation), bias=False)
        self.norm = nn.BatchNorm2d(n)

    def forward(self, x):
        return x + F.relu(self.norm(self.conv(x)))


class LineNet(nn.Module):
    """1 x 40 x W -> per column of W / 2: log probabilities of the classes; per zone: nothing, hand, print."""

    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(
            *block(1, 16, 3, 1), nn.MaxPool2d(2, 2), *block(16, 32, 3, 1), nn.MaxPool2d((2, 1), (2, 1)),
            *block(32, 48, 3, 1), *block(48, 48, 3, 1), nn.MaxPool2d((2, 1), (2, 1)), *block(48, 64, 3, 1),
            *block(64, 80, (5, 1), 0), Residual(80, 1), Residual(80, 2))
        self.chars = nn.Conv2d(80, len(CLASSES) + 1, 1)
        self.ink = nn.Linear(160, 3)

    def forward(self, x):
        f = self.trunk(x)
        pooled = torch.cat([f.mean(3), f.amax(3)], 1).flatten(1)
        return F.log_softmax(self.chars(f).squeeze(2), 1), self.ink(pooled)


def halved(images):
    """80 x 320 -> 40 x 160 by the mean of four, as 0..1."""
    x = images.astype(np.float32).reshape(-1, 40, 2, 160, 2).mean((2, 4)) / 255
    return torch.from_numpy(x)[:, None]


def batch(maker, rng, n):
    zones = [maker.zone(rng) for _ in range(n)]
    return np.stack([z[0] for z in zones]), [z[1] for z in zones], np.array([z[2] for z in zones])


def start_worker(data, seed):
    global MAKER, SEED
    cv2.setNumThreads(1)
    MAKER, SEED = Maker(data, "train"), seed


def made(task):
    step, n = task
    cv2.setRNGSeed(SEED * 1_000_003 + step)
    return batch(MAKER, np.random.default_rng([SEED, 7, step]), n)


def targets(texts):
    flat = [CLASSES.index(c) + 1 for t in texts for c in t]
    return torch.tensor(flat, dtype=torch.long), torch.tensor([len(t) for t in texts], dtype=torch.long)


def greedy(log_probs):
    out = []
    for path in log_probs.argmax(1).cpu().numpy():
        keep = [p for p, q in zip(path, np.r_[-1, path[:-1]]) if p != q and p > 0]
        out.append("".join(CLASSES[k - 1] for k in keep))
    return out


def score(net, held, device):
    net.eval()
    with torch.no_grad():
        logp, ink = (out.cpu() for out in net(halved(held[0]).to(device)))
    net.train()
    read = [t.split("/")[0] if t.count("/") < 2 else t for t in greedy(logp)]
    want = [t.split("/")[0] if t.count("/") < 2 else t for t in held[1]]
    hand = held[2] == 1
    right = np.array([a == b for a, b in zip(read, want)])
    return right[hand].mean(), right[~hand].mean(), (ink.argmax(1).numpy() == held[2]).mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--start", help="a checkpoint to go on from, with a tenth of the step size")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    cv2.setRNGSeed(args.seed)
    other = Maker(args.data, "held")
    held = batch(other, np.random.default_rng(99), 1000)
    net = LineNet()
    if args.start:
        net.load_state_dict(torch.load(args.start))
    net.to(args.device)
    print("parameters", sum(p.numel() for p in net.parameters()))
    average = copy.deepcopy(net)
    highest = 2.5e-4 if args.start else 2.5e-3
    optimiser = torch.optim.AdamW(net.parameters(), lr=highest, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, highest, args.steps, pct_start=0.08)
    start, running = time.time(), 0.0
    pool = multiprocessing.get_context("spawn").Pool(args.workers, start_worker, (args.data, args.seed))
    batches = pool.imap(made, ((step, args.batch) for step in range(1, args.steps + 1)), chunksize=4)
    for step, (images, texts, hows) in enumerate(batches, 1):
        logp, ink = net(halved(images).to(args.device))
        flat, lengths = targets(texts)
        columns = torch.full((args.batch,), logp.shape[2], dtype=torch.long)
        loss = F.ctc_loss(logp.permute(2, 0, 1), flat.to(args.device), columns, lengths, zero_infinity=True)
        loss = loss + 0.3 * F.cross_entropy(ink, torch.from_numpy(hows).long().to(args.device))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        schedule.step()
        decay = min(0.998, 1 - 1 / (step + 1))
        with torch.no_grad():
            for a, b in zip(average.state_dict().values(), net.state_dict().values()):
                if a.dtype.is_floating_point:
                    a.lerp_(b, 1 - decay)
                else:
                    a.copy_(b)
        running = loss.item() if step == 1 else 0.98 * running + 0.02 * loss.item()
        if step % 100 == 0:
            print(f"{step} {time.time() - start:.0f}s loss {running:.4f}", flush=True)
        if step % 500 == 0 or step == args.steps:
            print("held-out hands: hand %.3f other %.3f ink %.3f" % score(average, held, args.device), flush=True)
            torch.save({k: v.cpu() for k, v in average.state_dict().items()}, args.out)
    pool.close()


if __name__ == "__main__":
    main()
