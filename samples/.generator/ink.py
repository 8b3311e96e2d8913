"""What is not set in type: pen writing, signatures, round seals, rubber stamps.

in: a page image (RGB) and places in pixels -> out: the same image with ink multiplied onto it, so that print below stays dark.
Promises: the same random generator gives the same strokes. Leaves out: letters by pen (only digits, `/` and `.` are drawn).
The digit shapes in `pen_skeletons.json` were drawn for this project after the way digits are written in Viet Nam.
"""
import json
import math
import os
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from layout import FONT_DIR

SHAPES = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "pen_skeletons.json"), encoding="utf-8"))
SHAPES["/"] = [[[[0.45, -0.1], [0.05, 1.1]]]]
SHAPES["."] = [[[[0.1, 0.95], [0.14, 1.0]]]]
BLUE, RED = (28, 48, 150), (205, 40, 50)
SANS = FONT_DIR + "LiberationSans-Bold.ttf"


def curve(points, steps=14):
    """Catmull-Rom through the points."""
    if len(points) < 3:
        return points
    p = [points[0], *points, points[-1]]
    out = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:]):
        for k in range(steps):
            t = k / steps
            out.append(tuple(0.5 * (2 * b[i] + (c[i] - a[i]) * t + (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t * t
                                    + (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t ** 3) for i in (0, 1)))
    return out + [points[-1]]


def stroke(draw, points, thick, colour, rng):
    """A pen line whose width breathes a little."""
    last = None
    for k, (x, y) in enumerate(points):
        r = thick / 2 * (1 + 0.18 * math.sin(k / 7 + rng.uniform(0, 0.4)))
        draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)
        if last:
            draw.line((*last, x, y), fill=colour, width=max(1, round(2 * r)))
        last = (x, y)


def multiply(image, layer, box):
    x, y = int(box[0]), int(box[1])
    under = image.crop((x, y, x + layer.width, y + layer.height))
    image.paste(ImageChops.multiply(under, layer), (x, y))


def write(image, x, baseline, text, height, rng, colour=BLUE):
    """Digits by pen, from `x` on the line `baseline`, `height` pixels high. Gives the box of the ink (left, top, right, bottom)."""
    layer = Image.new("RGB", (int(height * (len(text) + 2)), int(height * 2.2)), "white")
    draw, at = ImageDraw.Draw(layer), height * 0.5
    slant, thick = rng.uniform(0.05, 0.22), height * rng.uniform(0.075, 0.1)
    for char in text:
        shape = rng.choice(SHAPES[char])
        grow, drop = rng.uniform(0.9, 1.08), rng.uniform(-0.05, 0.05)
        for line in shape:
            points = [(at + (px * 0.82 + slant * (1 - py) + rng.uniform(-0.012, 0.012)) * height * grow,
                       height * (0.5 + drop) + (py + rng.uniform(-0.012, 0.012)) * height * grow) for px, py in line]
            stroke(draw, curve(points), thick, colour, rng)
        at += height * (0.3 if char in "./" else 0.62) * rng.uniform(0.95, 1.1)
    ink_box, corner = ImageChops.invert(layer).getbbox(), (x - height * 0.5, baseline - height * 1.5)
    multiply(image, layer.filter(ImageFilter.GaussianBlur(0.7)), corner)
    return [int(corner[k % 2]) + v for k, v in enumerate(ink_box)]


def signature(image, x, y, w, h, rng):
    """A scribble with a long last stroke."""
    layer = Image.new("RGB", (int(w * 1.5), int(h * 1.5)), "white")
    draw = ImageDraw.Draw(layer)
    points, n = [(0.08 * w, 0.75 * h)], rng.randint(5, 8)
    for k in range(n):
        cx = (0.12 + 0.75 * k / n) * w
        points += [(cx, rng.uniform(0.1, 0.45) * h), (cx + 0.07 * w, rng.uniform(0.6, 1.0) * h), (cx - 0.02 * w, rng.uniform(0.4, 0.7) * h)]
    stroke(draw, curve(points + [(w * 1.15, rng.uniform(0.2, 0.5) * h), (w * 1.35, 0.35 * h)]), h * 0.035, BLUE, rng)
    stroke(draw, curve([(0.1 * w, 1.1 * h), (0.5 * w, 0.95 * h), (1.2 * w, 1.02 * h)]), h * 0.03, BLUE, rng)
    multiply(image, layer.filter(ImageFilter.GaussianBlur(0.8)), (x, y))


def ring_text(layer, text, centre, radius, size, start, clockwise=True):
    """Letters along a circle, the middle of the text at angle `start` (degrees, 0 = top)."""
    face = ImageFont.truetype(SANS, size)
    advance = [math.degrees((face.getlength(c) + size * 0.08) / radius) for c in text]
    angle = start - sum(advance) / 2 if clockwise else start + sum(advance) / 2
    for char, step in zip(text, advance):
        angle += step / 2 if clockwise else -step / 2
        glyph = Image.new("L", (size * 2, size * 2), 0)
        ImageDraw.Draw(glyph).text((size, size), char, font=face, fill=255, anchor="mm")
        glyph = glyph.rotate(-angle if clockwise else 180 - angle, resample=Image.BICUBIC)
        a = math.radians(angle)
        at = (int(centre + radius * math.sin(a) - size), int(centre - radius * math.cos(a) - size))
        layer.paste(RED, at, glyph)
        angle += step / 2 if clockwise else -step / 2


def seal(image, cx, cy, radius, texts, rng):
    """A round red seal: outer text above, second text below, star and office in the middle."""
    side, c = int(radius * 2 + 12), radius + 6
    layer = Image.new("RGB", (side, side), "white")
    draw = ImageDraw.Draw(layer)
    for r, thick in ((radius, 0.035), (radius * 0.92, 0.012), (radius * 0.6, 0.014)):
        draw.ellipse((c - r, c - r, c + r, c + r), outline=RED, width=max(2, int(radius * thick)))
    ring_text(layer, texts[0], c, radius * 0.76, int(radius * (0.17 if len(texts[0]) < 24 else 0.14)), 0)
    ring_text(layer, texts[1], c, radius * 0.76, int(radius * 0.14), 180, clockwise=False)
    star = [(c + radius * (0.2 if k % 2 == 0 else 0.08) * math.sin(k * math.pi / 5), c - radius * 0.28 - radius * (0.2 if k % 2 == 0 else 0.08) * math.cos(k * math.pi / 5)) for k in range(10)]
    draw.polygon(star, fill=RED)
    face = ImageFont.truetype(SANS, int(radius * 0.15))
    for k, line in enumerate(texts[2:]):
        draw.text((c, c + radius * (0.05 + 0.18 * k)), line, font=face, fill=RED, anchor="mm")
    layer = layer.rotate(rng.uniform(-14, 14), resample=Image.BICUBIC, fillcolor="white").filter(ImageFilter.GaussianBlur(0.9))
    # a hand-held seal never inks evenly
    patches = Image.new("L", (side // 16 + 1, side // 16 + 1))
    patches.putdata([rng.choice((0, 0, 15, 40, 80)) for _ in range(patches.width * patches.height)])
    pale = patches.resize((side, side), Image.BICUBIC)
    layer = Image.composite(Image.new("RGB", layer.size, "white"), layer, pale)
    multiply(image, layer, (cx - c, cy - c))


def mark(image, x, y, text, scale, rng):
    """A boxed red stamp such as KHẨN."""
    face = ImageFont.truetype(FONT_DIR + "LiberationSerif-Bold.ttf", int(14 * scale))
    w = face.getlength(text) + 16 * scale
    layer = Image.new("RGB", (int(w + 20), int(36 * scale)), "white")
    draw = ImageDraw.Draw(layer)
    draw.rectangle((6, 6, w, 28 * scale), outline=RED, width=int(1.4 * scale))
    draw.text((w / 2 + 2, 17 * scale), text, font=face, fill=RED, anchor="mm")
    multiply(image, layer.rotate(rng.uniform(-3, 3), resample=Image.BICUBIC, fillcolor="white"), (x, y))


def stamp(image, x, y, scale, r, rng):
    """The incoming stamp of the form: office, ĐẾN, Số, Ngày, Chuyển; number and day by pen. Gives their zones."""
    w, h = 142 * scale, 84 * scale
    layer = Image.new("RGB", (int(w + 14), int(h + 14)), "white")
    draw = ImageDraw.Draw(layer)
    small, big = (ImageFont.truetype(SANS, int(s * scale)) for s in (8.2, 12))
    plain = ImageFont.truetype(FONT_DIR + "LiberationSerif-Regular.ttf", int(11 * scale))
    draw.rectangle((5, 5, w, h), outline=RED, width=int(1.2 * scale))
    draw.text((w / 2, 12 * scale), r["office"], font=small, fill=RED, anchor="mm")
    draw.line((5, 21 * scale, w, 21 * scale), fill=RED, width=int(scale))
    draw.text((w / 2 - (18 * scale if len(r.get("head", "ĐẾN")) < 5 else 0), 30 * scale, ), r.get("head", "ĐẾN"), font=big, fill=RED, anchor="mm")
    for k, label in enumerate(("Số: ...........................", "Ngày: .......................", "Chuyển: ...................")):
        draw.text((8 * scale, (46 + 15 * k) * scale), label, font=plain, fill=RED, anchor="lm")
    layer = layer.filter(ImageFilter.GaussianBlur(0.8))
    multiply(image, layer, (x, y))
    return [("received_number", r["number"], write(image, x + 32 * scale, y + 51 * scale, r["number"], 14 * scale, rng)),
            ("received_date", r["written"], write(image, x + 40 * scale, y + 66 * scale, r["written"], 12 * scale, rng))]
