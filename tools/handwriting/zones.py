"""Made-up zones: what stands between "Số:" and "/", between "ngày" and "tháng", in the frame of an incoming stamp.

in: `Sources` and a random generator -> out: `zone()`: an 80 x 320 image (ink 255), the target text, what it is written
with, and boxes of its characters. Geometry as `src/page/handwriting/locate.rs` cuts it: 112 x 448 pixels at 300 dpi, reduced to
80 x 320, printed baseline at row 61. Run as a program it writes shards of zones, or a sheet to look at.
"""
import argparse
import os

import cv2
import numpy as np

from sources import PRINT_FONTS, Sources

H, W = 80, 320
NOTHING, HAND, PRINT = 0, 1, 2
SYMBOLS = ["UBND-KT", "UBND", "SYT-NVY", "QĐ-UBND", "QĐ-SGD", "TB-SYT", "TB -SNV", "KH-BGDĐT", "KH-UBND", "CT-TTg", "NQ-HĐND",
           "BC-STC", "TTr-SNV", "GM-VP", "GM-UBND", "BNV-TCBC", "STNMT-CCBV", "SXD", "VPCP-KGVX", "TT-BYT", "2019/TT-BTC",
           "HD-STP", "CV-PGD", "PGDĐT", "ĐHKT-TCHC", "BVĐK-KHTH", "SCT-QLTM", "BCĐ", "GPMB-TĐC", "STTTT", "TB-HĐ", "QĐ-BCĐ",
           "TM-SKHCN", "PC-VP", "ĐA-UBND", "TTYT", "LĐTBXH", "CĐ-BCH", "NV-TH"]
PARTY = ["CV/TU", "TB/HU", "CT/TU", "QĐ/ĐU", "KH/ĐTN", "HD/BTGTU", "NQ/TU", "BC/CĐ"]


def serial(rng):
    n = rng.choice([1, 2, 3, 4, 5], p=[0.08, 0.28, 0.33, 0.29, 0.02])
    text = "".join(str(d) for d in rng.integers(0, 10, n))
    if n > 1 and text[0] == "0" and rng.random() < 0.6:
        text = str(rng.integers(1, 10)) + text[1:]
    if n == 2 and rng.random() < 0.15:
        text = "0" + text[1]
    return text


def padded(rng, value, zero=0.6):
    return f"{value:02d}" if rng.random() < zero else str(value)


class Canvas:
    def __init__(self, rng):
        self.print = np.zeros((H, W), np.float32)
        self.hand = np.zeros((H, W), np.float32)
        self.rng, self.boxes = rng, []

    def put(self, target, layer, x, y, limit=W):
        """Adds ink at (x, y), cut at the canvas and at column `limit`."""
        x, y = int(round(x)), int(round(y))
        x0, y0 = max(0, x), max(0, y)
        x1, y1 = min(W, int(limit), x + layer.shape[1]), min(H, y + layer.shape[0])
        if x1 > x0 and y1 > y0:
            view = target[y0:y1, x0:x1]
            np.maximum(view, layer[y0 - y:y1 - y, x0 - x:x1 - x].astype(np.float32) / 255, out=view)


class Maker:
    def __init__(self, data, split):
        self.sources = Sources(data, split)

    def printed(self, canvas, text, x, base, font, size, limit=W):
        layer, up = self.sources.print_line(text, font, size)
        canvas.put(canvas.print, layer, x - 2, base - up, limit)
        return x + layer.shape[1] - 6

    def written(self, canvas, text, x, base, font, size, how):
        """Puts the value; gives the right edge."""
        rng = canvas.rng
        if how == PRINT:
            for char in text:
                layer, up = self.sources.print_line(char, font, size)
                ys, xs = np.where(layer > 60)
                if len(xs):
                    canvas.boxes.append((char, [x - 2 + xs.min(), base - up + ys.min(), x - 1 + xs.max(), base - up + ys.max() + 1]))
                x = self.printed(canvas, char, x, base, font, size)
            return x
        height = int(np.clip(rng.normal(40, 8), 22, 58))
        foot = base + rng.normal(0, 3) + (height - 32) * rng.uniform(0, 0.45)
        layer, boxes, pad, style = self.sources.string(rng, text, height)
        room = 300 - x
        if layer.shape[1] - 2 * pad > room:  # a long number is written narrower
            fx = max(0.5, room / (layer.shape[1] - 2 * pad))
            layer = cv2.resize(layer, None, fx=fx, fy=1, interpolation=cv2.INTER_AREA)
            boxes = [[b[0] * fx, b[1], b[2] * fx, b[3]] for b in boxes]
            pad_x = pad * fx
        else:
            pad_x = pad
        left, top = x - pad_x, foot - (pad + height)
        canvas.put(canvas.hand, layer, left, top)
        canvas.boxes += [(c, [b[0] + left, b[1] + top, b[2] + left, b[3] + top]) for c, b in zip(text, boxes)]
        return boxes[-1][2] + left

    def spread(self, canvas, parts, x, base):
        """Day, stroke, month, stroke, year set apart along a dotted line, the strokes of a height of their own."""
        rng = canvas.rng
        height = int(np.clip(rng.normal(38, 7), 22, 52))
        style, foot = self.sources.style(rng, height), base + rng.normal(0, 3)
        drawn = []
        for part in parts:
            digits = part[0].isdigit()
            tall = height if digits else int(height * rng.uniform(0.5, 1.3))
            layer, boxes, pad, _ = self.sources.string(rng, part, tall, dict(style, h=tall))
            drawn.append((part, layer, boxes, pad, tall))
        width = sum(boxes[-1][2] - boxes[0][0] for _, _, boxes, _, _ in drawn)
        gap = min(rng.uniform(4, 32), max(2, (292 - x - width) / (len(parts) - 1)))
        for part, layer, boxes, pad, tall in drawn:
            left, top = x - boxes[0][0], foot + rng.normal(0, 1.5) - (pad + tall)
            canvas.put(canvas.hand, layer, left, top)
            canvas.boxes += [(c, [b[0] + left, b[1] + top, b[2] + left, b[3] + top]) for c, b in zip(part, boxes)]
            x += boxes[-1][2] - boxes[0][0] + gap * rng.uniform(0.6, 1.4)

    def number(self, canvas, base, how):
        rng = canvas.rng
        upright, _ = PRINT_FONTS[rng.integers(len(PRINT_FONTS))]
        size = int(rng.integers(33, 48))
        label = ["Số:", "Số :", "Số: ", "SỐ:", "Số", "Số."][rng.choice(6, p=[0.55, 0.15, 0.15, 0.05, 0.05, 0.05])]
        x = self.printed(canvas, label, -28.6 + rng.normal(0, 5), base, upright, size)
        text, suffix = "", ""
        gap = rng.uniform(-5, 38) if rng.random() < 0.85 else rng.uniform(30, 75)
        if how == NOTHING:
            end = x + rng.uniform(14, 150)
            if rng.random() < 0.35:
                self.printed(canvas, "." * int((end - x) / size * 4), x, base, upright, size, end)
        else:
            text = serial(rng)
            if rng.random() < 0.09:
                suffix = "ABCD"[rng.choice(4, p=[0.5, 0.28, 0.14, 0.08])]
            x += gap if how == HAND else rng.uniform(0, 14)
            if rng.random() < 0.15:
                dots = "." * int(rng.uniform(30, 150) / size * 4)
                self.printed(canvas, dots, x - rng.uniform(0, 10), base + rng.uniform(-1, 3), upright, size)
            drawn = text + suffix
            slash = how == HAND and rng.random() < 0.08
            end = self.written(canvas, drawn + ("/" if slash else ""), x, base, upright, size, how)
            if slash:
                canvas.boxes[-1] = ("/", canvas.boxes[-1][1])
                symbol = SYMBOLS[rng.integers(len(SYMBOLS))]
                self.printed(canvas, symbol, end + rng.uniform(-4, 20), base, upright, size)
                return text + suffix + "/"
            end += (rng.uniform(-8, 40) if how == HAND else rng.uniform(0, 6))
        kind = rng.random()
        if kind < 0.84:
            symbol = ["/", "/ ", "/"][rng.integers(3)] + SYMBOLS[rng.integers(len(SYMBOLS))]
            self.printed(canvas, symbol, end, base, upright, size)
            return text + suffix + ("/" if end + size * 0.25 < W - 4 else "")
        if kind < 0.95:
            symbol = ["-", "- ", " - "][rng.integers(3)] + PARTY[rng.integers(len(PARTY))]
            layer, _ = self.sources.print_line(symbol.split("/")[0], upright, size)
            self.printed(canvas, symbol, end, base, upright, size)
            return text + suffix + ("/" if end + layer.shape[1] - 6 + size * 0.25 < W - 4 else "")
        return text + suffix

    def between(self, canvas, base, how, left, right, cut, value):
        """A day or a month between two printed words; the zone ends `cut` pixels (at size 42) into the right word."""
        rng = canvas.rng
        pair = PRINT_FONTS[rng.integers(len(PRINT_FONTS))]
        font, size = pair[1 if rng.random() < 0.8 else 0], int(rng.integers(35, 48))
        x = self.printed(canvas, left, -rng.normal(25, 5) * size / 42, base, font, size)
        gap = rng.uniform(-5, 32) if how == HAND else rng.uniform(4, 14)
        if how == NOTHING:
            end, text = x + rng.uniform(8, 90), ""
            if rng.random() < 0.4:
                self.printed(canvas, "." * int((end - x) / size * 4), x, base, font, size, end)
        else:
            text = value
            if rng.random() < 0.12:
                self.printed(canvas, "." * int(rng.uniform(30, 80) / size * 4), x, base + rng.uniform(-1, 3), font, size)
            end = self.written(canvas, text, x + gap, base, font, size, how)
            end += rng.uniform(-9, 30) if how == HAND else rng.uniform(3, 12)
        if rng.random() < 0.95:
            limit = end + cut * size / 42 + rng.normal(0, 5)
            self.printed(canvas, right, end, base, font, size, limit)
        else:
            limit = end + rng.uniform(4, 40)
        limit = int(np.clip(limit, 8, W))
        canvas.print[:, limit:] = 0
        canvas.hand[:, limit:] = 0
        canvas.limit = limit
        return text

    def stamped(self, canvas, base, how, date):
        rng = canvas.rng
        pair = PRINT_FONTS[rng.integers(len(PRINT_FONTS))]
        font, size = pair[0], int(rng.integers(26, 42))
        label = ["Ngày:", "Ngày", "NGÀY:", "Ngày "][rng.integers(4)] if date else ["Số:", "SỐ:", "Số", "Số: "][rng.integers(4)]
        x = self.printed(canvas, label, -28.6 + rng.normal(0, 6), base, font, size)
        if rng.random() < 0.8:
            self.printed(canvas, "." * 80, x + rng.uniform(-2, 6), base + rng.uniform(-2, 3), font, size)
        if rng.random() < 0.6:  # the frame
            for y in (rng.uniform(-5, 16), rng.uniform(70, 90)):
                cv2.line(canvas.print, (0, int(y)), (W, int(y + rng.normal(0, 3))), 1.0, int(rng.integers(1, 4)), cv2.LINE_AA)
        if rng.random() < 0.5:
            xx = int(rng.uniform(250, 330))
            cv2.line(canvas.print, (xx, 0), (int(xx + rng.normal(0, 2)), H), 1.0, int(rng.integers(1, 4)), cv2.LINE_AA)
        if how == NOTHING:
            return ""
        if not date:
            text = serial(rng)
            self.written(canvas, text, x + rng.uniform(-4, 50), base - rng.uniform(0, 10), font, size, how)
            return text
        mark = "/./-/"[rng.integers(5)]
        year = int(rng.integers(10, 30))
        text = mark.join([padded(rng, int(rng.integers(1, 32)), 0.4), padded(rng, int(rng.integers(1, 13)), 0.3),
                          str(2000 + year) if rng.random() < 0.3 else str(year)])
        x, foot = x + rng.uniform(-4, 24), base - rng.uniform(0, 8)
        if how == HAND and rng.random() < 0.5:
            day, month, year = text.split(mark)
            self.spread(canvas, [day, mark, month, mark, year], x, foot)
        else:
            self.written(canvas, text, x, foot, font, size, how)
        canvas.boxes = [("/" if c == mark else c, b) for c, b in canvas.boxes]
        return text.replace(mark, "/")

    def clutter(self, canvas, base):
        rng, p = canvas.rng, canvas.print
        upright, italic = PRINT_FONTS[rng.integers(len(PRINT_FONTS))]
        if rng.random() < 0.12:
            y = int(rng.uniform(-2, 14))
            cv2.line(p, (int(rng.uniform(-100, 200)), y), (int(rng.uniform(100, 500)), int(y + rng.normal(0, 2))), 1.0, int(rng.integers(1, 4)))
        if rng.random() < 0.25:
            text = SYMBOLS[rng.integers(len(SYMBOLS))].lower() + " về việc " + SYMBOLS[rng.integers(len(SYMBOLS))].lower()
            self.printed(canvas, text, rng.uniform(-60, 120), base + rng.uniform(40, 56), upright, int(rng.integers(30, 42)))
        if rng.random() < 0.10:
            self.printed(canvas, SYMBOLS[rng.integers(len(SYMBOLS))] + " " + SYMBOLS[rng.integers(len(SYMBOLS))],
                         rng.uniform(-60, 120), base - rng.uniform(48, 58), upright, int(rng.integers(32, 42)))
        if rng.random() < 0.06:
            x = int(rng.uniform(0, W))
            cv2.line(p, (x, 0), (int(x + rng.normal(0, 3)), H), float(rng.uniform(0.3, 1)), 1)
        if rng.random() < 0.03:
            cv2.circle(p, (int(rng.uniform(-50, 370)), int(rng.uniform(-150, 200))), int(rng.uniform(100, 200)), 0.6, 2, cv2.LINE_AA)
        for _ in range(rng.poisson(0.8)):
            cv2.circle(p, (int(rng.uniform(0, W)), int(rng.uniform(0, H))), int(rng.integers(0, 3)), 1.0, -1)

    def zone(self, rng):
        canvas = Canvas(rng)
        canvas.limit = W
        base = 61 + rng.normal(0, 3.3)
        how = (NOTHING, HAND, PRINT)[rng.choice(3, p=[0.07, 0.80, 0.13])]
        kind = rng.choice(5, p=[0.45, 0.23, 0.07, 0.09, 0.16])
        self.kind = ("number", "day", "month", "number", "date")[kind]
        if kind == 0:
            text = self.number(canvas, base, how)
        elif kind == 1:
            left = ["ngày", "ngày ", "Ngày"][rng.choice(3, p=[0.75, 0.2, 0.05])]
            text = self.between(canvas, base, how, left, "tháng", 54, padded(rng, int(rng.integers(1, 32)), 0.7))
        elif kind == 2:
            left = ["háng", "áng", "háng "][rng.integers(3)]
            text = self.between(canvas, base, how, left, "năm", 36, padded(rng, int(rng.integers(1, 13)), 0.6))
        else:
            text = self.stamped(canvas, base, how, kind == 4)
        self.clutter(canvas, base)
        image, boxes = self.scanned(canvas)
        return image, text, how, boxes

    def scanned(self, canvas):
        """Turns the two layers into a scan, normalised as at run time."""
        rng = canvas.rng
        angle, scale = rng.uniform(-1.2, 1.2), rng.uniform(0.91, 1.09)
        m = cv2.getRotationMatrix2D((90, 60), angle, scale)
        m[1, 2] += rng.normal(0, 1.5)
        mode = rng.choice(4, p=[0.36, 0.48, 0.11, 0.05])
        pen, type_ = (1.0, 1.0) if mode == 0 else (rng.uniform(0.35, 1), rng.uniform(0.6, 1))
        image = np.maximum(canvas.print * type_, canvas.hand * pen)
        image = cv2.warpAffine(image, m, (W, H), flags=cv2.INTER_LINEAR)
        if mode == 2:
            f = rng.uniform(0.4, 0.7)
            image = cv2.resize(cv2.resize(image, None, fx=f, fy=f, interpolation=cv2.INTER_AREA), (W, H), interpolation=cv2.INTER_LINEAR)
        blur = rng.uniform(0.3, 1.2)
        image = cv2.GaussianBlur(image, (0, 0), blur)
        noise = np.empty_like(image)
        cv2.randn(noise, 0, 0.1 if mode == 0 else rng.uniform(0.002, 0.03))
        image += noise
        if mode == 0:
            image = (image > rng.uniform(0.3, 0.62)).astype(np.float32)
            image = cv2.GaussianBlur(image, (0, 0), 0.5)
        paper, ink = np.percentile(image[:, :canvas.limit][::2, ::2], [20, 98.5])
        image = np.clip((image - paper) / max(ink - paper, 0.15), 0, 1)
        image[:, canvas.limit:] = 0
        boxes = []
        for char, (x0, y0, x1, y1) in canvas.boxes:
            q = np.array([[x0, y0, 1], [x1, y1, 1], [x0, y1, 1], [x1, y0, 1]]) @ m.T
            boxes.append((char, q[:, 0].min(), q[:, 1].min(), q[:, 0].max(), q[:, 1].max()))
        return (image * 255).astype(np.uint8), boxes


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--split", default="train")
    parser.add_argument("--sheet", action="store_true", help="write a picture of 60 zones instead")
    parser.add_argument("--strips", action="store_true", help="write zones as PNG and truth.tsv (file, field, value, how)")
    args = parser.parse_args()
    maker = Maker(args.data, args.split)
    cv2.setNumThreads(1)
    for shard in range(args.first, args.first + args.shards):
        seed = [shard, 7 if args.split == "train" else 11]
        rng = np.random.default_rng(seed)
        cv2.setRNGSeed(shard)
        if args.sheet:
            tiles = []
            for _ in range(60):
                image, text, how, boxes = maker.zone(rng)
                tile = 255 - cv2.copyMakeBorder(image, 2, 18, 2, 2, cv2.BORDER_CONSTANT)
                cv2.putText(tile, f"{text} {how}", (3, 97), 0, 0.5, 0)
                for _, x0, y0, x1, y1 in boxes:
                    cv2.rectangle(tile, (int(x0), int(y0)), (int(x1), int(y1)), 170, 1)
                tiles.append(tile)
            cv2.imwrite(args.out, np.vstack([np.hstack(tiles[i:i + 4]) for i in range(0, 60, 4)]))
            return
        if args.strips:
            os.makedirs(args.out, exist_ok=True)
            with open(os.path.join(args.out, "truth.tsv"), "w") as truth:
                for i in range(args.count):
                    image, text, how, _ = maker.zone(rng)
                    cv2.imwrite(os.path.join(args.out, f"{i:04d}.png"), image)
                    value = text if maker.kind == "date" else text.split("/")[0]
                    print(f"{i:04d}.png", maker.kind, value, how, sep="\t", file=truth)
            return
        images = np.zeros((args.count, H, W), np.uint8)
        texts, hows, boxes = [], [], []
        for i in range(args.count):
            images[i], text, how, box = maker.zone(rng)
            texts.append(text), hows.append(how), boxes.append(box)
        flat = [(i, c, *b) for i, bs in enumerate(boxes) for c, *b in bs]
        path = os.path.join(args.out, f"{args.split}-{shard:03d}.npz")
        np.savez(path + ".tmp.npz", images=images, texts=np.array(texts), hows=np.array(hows, np.uint8),
                 box_zone=np.array([f[0] for f in flat], np.int32), box_char=np.array([f[1] for f in flat]),
                 box=np.array([f[2:] for f in flat], np.float32))
        os.replace(path + ".tmp.npz", path)
        print(path, flush=True)


if __name__ == "__main__":
    main()
