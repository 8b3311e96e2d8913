"""Lays one letter out on A4 pages the way Nghị định 30/2020 (and, for Party letters, the Party's own form) asks.

in: a document as read from `letters/*.toml` -> out: pages of drawing operations in points, each with its printed lines in
reading order (left header, right header, number, V/v, place and date, body, Nơi nhận, signature; tables row by row).
Promises: the printed lines are exactly what is drawn; words of seals and signatures are not among them, stamps and page
numbers are in `extra`. Leaves out: hyphenation, footnotes, tables whose single row is higher than a page.
"""
import re
from dataclasses import dataclass, field
from functools import lru_cache
from PIL import ImageFont

FONT_DIR = "/usr/share/fonts/truetype/liberation2/"
FONTS = {"": "LiberationSerif-Regular", "b": "LiberationSerif-Bold", "i": "LiberationSerif-Italic", "bi": "LiberationSerif-BoldItalic"}
WIDTH, HEIGHT = 595.3, 841.9
LEFT, RIGHT, TOP, BOTTOM = 85.0, 547.0, 57.0, 785.0          # 30 mm binding margin, 17 to 20 mm elsewhere
LEFT_COLUMN, RIGHT_COLUMN = LEFT + 88, LEFT + 330            # centres of the two header columns
BLACK = (25, 25, 28)


@lru_cache(None)
def font(style, size):
    return ImageFont.truetype(f"{FONT_DIR}{FONTS[style]}.ttf", size)


def width(text, style, size):
    return font(style, 1000).getlength(text) * size / 1000


def check_fonts():
    """fonts-liberation (without the 2) draws a box for every Vietnamese letter with two marks: refuse it here."""
    box = bytes(font("", 60).getmask("\U000F0000"))
    for letter in "ộựạẫỹƯĐ":
        if bytes(font("", 60).getmask(letter)) == box:
            raise SystemExit(f"the font has no {letter}: install fonts-liberation2")


@dataclass
class Page:
    ops: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    extra: list = field(default_factory=list)


def spans(text):
    """`**bold**` and `__italic__` -> words with their style."""
    words, style = [], ""
    for piece in re.split(r"(\*\*|__)", text):
        if piece == "**":
            style = style.replace("b", "") if "b" in style else "b" + style
        elif piece == "__":
            style = style.replace("i", "") if "i" in style else style + "i"
        else:
            parts = piece.split(" ")
            for k, part in enumerate(parts):
                glue = k == 0 and words and not words[-1][2]
                if part:
                    words.append([part, style, k < len(parts) - 1, bool(glue)])
                elif words and k < len(parts) - 1:
                    words[-1][2] = True
    return words


def wrap(text, size, available, first=0.0, base=""):
    """Greedy lines; each line is a list of (word, style)."""
    lines, line, used = [], [], first
    for word, style, _, _ in spans(text):
        style = "".join(sorted(set(style + base)))
        w, gap = width(word, style, size), width(" ", style, size)
        if line and used + gap + w > available:
            lines.append(line)
            line, used = [], 0.0
        used += (gap if line else 0) + w
        line.append((word, style))
    return lines + [line] if line else lines


class Sheet:
    """The pages of one document while they are being filled."""

    def __init__(self, size):
        self.pages, self.size, self.y = [], size, TOP
        self.new_page()

    def new_page(self):
        self.pages.append(Page())
        self.y = TOP
        if len(self.pages) > 1:
            self.text(str(len(self.pages)), (LEFT + RIGHT) / 2, 40, "", 13, truth=False)
            self.page.extra.append(str(len(self.pages)))

    @property
    def page(self):
        return self.pages[-1]

    def room(self, height):
        if self.y + height > BOTTOM:
            self.new_page()

    def text(self, text, centre, y, style, size, truth=True):
        self.page.ops.append(("text", centre - width(text, style, size) / 2, y, text, style, size))
        if truth:
            self.page.lines.append(text)

    def rule(self, x0, x1, y, thick=0.7):
        self.page.ops.append(("rule", x0, y, x1, y, thick))

    def words(self, line, x, y, size, stretch_to=None):
        """One line of styled words; `stretch_to` justifies it to that width."""
        gap = width(" ", "", size)
        if stretch_to and len(line) > 1:
            gap = (stretch_to - sum(width(w, s, size) for w, s in line)) / (len(line) - 1)
        for word, style in line:
            self.page.ops.append(("text", x, y, word, style, size))
            x += width(word, style, size) + gap

    def paragraph(self, text, first=28.0, left=LEFT, right=RIGHT, size=None, base="", justify=True, gap=4.0, leading=1.26):
        size = size or self.size
        lines = wrap(text, size, right - left, first, base)
        for k, line in enumerate(lines):
            self.room(size * leading)
            indent = first if k == 0 else 0.0
            full = justify and k < len(lines) - 1
            self.words(line, left + indent, self.y + size, size, right - left - indent if full else None)
            self.page.lines.append(" ".join(w for w, _ in line))
            self.y += size * leading
        self.y += gap

    def centred(self, text, style, size, centre=None, within=RIGHT - LEFT, leading=1.2):
        centre = centre or (LEFT + RIGHT) / 2
        last = ""
        for line in wrap(text, size, within, 0, style):
            last = " ".join(w for w, _ in line)
            self.text(last, centre, self.y + size, style, size)
            self.y += size * leading
        return width(last, style, size)


def with_pen(sheet, text, pen, centre, y, style, size, field):
    """`text` with its `{}` written by pen; the printed line holds the digits as if typed."""
    before, after = text.split("{}")
    pen_width = max(24.0, 8.8 * len(pen) + 6)
    total = width(before, style, size) + pen_width + width(after, style, size)
    x = centre - total / 2
    sheet.page.ops.append(("text", x, y, before, style, size))
    x += width(before, style, size)
    sheet.page.ops.append(("pen", x + 3, y + 2, pen, 17.0, field))
    sheet.page.ops.append(("text", x + pen_width, y, after, style, size))
    sheet.page.lines.append(text.replace("{}", pen))


def header(sheet, d):
    party = d.get("style") == "party"
    top = sheet.y
    if d.get("parent"):
        sheet.centred(d["parent"], "", 12, LEFT_COLUMN, 205)
    for line in d["issuer"]:
        w = sheet.centred(line, "b", 12, LEFT_COLUMN, 205)
    if party:
        sheet.centred("*", "", 12, LEFT_COLUMN)
    else:
        sheet.rule(LEFT_COLUMN - w / 4, LEFT_COLUMN + w / 4, sheet.y + 3)
    left_end, sheet.y = sheet.y, top
    if party:
        w = sheet.centred("ĐẢNG CỘNG SẢN VIỆT NAM", "b", 14, RIGHT_COLUMN)
    else:
        sheet.centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "b", 12, RIGHT_COLUMN, 300)
        w = sheet.centred("Độc lập - Tự do - Hạnh phúc", "b", 13, RIGHT_COLUMN, 300)
    sheet.rule(RIGHT_COLUMN - w / 2, RIGHT_COLUMN + w / 2, sheet.y + 3)
    y = max(left_end, sheet.y) + 9
    sheet.y = y
    if d.get("number"):
        label = ("Số " if party else "Số: ")
        serial, rest = re.match(r"(\d+)(.*)", d["number"]).groups()
        if d.get("hand_number"):
            with_pen(sheet, label + "{}" + rest, serial, LEFT_COLUMN, y + 13, "", 13, "number")
        else:
            sheet.text(label + d["number"], LEFT_COLUMN, y + 13, "", 13)
        sheet.y = y + 18
    if d.get("about"):
        sheet.centred(d["about"], "", 12, LEFT_COLUMN, 205, 1.15)
    if d.get("date_line"):
        line, day = d["date_line"], re.search(r"ngày (\d+)", d["date_line"]).group(1)
        if d.get("hand_day"):
            with_pen(sheet, line.replace(f"ngày {day}", "ngày {}", 1), day, RIGHT_COLUMN, y + 13, "i", 13, "day")
        else:
            sheet.text(line, RIGHT_COLUMN, y + 13, "i", 13)
    sheet.y = max(sheet.y, y + 18) + 12


def title(sheet, d):
    if not d.get("title"):
        return
    sheet.centred(d["title"], "b", 15)
    sheet.y += 1
    w = sheet.centred(d["heading"], "b", 14, within=410) if d.get("heading") else 60
    if d.get("under"):
        sheet.centred(d["under"], "i", 13)
    sheet.rule((LEFT + RIGHT) / 2 - min(w, 160) / 3, (LEFT + RIGHT) / 2 + min(w, 160) / 3, sheet.y + 4)
    sheet.y += 16


def addressees(sheet, d):
    names = d.get("to", [])
    if not names:
        return
    if len(names) == 1:
        sheet.centred(f"Kính gửi: {names[0]}", "", sheet.size + 0.5, within=455)
    else:
        sheet.paragraph("Kính gửi:", first=110, justify=False, gap=0)
        for k, name in enumerate(names):
            end = "." if k == len(names) - 1 else ";"
            sheet.paragraph(f"- {name}{end}", first=0, left=LEFT + 150, justify=False, gap=0)
    sheet.y += 8


def table(sheet, rows, fractions):
    """Ruled table; the first row is the bold heading."""
    size, total = 12.0, RIGHT - LEFT
    widths = [total * f / sum(fractions) for f in fractions]
    for index, row in enumerate(rows):
        style = "b" if index == 0 else ""
        cells = [wrap(cell, size, w - 8, 0, style) for cell, w in zip(row, widths)]
        height = max(len(c) for c in cells) * size * 1.2 + 6
        sheet.room(height)
        top = sheet.y
        if index == 0 or top == TOP:
            sheet.rule(LEFT, RIGHT, top)
        x = LEFT
        for cell, w in zip(cells, widths):
            y = top + 2
            for line in cell:
                run = " ".join(word for word, _ in line)
                middle = index == 0 or w < 60
                at = x + (w - width(run, style, size)) / 2 if middle else x + 4
                sheet.page.ops.append(("text", at, y + size, run, style, size))
                sheet.page.lines.append(run)
                y += size * 1.2
            sheet.page.ops.append(("rule", x, top, x, top + height, 0.7))
            x += w
        sheet.page.ops.append(("rule", RIGHT, top, RIGHT, top + height, 0.7))
        sheet.y = top + height
        sheet.rule(LEFT, RIGHT, sheet.y)
    sheet.y += 10


def body(sheet, text):
    """`# ` heading, `= ` centred bold, `~ ` italic paragraph, `|` table rows (first line `|: widths`), else a paragraph."""
    rows, fractions = [], []
    for line in text.strip().split("\n") + [""]:
        if line.startswith("|:"):
            fractions = [float(f) for f in line[2:].split()]
        elif line.startswith("|"):
            rows.append([c.strip() for c in line.strip("|").split("|")])
        else:
            if rows:
                table(sheet, rows, fractions)
                rows = []
            if line.startswith("# "):
                sheet.room(50)
                sheet.paragraph(line[2:], base="b", justify=False)
            elif line.startswith("= "):
                sheet.centred(line[2:], "b", 14)
                sheet.y += 6
            elif line.startswith("~ "):
                sheet.paragraph(line[2:], base="i")
            elif line.strip():
                sheet.paragraph(line)


def closing(sheet, d):
    """Nơi nhận on the left, the signature block on the right; kept together on one page."""
    signer, recipients = d.get("signer"), d.get("recipients", [])
    centre, gap = LEFT + 345, 66.0
    if not signer:
        return
    left_lines = [("Nơi nhận:", "bi", 12)]
    for item in recipients:
        for k, line in enumerate(wrap("- " + item, 11, 205, 0)):
            left_lines.append((" ".join(w for w, _ in line), "", 11))
    titles = signer["lines"]
    sheet.room(max(len(left_lines) * 13.2, len(titles) * 16 + gap + 20) + 8)
    top = sheet.y + 8
    y = top
    if recipients:
        for line, style, size in left_lines:
            sheet.page.ops.append(("text", LEFT, y + size, line, style, size))
            sheet.page.lines.append(line)
            y += size * 1.18
    left_end, y = y, top
    for line in titles:
        sheet.text(line, centre, y + 13, "b", 13)
        y += 16
    if d.get("signed", True):
        sheet.page.ops.append(("sign", centre - 45, y + 4, 105, gap - 8))
    if d.get("seal"):
        sheet.page.ops.append(("seal", centre - 52, y + gap / 2 - 6, 50.0, d["seal"]))
    sheet.text(signer["name"], centre, y + gap + 14, "b", 14)
    sheet.y = max(left_end, y + gap + 24)


def document(d):
    """All pages of one document."""
    sheet = Sheet(d.get("size", 13.5))
    header(sheet, d)
    if d.get("urgency"):
        sheet.page.ops.append(("mark", LEFT + 20, sheet.y - 8, d["urgency"]))
        sheet.page.extra.append(d["urgency"])
        sheet.y += 20
    title(sheet, d)
    addressees(sheet, d)
    if d.get("received") and "at" not in d["received"]:
        sheet.y = max(sheet.y, 172 + 88)          # the stamp gets the free corner left of Kính gửi
    body(sheet, d["body"])
    closing(sheet, d)
    if d.get("received"):
        r = d["received"]
        sheet.pages[0].ops.append(("stamp", *r.get("at", [LEFT - 8, 172]), r))
        sheet.pages[0].extra += [r["office"], r.get("head", "ĐẾN"), f"Số: {r['number']}", f"Ngày: {r['written']}", f"Chuyển: {r.get('to', '')}".strip()]
    return sheet.pages
