#!/usr/bin/env python3
"""Trains the net of the second opinion: which word stands at a doubtful place, from the words on both sides.

  train.py MODEL TRAIN[,TRAIN...] DEV OUT [--minutes 8] [--width 192] [--layers 4] [--seed 1]

in: the language model (for its words), numbers made by tokens.py -> out: OUT, the weights as numpy .npz (export.py packs them).
A window of 128 tokens; 15 % of the words are asked for: in half of them nothing is shown, in the other half the word without
its marks. Some of the words shown are wrong, as the first reading's are. A pre-norm transformer, encoder only; its output is
compared with the embeddings of the words. Runs on a GPU when there is one; checkpoints every minute, the last one is kept.
Needs PyTorch and numpy.
"""
import argparse
import math
import sys
import time
import unicodedata

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

sys.path.insert(0, __file__.rsplit("/", 1)[0])
from tokens import WORDS, vocabulary  # noqa: E402

LENGTH = 128
HEAD = 32
MASK = 0          # id of a place where nothing is shown
ASKED = 0.15
WRONG = 0.02


def bare(word):
    apart = unicodedata.normalize("NFD", word)
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("đ", "d")


def bare_forms(ids):
    """Per word the number of its bare form, 0 where no other word has the same; in order of the words."""
    of = np.zeros(WORDS, np.int64)
    groups = {}
    for word, number in ids.items():
        groups.setdefault(bare(word), []).append(number)
    count = 0
    for members in groups.values():
        if len(members) > 1:
            count += 1
            of[members] = count
    return of, count + 1


class Layer(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, x):
        b, t, w = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, t, 3, w // HEAD, HEAD).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, t, w)
        x = x + self.out(mixed)
        return x + self.down(F.relu(self.up(self.norm2(x))))


class Net(nn.Module):
    def __init__(self, width, layers, bares):
        super().__init__()
        self.word, self.bare = nn.Embedding(WORDS, width), nn.Embedding(bares, width)
        self.case, self.place = nn.Embedding(3, width), nn.Embedding(LENGTH, width)
        for e in (self.word, self.bare, self.case, self.place):
            nn.init.normal_(e.weight, std=0.05)
        self.layers = nn.ModuleList(Layer(width, 8 * width // 3 // 32 * 32) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(WORDS))

    def forward(self, shown, bares, cases):
        x = self.word(shown) + self.bare(bares) + self.case(cases) + self.place.weight
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)

    def scores(self, vectors):
        return F.linear(vectors, self.word.weight, self.bias)


class Windows:
    """Windows of a stream, with what is shown and what is asked."""

    def __init__(self, stream, bare_of, device):
        self.stream = torch.from_numpy(stream.astype(np.int32)).to(device)
        self.bare_of = torch.from_numpy(bare_of).to(device)
        words = (stream & (WORDS - 1)).astype(np.int64)
        # Words with the same bare form, each as often as it occurs: what a wrong word is drawn from.
        order = np.argsort(bare_of[words], kind="stable")
        order = order[:: max(1, len(order) // 20_000_000)]
        self.pool = torch.from_numpy(words[order].astype(np.int32)).to(device)
        counts = np.bincount(bare_of[words[order]], minlength=int(bare_of.max()) + 1)
        self.counts = torch.from_numpy(counts).to(device)
        self.starts = torch.from_numpy(np.concatenate([[0], np.cumsum(counts)[:-1]])).to(device)
        self.device = device

    def sample(self, count):
        at = torch.randint(0, len(self.stream) - LENGTH, (count, 1), device=self.device)
        raw = self.stream[at + torch.arange(LENGTH, device=self.device)].long()
        words, cases = raw & (WORDS - 1), raw >> 13
        chance = torch.rand(words.shape, device=self.device)
        # some neighbours of asked words are asked as well: doubt comes in runs
        seeds = chance < ASKED * 0.75
        runs = seeds | (seeds.roll(1, 1) & (torch.rand(words.shape, device=self.device) < 0.33))
        asked = runs & (words > 5)
        bares = self.bare_of[words]
        by_bare = asked & (torch.rand(words.shape, device=self.device) < 0.5) & (bares > 0)
        spread = (torch.rand(words.shape, device=self.device) * self.counts[bares]).long()
        other = self.pool[(self.starts[bares] + spread).clamp(max=len(self.pool) - 1)].long()
        wrong = (torch.rand(words.shape, device=self.device) < WRONG) & (bares > 0)
        shown = torch.where(asked, MASK, torch.where(wrong, other, words))
        return shown, torch.where(by_bare, bares, 0), cases, words, asked, by_bare


def measure(net, dev, rounds=24):
    torch.manual_seed(7)
    right = [0, 0]
    total = [0, 0]
    with torch.no_grad(), torch.autocast(dev.device, torch.bfloat16):
        for _ in range(rounds):
            shown, bares, cases, words, asked, by_bare = dev.sample(256)
            vectors = net(shown, bares, cases)
            for kind, places in enumerate((by_bare, asked & ~by_bare)):
                scores = net.scores(vectors[places])
                if kind == 0:
                    scores = scores.masked_fill(dev.bare_of[None, :] != bares[places][:, None], -1e9)
                right[kind] += (scores.argmax(-1) == words[places]).sum().item()
                total[kind] += int(places.sum())
    return right[0] / max(total[0], 1), right[1] / max(total[1], 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("train")
    parser.add_argument("dev")
    parser.add_argument("out")
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(args.seed)
    torch.set_float32_matmul_precision("high")
    bare_of, bares = bare_forms(vocabulary(args.model))
    stream = np.concatenate([np.fromfile(path, "<u2") for path in args.train.split(",")])
    train, dev = Windows(stream, bare_of, device), Windows(np.fromfile(args.dev, "<u2"), bare_of, device)
    net = Net(args.width, args.layers, bares).to(device)
    print(f"{len(stream) / 1e6:.1f} M tokens, {sum(p.numel() for p in net.parameters()) / 1e6:.2f} M weights, {device}", flush=True)
    matrices = [p for p in net.parameters() if p.dim() > 1]
    vectors = [p for p in net.parameters() if p.dim() < 2]
    optimiser = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.02}, {"params": vectors, "weight_decay": 0.0}],
                                  lr=args.rate, betas=(0.9, 0.98), fused=device == "cuda")
    asked_each = args.batch * LENGTH // 10

    def loss_of(shown, bares, cases, targets, places):
        vectors = net(shown, bares, cases).reshape(-1, args.width)
        return F.cross_entropy(net.scores(vectors[places]).float(), targets)

    step_loss = torch.compile(loss_of) if device == "cuda" else loss_of
    begin, seen, step, noted, total = time.time(), 0, 0, time.time(), args.minutes * 60
    while (passed := time.time() - begin) < total:
        part = passed / total
        rate = args.rate * min(1.0, (step + 1) / 500) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * part)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        shown, bare_ids, cases, words, asked, _ = train.sample(args.batch)
        # as many asked places in every step, so that the step has one shape
        places = torch.multinomial(asked.flatten().float() + 1e-9, asked_each)
        with torch.autocast(device, torch.bfloat16):
            loss = step_loss(shown, bare_ids, cases, words.flatten()[places], places)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        step, seen = step + 1, seen + args.batch * LENGTH
        if time.time() - noted > 40:
            noted = time.time()
            by_bare, hidden = measure(net, dev)
            print(f"{passed:5.0f} s  step {step}  {seen / 1e6:.0f} M  loss {loss.item():.3f}  by bare form {by_bare:.4f}  hidden {hidden:.4f}", flush=True)
            save(net, args.out)
    print("end: by bare form %.4f, hidden %.4f" % measure(net, dev), flush=True)
    save(net, args.out)


def save(net, out):
    np.savez(out, **{name: p.detach().float().cpu().numpy().astype(np.float16) for name, p in net.state_dict().items()})


if __name__ == "__main__":
    main()
