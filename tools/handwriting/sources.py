"""Where the digits come from: public digit sets, pen paths drawn here, handwriting fonts, print.

in: the data folder (see README.md) and a split ("train" or "held") -> out: `Sources.string(rng, text, height)`, an ink
layer and one box per character. All characters of one string come from one source and share height, slant and pen.
The held-out split uses other people of the public sets and other fonts; the drawn shapes are shared by both.
"""
import glob
import gzip
import json
import os

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

HERE = os.path.dirname(os.path.abspath(__file__))
PRINT_FONTS = [  # with Vietnamese glyphs; upright and italic
    ("LiberationSerif-Regular.ttf", "LiberationSerif-Italic.ttf"),
    ("LiberationSerif-Regular.ttf", "LiberationSerif-Italic.ttf"),
    ("LiberationSerif-Bold.ttf", "LiberationSerif-BoldItalic.ttf"),
    ("Tinos-Regular.ttf", "Tinos-Italic.ttf"),
    ("FreeSerif.ttf", "FreeSerifItalic.ttf"),
    ("DejaVuSerif.ttf", "DejaVuSerif-Italic.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Italic.ttf"),
]
HAND_FONTS = ["BecauseWeBuild-Regular.otf", "BecauseWeLearn-Regular.otf", "BecauseWeOrganize-Regular.otf",
              "BecauseWeMentor-Regular.otf", "BecauseWeConnect-Regular.otf", "BecauseWeCreate-Regular.otf",
              "breipfont.ttf", "Humor-Sans.ttf", "dkg.ttf", "dkgIt.ttf", "DancingScript-Regular.otf",
              "DancingScript-Bold.otf"]
HELD_FONTS = {"BecauseWeMentor-Regular.otf", "dkg.ttf", "DancingScript-Bold.otf"}
KINDS = ["mnist", "pen", "pendigits", "font", "semeion"]
SHARES = {"train": [0.28, 0.44, 0.14, 0.10, 0.04], "held": [0.40, 0.0, 0.30, 0.15, 0.15]}


def font_path(name):
    for root in ("/usr/share/fonts/truetype/liberation2", "/usr/share/fonts"):
        hits = sorted(glob.glob(os.path.join(root, "**", name), recursive=True))
        if hits:
            return hits[0]
    raise SystemExit(f"font {name} is missing: see README.md for the packages")


def rows(data, name):
    return gzip.open(os.path.join(data, name), "rt").read().splitlines()


def curve(points, per=7):
    """Catmull-Rom through the points."""
    p = np.asarray(points, np.float32)
    if len(p) == 2:
        return p
    p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0, 1, per, endpoint=False, dtype=np.float32)[:, None]
    out = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:]):
        out.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.vstack(out + [p[-2:-1]])


class Sources:
    def __init__(self, data, split):
        self.split, self.fonts = split, {}
        held = split == "held"
        image = gzip.open(os.path.join(data, "t10k-images-idx3-ubyte.gz")).read()
        label = gzip.open(os.path.join(data, "t10k-labels-idx1-ubyte.gz")).read()
        image = np.frombuffer(image, np.uint8, offset=16).reshape(-1, 28, 28)
        label = np.frombuffer(label, np.uint8, offset=8)
        part = (np.arange(len(label)) % 5000 >= 4250) == held
        self.mnist = {str(d): image[part & (label == d)] for d in range(10)}
        table = [r.split(",") for r in rows(data, "pendigits.csv.gz")[1:]]
        paths = np.array([[float(v) for v in r[1:17]] for r in table], np.float32).reshape(-1, 8, 2) / 100
        paths[:, :, 1] = 1 - paths[:, :, 1]
        digit = np.array([int(r[17]) for r in table])
        part = (np.arange(len(digit)) >= 9000) == held
        self.pendigits = {str(d): paths[part & (digit == d)] for d in range(10)}
        table = [r.split() for r in rows(data, "semeion.data.gz")]  # its first record is broken over 17 lines: left out
        flat = np.array([[float(v) for v in r[:266]] for r in table if len(r) > 256], np.float32)
        part = (np.arange(len(flat)) % 20 >= 17) == held
        cut = (flat[:, :256].reshape(-1, 16, 16) * 255).astype(np.uint8)
        self.semeion = {str(d): cut[part & (flat[:, 256 + d] > 0)] for d in range(10)}
        self.shapes = {}
        for name in ("pen_skeletons.json", "shapes.json"):
            for char, shapes in json.load(open(os.path.join(HERE, name))).items():
                self.shapes.setdefault(char, []).extend(shapes)
        self.hands = [f for f in HAND_FONTS if (f in HELD_FONTS) == held]

    # -- single characters -------------------------------------------------------------------------------------
    def drawn(self, rng, strokes, style, slant):
        """A character from pen strokes, 4x oversized, cropped to its ink."""
        h, w, thick = style["h"] * 4, style["h"] * 4 * style["wide"], style["thick"] * 4
        warp = np.eye(2, dtype=np.float32) + rng.normal(0, 0.05, (2, 2)).astype(np.float32)
        jitter = style["shake"]
        pad = int(thick * 2 + h * 0.6)
        canvas = np.zeros((int(h * 1.3) + 2 * pad, int(w * 1.5 + h * abs(slant)) + 2 * pad), np.uint8)
        for stroke in strokes:
            p = np.asarray(stroke, np.float32)
            p = curve(p + rng.normal(0, jitter, p.shape).astype(np.float32)) @ warp
            x = p[:, 0] * w - slant * (p[:, 1] - 0.5) * h + pad + max(0, -slant) * h * 0.2
            y = p[:, 1] * h + pad
            line = np.stack([x, y], 1)
            cv2.polylines(canvas, [(line * 8).astype(np.int32)], False, 255, max(1, int(thick)), cv2.LINE_AA, 3)
        return canvas

    def glyph_of_font(self, name, size, char):
        key = (name, size, char)
        if key not in self.fonts:
            font = ImageFont.truetype(font_path(name), size)
            box = font.getbbox(char)
            image = Image.new("L", (max(1, box[2] - box[0]) + 4, max(1, box[3] - box[1]) + 4))
            ImageDraw.Draw(image).text((2 - box[0], 2 - box[1]), char, font=font, fill=255)
            self.fonts[key] = np.array(image)
        return self.fonts[key]

    def print_line(self, text, name, size):
        """Printed text as (layer, rows above the baseline)."""
        key = ("line", name, size)
        if key not in self.fonts:
            self.fonts[key] = ImageFont.truetype(font_path(name), size)
        font = self.fonts[key]
        up, down = int(size * 1.25), int(size * 0.4)
        image = Image.new("L", (int(font.getlength(text)) + 6, up + down))
        ImageDraw.Draw(image).text((2, up), text, font=font, fill=255, anchor="ls")
        return np.array(image), up

    def style(self, rng, height):
        kind = KINDS[rng.choice(len(KINDS), p=SHARES[self.split])]
        h = height
        return {"kind": kind, "h": h, "wide": rng.uniform(0.7, 1.25), "slant": rng.normal(0.12, 0.14),
                "thick": np.clip(rng.normal(0.085, 0.03) * h, 1.3, 7.5), "shake": rng.uniform(0.006, 0.04),
                "shape": rng.integers(0, 60, 128), "font": self.hands[rng.integers(len(self.hands))]}

    def character(self, rng, char, style):
        """Ink of one character, uint8, cropped, scaled to the string's height (a dash or dot stays small)."""
        kind, slant = style["kind"], style["slant"] + rng.normal(0, 0.04)
        if kind in ("mnist", "semeion", "pendigits") and not char.isdigit():
            kind = "pen"
        if kind in ("pen", "pendigits"):
            if kind == "pen":
                shapes = self.shapes[char]
                odd = rng.random() < 0.12
                strokes = shapes[(rng.integers(60) if odd else style["shape"][ord(char)]) % len(shapes)]
            else:
                path = self.pendigits[char]
                one = path[rng.integers(len(path))]
                strokes = [one * np.array([0.65, 1.0], np.float32)]
            big = self.drawn(rng, strokes, style, slant)
            return trimmed(cv2.resize(big, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)), None
        if kind == "font":
            image, grow = self.glyph_of_font(style["font"], 90, char), 1.0
        else:
            pool = self.mnist[char] if kind == "mnist" else self.semeion[char]
            image = pool[rng.integers(len(pool))]
        image = trimmed(image)
        tall = style["h"] * rng.uniform(0.92, 1.08)
        fy = tall / image.shape[0]
        if kind == "font":
            cap = trimmed(self.glyph_of_font(style["font"], 90, "8")).shape[0]
            fy = tall / cap
        fx = fy * style["wide"] * (0.7 if kind == "semeion" else 1.0)
        h, w = image.shape
        out_w = int(w * fx + abs(slant) * h * fy) + 4
        shift = slant * h * fy
        m = np.array([[fx, -slant * fy, max(0, shift) + 2], [0, fy, 1]], np.float32)
        image = cv2.warpAffine(image, m, (out_w, int(h * fy) + 3), flags=cv2.INTER_LINEAR)
        if fy > 1.2:  # enlarged digits are soft: sharpen to a pen's edge
            image = np.clip((image.astype(np.float32) - 96) * 2.2, 0, 255).astype(np.uint8)
        if kind == "mnist":
            grow = rng.integers(-1, 2)
            if grow and style["h"] > 30:
                kernel = np.ones((2, 2), np.uint8)
                image = cv2.dilate(image, kernel) if grow > 0 else cv2.erode(image, kernel)
        return trimmed(image), None

    def string(self, rng, text, height, style=None, gap=None):
        """(layer, boxes): ink of `text`, one box (x0, y0, x1, y1) per character; the baseline is `height` below the top + pad."""
        style = style or self.style(rng, height)
        parts = [self.character(rng, c, style)[0] for c in text]
        if gap is None:  # mostly close or touching, now and then far apart
            gap = rng.normal(2.5, 4) if rng.random() < 0.88 else rng.uniform(8, 24)
        if rng.random() < 0.3:  # strokes between the parts of a date reach above and below the digits
            parts = [cv2.resize(p, None, fx=1.2, fy=1.6, interpolation=cv2.INTER_LINEAR) if c == "/" else p
                     for c, p in zip(text, parts)]
        pad = int(height * 0.5)
        total = sum(p.shape[1] + abs(int(gap)) + 12 for p in parts) + 2 * pad + 8
        layer = np.zeros((int(height * 1.3) + 2 * pad + 8, int(total)), np.uint8)
        x, boxes, drift = pad, [], rng.normal(0, 0.04)
        for char, part in zip(text, parts):
            h, w = part.shape
            foot = pad + height + rng.normal(0, 1.5) + drift * (x - pad)
            if char == "-":
                foot -= height * 0.4
            elif char == "/" and h > height * 1.3:
                foot += height * 0.25
            y = int(np.clip(foot - h, 0, max(0, layer.shape[0] - h)))
            h = min(h, layer.shape[0] - y)
            x = max(0, x)
            view = layer[y:y + h, x:x + w]
            np.maximum(view, part[:h, :view.shape[1]], out=view)
            boxes.append([x, y, x + w, y + h])
            x += w + int(round(gap + rng.normal(0, 1.5)))
        return layer, boxes, pad, style


def trimmed(image):
    ys, xs = np.where(image > 60)
    if len(ys) == 0:
        return np.zeros((3, 3), np.uint8)
    return image[ys.min():ys.max() + 1, xs.min():xs.max() + 1]
