"""Draws a laid-out page and wears it down as an office scanner does.

in: a page of drawing operations, a level and a seed -> out: an image (`L` or `RGB`, at 200 dpi; `1` for the fax level).
Levels: clean (straight, white), office (slight skew, noise, paper tint), poor (more skew, shadow, pale print, speckles),
fax (bilevel, speckles). Promises: same seed, same pixels. Leaves out: page curl and phone photographs.
"""
import random
import numpy as np
from PIL import Image, ImageDraw, ImageFilter
import ink
from layout import BLACK, HEIGHT, WIDTH, font

DRAW_DPI, SCAN_DPI = 300, 200
SCALE = DRAW_DPI / 72


def draw(page, seed):
    """The page as printed, signed and stamped, in colour at 300 dpi, and its pen zones: (field, value, box)."""
    rng, zones = random.Random(seed), []
    image = Image.new("RGB", (round(WIDTH * SCALE), round(HEIGHT * SCALE)), "white")
    pen = ImageDraw.Draw(image)
    for op in page.ops:
        if op[0] == "text":
            _, x, y, text, style, size = op
            pen.text((x * SCALE, y * SCALE), text, font=font(style, round(size * SCALE)), fill=BLACK, anchor="ls")
        elif op[0] == "rule":
            pen.line([v * SCALE for v in op[1:5]], fill=BLACK, width=max(2, round(op[5] * SCALE)))
    for op in page.ops:
        if op[0] == "pen":
            zones.append((op[5], op[3], ink.write(image, op[1] * SCALE, op[2] * SCALE, op[3], op[4] * SCALE * 0.82, rng)))
        elif op[0] == "sign":
            ink.signature(image, *(v * SCALE for v in op[1:5]), rng)
        elif op[0] == "seal":
            ink.seal(image, *(v * SCALE for v in op[1:4]), op[4], rng)
        elif op[0] == "stamp":
            zones += ink.stamp(image, op[1] * SCALE, op[2] * SCALE, SCALE, op[3], rng)
        elif op[0] == "mark":
            ink.mark(image, op[1] * SCALE, op[2] * SCALE, op[3], SCALE, rng)
    return image, zones


def speckle(pixels, count, rng, largest):
    h, w = pixels.shape[:2]
    for _ in range(count):
        y, x, s = rng.integers(0, h - largest), rng.integers(0, w - largest), rng.integers(1, largest)
        pixels[y:y + s, x:x + s] = rng.integers(40, 130)


def skew(level, rng):
    """Degrees, counter-clockwise."""
    size = {"clean": 0.0, "office": rng.uniform(0.25, 0.6), "poor": rng.uniform(0.9, 1.6), "fax": rng.uniform(0.2, 0.5)}[level]
    return size and size * rng.choice([-1, 1])


def turned_box(box, degrees, size):
    """The upright box around `box` after the page was turned about its middle, with 4 px of air: x, y, w, h."""
    a, cx, cy = np.radians(degrees), size[0] / 2, size[1] / 2
    corners = [(x - cx, y - cy) for x in box[::2] for y in box[1::2]]
    xs = [cx + x * np.cos(a) + y * np.sin(a) for x, y in corners]
    ys = [cy - x * np.sin(a) + y * np.cos(a) for x, y in corners]
    x, y = int(min(xs)) - 4, int(min(ys)) - 4
    return x, y, int(max(xs)) + 4 - x, int(max(ys)) + 4 - y


def scan(image, level, seed, colour):
    """The paper after the scanner."""
    rng = np.random.default_rng(seed)
    degrees = skew(level, rng)
    if degrees:
        image = image.rotate(degrees, resample=Image.BICUBIC, fillcolor="white")
    size = (round(WIDTH * SCAN_DPI / 72), round(HEIGHT * SCAN_DPI / 72))
    image = image.filter(ImageFilter.GaussianBlur({"clean": 0.4, "office": 0.8, "poor": 1.3, "fax": 0.8}[level])).resize(size, Image.LANCZOS)
    if not colour:
        image = image.convert("L")
    pixels = np.asarray(image, dtype=np.float32)
    if level == "fax":
        pixels = pixels + rng.normal(0, 16, pixels.shape)
        speckle(pixels, 220, rng, 3)
        return Image.fromarray(((pixels > 150) * 255).astype(np.uint8)).convert("1", dither=Image.Dither.NONE)
    if level == "office":
        pixels = 14 + pixels * 0.925 + rng.normal(0, 2.2, pixels.shape)
    if level == "poor":
        shade = np.linspace(-16, 10, pixels.shape[1], dtype=np.float32)
        shade = shade[None, :, None] if colour else shade[None, :]
        pixels = 42 + pixels * 0.76 + shade + rng.normal(0, 4.0, pixels.shape)
        speckle(pixels, 90, rng, 4)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def blank(level, seed, colour):
    """The empty back of a sheet, scanned with the rest; a shade of bleed-through is left out."""
    return scan(Image.new("RGB", (round(WIDTH * SCALE), round(HEIGHT * SCALE)), "white"), level, seed, colour)
