#!/usr/bin/env python3
"""Learns how an OCR model misreads Vietnamese: dictionaries/ocr/<lang>.tsv and <lang>.words.tsv.

  ocr_channel.py read  --lang eng --pages 150 --work DIR   draw pages, read them with Tesseract, keep the line pairs in DIR
  ocr_channel.py read  --lang eng --pages 150 --work DIR --text FILE.xz   the same with running text, one sentence a line
  ocr_channel.py learn --lang eng --work DIR               align the pairs, count, write the tables (vie: letters only)

Without --text the words are ours: syllables drawn at random by the frequencies of the built-in language model (flattened, so
that rare ones are seen), mixed with the set phrases of dictionaries/words/phrases.txt. Only counts are kept of either. Pages are drawn at 90 to 300 dpi with scanner noise:
clean pages alone teach a channel that is too clean. Needs tesseract, fonts-liberation2, Pillow, numpy.
Everything but Tesseract itself is seeded: the same versions give the same tables.
"""
import argparse, collections, io, json, lzma, math, os, pathlib, random, re, struct, subprocess, unicodedata

ROOT = pathlib.Path(__file__).resolve().parent.parent
FONTS = pathlib.Path("/usr/share/fonts/truetype/liberation2")
FACES = ["Serif-Regular"] * 13 + ["Serif-Bold"] * 3 + ["Serif-Italic"] * 2 + ["Serif-BoldItalic"] + ["Sans-Regular"]
DPI = [300, 240, 200, 200, 170, 150, 150, 130, 115, 100, 92]
ONSET = "ngh|ch|gh|gi|kh|ng|nh|ph|th|tr|qu|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x|"
SYLLABLE = re.compile(rf"({ONSET})[aeiouyâêôăơư]{{1,3}}(ch|ng|nh|c|m|n|p|t|)")

def toneless(word):
    parts = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(c for c in parts if c not in "\u0300\u0301\u0303\u0309\u0323"))

def vocabulary():
    """Syllables of the built-in model with their share of all words."""
    raw = (ROOT / "dictionaries/model/vi.bin").read_bytes()
    at, parts = 8, []
    for _ in range(2):
        (n,) = struct.unpack_from("<I", raw, at)
        parts.append(raw[at + 4:at + 4 + n].decode()); at += 4 + n
    words = ["", "", "", "", "", ""] + parts[1].split("\n")
    shares = {}
    for i, word in enumerate(words):
        share = struct.unpack_from("<fff", raw, at + 12 * i)[2]
        if word and SYLLABLE.fullmatch(toneless(word)): shares[word] = math.exp(share)
    return dict(sorted(shares.items(), key=lambda kv: -kv[1])[:5200])

def expand(line):
    m = re.match(r"([^\[]*)\[([^\]]*)\](.*)", line)
    return [m[1] + a + t for a in m[2].split("|") for t in expand(m[3])] if m else [line]

def phrases():
    lines = (ROOT / "dictionaries/words/phrases.txt").read_text().split("\n")
    return [p for l in lines if l.strip() and not l.startswith("#") for p in expand(l.strip())[:60]]

def lines_of_text(rng, count, words, weights, fixed):
    out = []
    for _ in range(count):
        if rng.random() < 0.25:
            line = rng.choice(fixed)
            out.append(line.upper() if rng.random() < 0.15 else line); continue
        drawn = rng.choices(words, weights, k=rng.randint(7, 12))
        kind = rng.random()
        if kind < 0.12: drawn = [w.upper() for w in drawn[:8]]
        else: drawn = [w.capitalize() if rng.random() < 0.13 else w for w in drawn]
        marks = ["," if rng.random() < 0.06 else ";" if rng.random() < 0.02 else "" for _ in drawn]
        out.append(" ".join(w + m for w, m in zip(drawn, marks)) + rng.choice(["", "", ".", ";"]))
    return out

def sentences(path):
    """The text of a file, sentences in a random but fixed order, broken into lines as a page breaks them."""
    with lzma.open(path, "rt", encoding="utf8") as file: all_lines = [l.strip() for _, l in zip(range(400_000), file)]
    random.Random(0).shuffle(all_lines)
    line = ""
    for word in (w for l in all_lines for w in l.split()):
        if len(line) + len(word) > 88: yield line; line = word
        else: line = f"{line} {word}".strip()

def draw(rng, lines, dpi):
    import numpy as np
    from PIL import Image, ImageDraw, ImageFilter, ImageFont
    font = ImageFont.truetype(str(FONTS / f"Liberation{rng.choice(FACES)}.ttf"), round(rng.choice([12.5, 13, 14, 14]) / 72 * dpi))
    step = round(font.size * rng.uniform(1.3, 1.6))
    width = max(int(font.getlength(l)) for l in lines) + dpi
    page = Image.new("L", (width, step * len(lines) + dpi), rng.randint(235, 255))
    pen = ImageDraw.Draw(page)
    for i, line in enumerate(lines): pen.text((dpi // 2, dpi // 2 + i * step), line, font=font, fill=rng.randint(0, 60))
    page = page.rotate(rng.uniform(-0.3, 0.3), Image.BICUBIC, fillcolor=248)
    page = page.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.9) * dpi / 200))
    noise = np.random.default_rng(rng.randrange(1 << 30)).normal(0, rng.uniform(2, 16), (page.height, page.width))
    page = Image.fromarray((np.asarray(page, float) + noise).clip(0, 255).astype("uint8"))
    packed = io.BytesIO(); page.save(packed, "JPEG", quality=rng.randint(45, 90))
    page = Image.open(packed)
    if rng.random() < 0.3: page = page.point(lambda v: 255 if v > 150 else 0)
    return page

def cost(a, b):
    """Share of letters that differ, marks folded, a digit or sign for a letter half; for matching lines and words only."""
    strip = lambda s: "".join(c for c in unicodedata.normalize("NFD", s.lower()) if not unicodedata.combining(c)).replace("đ", "d")
    a, b = strip(a), strip(b)
    prev = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        cur = [i]
        for j, y in enumerate(b, 1): cur.append(min(prev[j] + 1, cur[j-1] + 1, prev[j-1] + (x != y) * (1 if y.isalpha() else 0.5)))
        prev = cur
    return prev[-1] / max(len(a), len(b), 1)

def pair(truth, seen, skip=0.75):
    """In-order pairs of what matches best; the rest is left out."""
    n, m = len(truth), len(seen)
    best = [[(0, None)] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            if not i and not j: continue
            ways = []
            if i: ways.append((best[i-1][j][0] + skip, "t"))
            if j: ways.append((best[i][j-1][0] + skip, "s"))
            if i and j and abs(i * m - j * n) <= 3 * max(n, m): ways.append((best[i-1][j-1][0] + cost(truth[i-1], seen[j-1]), "b"))
            best[i][j] = min(ways)
    out, i, j = [], n, m
    while i or j:
        way = best[i][j][1]
        if way == "b": out.append((truth[i-1], seen[j-1]))
        i, j = i - (way != "s"), j - (way != "t")
    return out[::-1]

def read(args):
    rng = random.Random(args.seed)
    shares = vocabulary()
    words, weights, fixed = list(shares), [s ** 0.7 for s in shares.values()], phrases()
    work = pathlib.Path(args.work); work.mkdir(parents=True, exist_ok=True)
    text = sentences(args.text) if args.text else None
    # Each seed gets its own stretch of the text
    if text: list(zip(range(args.seed * 10_000), text))
    out = open(work / f"{args.lang}.{args.seed}.pairs.tsv", "w")
    env = dict(os.environ, OMP_THREAD_LIMIT="1")
    for page in range(args.pages):
        lines, dpi = lines_of_text(rng, 34, words, weights, fixed), rng.choice(DPI)
        if text: lines = [l.upper() if rng.random() < 0.06 else l for _, l in zip(range(34), text)]
        image = io.BytesIO(); draw(rng, lines, dpi).save(image, "PNG")
        got = subprocess.run(["tesseract", "-", "-", "-l", args.lang, "--psm", "6", "--dpi", str(dpi)], input=image.getvalue(), capture_output=True, env=env)
        seen = [l for l in got.stdout.decode("utf8", "replace").split("\n") if l.strip()]
        # Lines come out in order, one for one but for a few lost: a narrow band is enough.
        for a, b in pair([l for l in lines], seen, skip=0.45):
            if cost(a, b) < 0.6: out.write(f"{a}\t{b}\t{dpi}\n")
        out.flush(); print(f"{page + 1}/{args.pages} {dpi} dpi, {len(seen)} of {len(lines)} lines", flush=True)

def word_pairs(args):
    counts = collections.Counter()
    trim = lambda w: w.strip(".,;:!?\"'()[]{}“”‘’«»—-_*…")
    for path in sorted(pathlib.Path(args.work).glob(f"{args.lang}.*.pairs.tsv")):
        for line in path.read_text().split("\n"):
            cells = line.split("\t")
            if len(cells) != 3: continue
            truth, seen = (re.split(r"[\s/\-]+", unicodedata.normalize("NFC", c)) for c in cells[:2])
            for a, b in pair([w for w in truth if w], [w for w in seen if w], skip=0.62):
                a, b = trim(a), trim(b)
                if a and b and all(c.isalpha() for c in a) and cost(a, b) < 0.8: counts[a, b] += 1
    return counts

UNITS = [(1, 1), (1, 2), (1, 3), (2, 1), (1, 0), (0, 1)]

def start_cost(t, s):
    """Before anything is counted: the same letter, the same base letter, anything else."""
    if len(t) == 1 and len(s) == 1:
        if t == s: return 0.7
        base = lambda c: unicodedata.normalize("NFD", c.replace("đ", "d").replace("Đ", "D"))[0]
        return 1.8 if base(t) == base(s) else 4.5 if t.isupper() == s.isupper() else 6
    # An engine without a letter often leaves it out.
    return {(1, 2): 6, (1, 3): 9, (2, 1): 8, (1, 0): 7 if t.isascii() else 5, (0, 1): 7}[len(t), len(s)]

def align(truth, seen, costs):
    n, m = len(truth), len(seen)
    best = [[(1e9, None)] * (m + 1) for _ in range(n + 1)]
    best[0][0] = (0, None)
    for i in range(n + 1):
        for j in range(m + 1):
            here = best[i][j][0]
            if here >= 1e9: continue
            for a, b in UNITS:
                if i + a > n or j + b > m: continue
                unit = truth[i:i+a], seen[j:j+b]
                total = here + costs(unit)
                if total < best[i+a][j+b][0]: best[i+a][j+b] = (total, unit)
    units, i, j = [], n, m
    while i or j:
        unit = best[i][j][1]
        if unit is None: return []
        units.append(unit); i, j = i - len(unit[0]), j - len(unit[1])
    return units

def learn(args):
    pairs = word_pairs(args)
    units = None
    for _ in range(4):
        if units is None: costs = lambda u: start_cost(*u)
        else:
            totals = collections.Counter()
            for (t, _), n in units.items(): totals[t[:1]] += n
            # Longer units must earn their place: without a charge for each, two letters at a time would always win.
            table = {u: -math.log(n / (totals[u[0][:1]] + 2)) for u, n in units.items()}
            costs = lambda u, table=table: table.get(u, 3.5 + start_cost(*u))
        counted = collections.Counter()
        for (truth, seen), n in pairs.items():
            for unit in align(truth, seen, costs): counted[unit] += n
        units = counted
    folder = ROOT / "dictionaries/ocr"; folder.mkdir(parents=True, exist_ok=True)
    total = sum(pairs.values())
    head = f"# How Tesseract's {args.lang} model reads Vietnamese letters; made by tools/ocr_channel.py from {total} words. printed\tread\ttimes\n"
    kept = sorted((u for u in units.items() if u[1] >= 2), key=lambda u: (u[0][0], -u[1], u[0][1]))
    (folder / f"{args.lang}.tsv").write_text(head + "".join(f"{t}\t{s}\t{n}\n" for (t, s), n in kept))
    # The memory of whole words is for garbled text; slips of the right model are few, their letters say enough.
    if args.lang != "eng": return print(json.dumps({"words": total, "units": len(kept)}))
    head = head.replace("letters", "words")
    words = sorted((p for p in pairs.items() if p[1] >= 2), key=lambda p: (p[0][0], -p[1], p[0][1]))
    (folder / f"{args.lang}.words.tsv").write_text(head + "".join(f"{t}\t{s}\t{n}\n" for (t, s), n in words))
    print(json.dumps({"words": total, "right": sum(n for (t, s), n in pairs.items() if t == s), "units": len(kept), "memory": len(words)}))

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["read", "learn"])
    parser.add_argument("--lang", choices=["eng", "vie"], default="eng")
    parser.add_argument("--pages", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", required=True)
    parser.add_argument("--text", help="running text to draw instead of random syllables: .xz, one sentence a line")
    args = parser.parse_args()
    {"read": read, "learn": learn}[args.step](args)

main()
