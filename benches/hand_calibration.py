#!/usr/bin/env python3
"""Calibration of the reader of pen-written digits: probability told against share right, as a table and as an SVG.

    cargo run --release --example zones -- --made STRIPS > made.tsv       # STRIPS: tools/handwriting/zones.py --strips
    benches/hand_calibration.py made.tsv STRIPS/truth.tsv benches/hand-calibration.svg

In: what `examples/zones` printed, the values. Out: the table on standard output, the picture. Only zones written by pen
count; days and months are compared as numbers. Leaves out: real letters (too few to fill ten classes).
"""
import math
import sys

CLASSES = [0, .2, .4, .6, .7, .8, .9, .944, .98, 1.0001]
SIDE, EDGE = 360, 48


def rows(readings, truth):
    wanted = {l.split("\t")[0]: l.rstrip("\n").split("\t")[1:3] for l in open(truth, encoding="utf-8")}
    for line in open(readings, encoding="utf-8"):
        name, _, _, value, p, accepted, ink = line.rstrip("\n").split("\t")[:7]
        field, right = wanted[name]
        if ink == "Hand" and right:
            plain = (lambda v: v.lstrip("0")) if field in ("day", "month") else (lambda v: v)
            yield field, float(p), plain(value) == plain(right), accepted == "true"


def wilson(right, n, z=1.96):
    """95 % interval of a share."""
    mid = (right / n + z * z / 2 / n) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(right / n * (1 - right / n) / n + z * z / 4 / n / n)
    return max(0, mid - half), min(1, mid + half)


def classes(points):
    for low, high in zip(CLASSES, CLASSES[1:]):
        inside = [(p, ok) for p, ok in points if low <= p < high]
        if inside:
            n, right = len(inside), sum(ok for _, ok in inside)
            yield sum(p for p, _ in inside) / n, right / n, n, *wilson(right, n)


def picture(series, path):
    place = lambda p: (EDGE + p * SIDE)
    height = lambda share: (EDGE + (1 - share) * SIDE)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE + 2 * EDGE}" height="{SIDE + 2 * EDGE}" '
           'font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="white"/>']
    for tenth in range(0, 11, 2):
        x, y = place(tenth / 10), height(tenth / 10)
        out.append(f'<path d="M{x} {height(0)}V{height(1)}M{place(0)} {y}H{place(1)}" stroke="#ddd"/>'
                   f'<text x="{x}" y="{height(0) + 16}" text-anchor="middle">{tenth / 10}</text>'
                   f'<text x="{place(0) - 6}" y="{y + 4}" text-anchor="end">{tenth / 10}</text>')
    out.append(f'<path d="M{place(0)} {height(0)}L{place(1)} {height(1)}" stroke="#999" stroke-dasharray="4 3"/>'
               f'<text x="{place(.5)}" y="{height(0) + 36}" text-anchor="middle">probability told</text>'
               f'<text transform="translate(14 {height(.5)}) rotate(-90)" text-anchor="middle">share right</text>')
    for at, (name, colour, points) in enumerate(series):
        shown = list(classes(points))
        out.append(f'<text x="{place(.04)}" y="{height(.95 - .05 * at)}" fill="{colour}">{name}, {len(points)} zones</text>')
        for told, share, n, low, high in shown:
            x = place(told) + 3 * at
            out.append(f'<path d="M{x:.1f} {height(low):.1f}V{height(high):.1f}" stroke="{colour}"/>'
                       f'<circle cx="{x:.1f}" cy="{height(share):.1f}" r="{1.5 + math.sqrt(n) / 5:.1f}" fill="{colour}" fill-opacity=".6"/>')
    open(path, "w", encoding="utf-8").write("\n".join(out) + "\n</svg>\n")


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: hand_calibration.py READINGS.tsv TRUTH.tsv PICTURE.svg")
    all_rows = list(rows(sys.argv[1], sys.argv[2]))
    series = []
    for name, colour in (("number", "#1f77b4"), ("day", "#d62728")):
        mine = [r for r in all_rows if r[0] == name]
        taken = [r for r in mine if r[3]]
        series.append((name, colour, [(p, ok) for _, p, ok, _ in mine]))
        print(f"{name}: {len(mine)} by pen, right {sum(r[2] for r in mine) / len(mine):.1%}, "
              f"accepted {len(taken)}, of them wrong {sum(not r[2] for r in taken)}")
        for told, share, n, low, high in classes(series[-1][2]):
            print(f"  told {told:.3f}  right {share:.3f} of {n:4}  (95 %: {low:.2f}-{high:.2f})")
    error = sum(abs(told - share) * n for _, _, points in series for told, share, n, *_ in classes(points))
    print(f"expected calibration error {error / sum(len(p) for _, _, p in series):.3f}")
    picture(series, sys.argv[3])


if __name__ == "__main__":
    main()
