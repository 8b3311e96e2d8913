"""Voice B's eye: cuts a zone into atoms and gives patches of one to three neighbouring atoms.

in: an 80 x 320 zone (ink 255) -> out: atoms from left to right, candidate segments, two 28 x 28 patches each: the
segment's own ink scaled to 24, and the 96 columns around it (what tells a pen's 8 from the B of a printed symbol).
`src/page/handwriting/segment.rs` does the same, step by step; a change here is a change there.
"""
import cv2
import numpy as np

MIN_AREA = 14        # pixels; smaller parts are specks and dots
FAINT = 80           # ink above this counts even where the print is much darker
WIDE = 26            # a piece wider than this may hold several digits
CUTS = 4             # at most so many cuts in a piece
JOIN = 0.5           # parts sharing this share of the narrower one's columns belong together
MOST_ATOMS, MOST_WIDE = 3, 64
CONTEXT = 96


def resampling(n_in, n_out):
    """n_out x n_in weights: the mean over each target pixel's span, linear between pixels when enlarging."""
    scale, m = n_in / n_out, np.zeros((n_out, n_in), np.float32)
    for i in range(n_out):
        a, b = i * scale, (i + 1) * scale
        if scale >= 1:
            for j in range(int(a), min(n_in, int(np.ceil(b - 1e-6)))):
                m[i, j] = max(0.0, min(b, j + 1) - max(a, j)) / scale
        else:
            c = min(max((a + b) / 2 - 0.5, 0), n_in - 1)
            j = int(c)
            m[i, j] += 1 - (c - j)
            m[i, min(j + 1, n_in - 1)] += c - j
    return m


CACHE = {}


def resized(image, h, w):
    for key in ((image.shape[0], h), (image.shape[1], w)):
        if key not in CACHE:
            CACHE[key] = resampling(*key)
    return CACHE[image.shape[0], h] @ image @ CACHE[image.shape[1], w].T


def otsu(image):
    hist = np.bincount(image.ravel(), minlength=256).astype(np.float64)
    total, weighted = hist.sum(), (hist * np.arange(256)).sum()
    best, level, n, s = -1.0, 127, 0.0, 0.0
    for t in range(255):
        n += hist[t]
        s += hist[t] * t
        if n == 0 or n == total:
            continue
        between = (weighted * n / total - s) ** 2 / (n * (total - n))
        if between > best:
            best, level = between, t
    return level


def atoms(image):
    """List of (label mask as bool image, x0, x1) from left to right; columns half-open."""
    ink = (image > min(otsu(image), FAINT)).astype(np.uint8)
    n, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    parts = []
    for i in range(1, n):
        x, y, w, h, area = stats[i]
        ruled = w > 110 or (w > 40 and h < 6) or (h > 66 and w < 8)
        edge = (y == 0 and h < 26) or (y > 66) or (y + h == 80 and h < 22)
        dot = h < 9 and w < 14
        if area >= MIN_AREA and not (ruled or edge or dot):
            parts.append([x, x + w, [i]])
    parts.sort(key=lambda p: (p[0], p[1]))
    pieces = []
    for p in parts:
        if pieces:
            q = pieces[-1]
            shared = min(q[1], p[1]) - max(q[0], p[0])
            if shared > JOIN * min(q[1] - q[0], p[1] - p[0]):
                q[0], q[1], q[2] = min(q[0], p[0]), max(q[1], p[1]), q[2] + p[2]
                continue
        pieces.append(p)
    out = []
    for x0, x1, ids in pieces:
        mask = np.isin(labels, ids)
        cuts = [x0] + cut_columns(mask[:, x0:x1], x0) + [x1]
        for a, b in zip(cuts, cuts[1:]):
            part = np.zeros_like(mask)
            part[:, a:b] = mask[:, a:b]
            if part.any():
                out.append((part, a, b))
    return out


def cut_columns(mask, x0):
    w = mask.shape[1]
    if w <= WIDE:
        return []
    column = mask.sum(0).astype(np.float32)
    smooth = column.copy()
    smooth[1:-1] = (column[:-2] + 2 * column[1:-1] + column[2:]) / 4
    low = [(smooth[i], i) for i in range(6, w - 6) if smooth[i] <= smooth[i - 1] and smooth[i] < smooth[i + 1]]
    chosen = []
    for _, i in sorted(low):
        if all(abs(i - j) >= 7 for j in chosen):
            chosen.append(i)
        if len(chosen) == CUTS:
            break
    return sorted(x0 + i for i in chosen)


def candidates(image):
    """(atom count, [(first atom, atoms, x0, y0, x1, y1, patches 2 x 28 x 28)])."""
    found = atoms(image)
    ink = image.astype(np.float32) / 255
    wide = np.pad(ink, ((0, 0), (CONTEXT // 2, CONTEXT // 2)))
    out = []
    for first in range(len(found)):
        for k in range(1, MOST_ATOMS + 1):
            if first + k > len(found):
                break
            group = found[first:first + k]
            if k > 1 and group[-1][2] - group[0][1] > MOST_WIDE:
                break
            mask = np.logical_or.reduce([g[0] for g in group])
            ys, xs = np.where(mask.any(1))[0], np.where(mask.any(0))[0]
            x0, x1, y0, y1 = xs[0], xs[-1] + 1, ys[0], ys[-1] + 1
            own = (ink * mask)[y0:y1, x0:x1]
            h, w = own.shape
            f = 24 / max(h, w)
            th, tw = max(1, int(h * f + 0.5)), max(1, int(w * f + 0.5))
            patch = np.zeros((2, 28, 28), np.float32)
            patch[0, (28 - th) // 2:(28 - th) // 2 + th, (28 - tw) // 2:(28 - tw) // 2 + tw] = resized(own, th, tw)
            middle = (x0 + x1) // 2
            patch[1] = resized(wide[:, middle:middle + CONTEXT], 28, 28)
            out.append((first, k, x0, y0, x1, y1, patch))
    return len(found), out
