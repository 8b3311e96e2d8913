"""Makes every sample letter, its truth and its gold from `letters/*.toml`.

in: the letters (data) -> out: the files in `samples/`, `samples/.gold/truth`, `samples/.gold/records`,
`samples/.gold/manifest.json`, `samples/.gold/zones.tsv`.
Run by `make samples`. Promises: nothing depends on the clock or on the machine except the versions of the pinned packages and
(for the one file with a garbled text layer) of Tesseract. `generate.py NAME…` makes only the letters whose stem holds a NAME.
"""
import io
import json
import os
import subprocess
import sys
import tomllib
import numpy
import pikepdf
import gold
import layout
import pdf
import scanner

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = os.path.dirname(HERE)
GOLD = os.path.join(SAMPLES, ".gold")


def garbled_layer(image):
    """What an English model makes of the page: the words and boxes of `tesseract -l eng`."""
    raw = io.BytesIO()
    image.save(raw, "PNG", dpi=(scanner.SCAN_DPI,) * 2)
    run = subprocess.run(["tesseract", "-", "-", "-l", "eng", "tsv"], input=raw.getvalue(), capture_output=True, check=True, env=os.environ | {"OMP_THREAD_LIMIT": "1"})
    rows = [line.split("\t") for line in run.stdout.decode().split("\n")[1:] if line]
    return [(r[11], int(r[6]), int(r[7]), int(r[8]), int(r[9])) for r in rows if r[0] == "5" and r[11].strip()]


def dump(d):
    """The letter as one text, a paragraph a line, as other OCR software exports it."""
    party = d.get("style") == "party"
    motto = ["ĐẢNG CỘNG SẢN VIỆT NAM"] if party else ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    out = [line for line in [d.get("parent"), *d["issuer"], "", *motto, ""] if line is not None]
    out += [f"Số: {d['number']}"] + ([d["about"]] if d.get("about") else []) + ["", d["date_line"], ""]
    out += [line for line in (d.get("title"), d.get("heading")) if line]
    names = d.get("to", [])
    ends = [";"] * (len(names) - 1) + ["."]
    out += ["", "Kính gửi: " + names[0]] if len(names) == 1 else (["", "Kính gửi:"] + [f"- {n}{e}" for n, e in zip(names, ends)] if names else [])
    out.append("")
    lines = d["body"].strip().split("\n")
    for line, following in zip(lines, lines[1:] + [""]):
        out += markdown(line) if d.get("markdown") else [gold.plain(line.removeprefix("# ").removeprefix("= ").removeprefix("~ ")), ""]
        if line.startswith("|") and not following.startswith("|"):
            out.append("")
    out += ["Nơi nhận:"] + [f"- {r}" for r in d.get("recipients", [])] + ["", *d["signer"]["lines"], "", d["signer"]["name"], ""]
    return "\n".join(out)


def markdown(line):
    """A body line as Markdown: tables close up, everything else is parted by an empty line."""
    if line.startswith("|:"):
        return []
    if line.startswith("|"):
        row = "| " + " | ".join(c.strip() for c in line.strip("|").split("|")) + " |"
        heading = line.startswith("|TT|")
        return [row, "|" + " --- |" * line.strip("|").count("|") + " --- |"] if heading else [row]
    marked = f"*{line[2:]}*" if line.startswith("~ ") else line.removeprefix("= ")
    return [marked.replace("# ", "### ", 1) if line.startswith("# ") else marked, ""]


def text_file(letter, path, stem):
    d = letter["document"][0]
    text = dump(d)
    if letter.get("stripped"):
        with open(f"{GOLD}/text/{stem}.txt", "w", encoding="utf-8") as f:
            f.write(text)
        text = gold.strip(text)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return [None]


def page_plan(letter):
    """The sheets in file order: (document index, page of it), `None` for a blank back; and each document's first and last sheet."""
    laid = [layout.document(d) for d in letter["document"]]
    sheets = [(k, p) for k, pages in enumerate(laid) for p in pages]
    for again in letter.get("twice", []):
        sheets.insert(again, sheets[again - 1])
    for back in letter.get("blank_after", []):
        sheets.insert(back, None)
    ranges = []
    for k in range(len(laid)):
        numbers = [n + 1 for n, s in enumerate(sheets) if s and s[0] == k]
        ranges.append([numbers[0], numbers[-1]])
    return sheets, ranges


def scanned(letter, sheets, zones):
    """The scans; the places of pen writing are appended to `zones` as lines of `zones.tsv`."""
    level, seed, colour = letter["level"], letter["seed"], letter.get("colour", False)
    images = []
    for n, sheet in enumerate(sheets):
        if sheet is None:
            images.append(scanner.blank(level, seed * 100 + n, colour))
            continue
        # a sheet laid twice on the glass is the same ink under another skew
        ink_seed = seed * 1000 + next(i for i, other in enumerate(sheets) if other is sheet)
        drawn, written = scanner.draw(sheet[1], ink_seed)
        images.append(scanner.scan(drawn, level, seed * 100 + n, colour))
        degrees = scanner.skew(level, numpy.random.default_rng(seed * 100 + n))
        for field, value, box in written:
            place = scanner.turned_box(box, degrees, drawn.size)
            zones.append([letter["file"][:2], letter["file"], n + 1, field, value, "handwritten", *place, *drawn.size])
    return images


def image_file(letter, path, sheets, zones):
    level, turns = letter["level"], letter.get("turned", {})
    digital = [n - 1 for n in letter.get("digital_pages", [])] if letter.get("digital_pages") != "all" else list(range(len(sheets)))
    if not path.endswith(".pdf"):
        return pdf.save_images(scanned(letter, sheets, zones), path, level)
    out, images = pikepdf.new(), None
    born = pdf.born_digital([sheets[n][1] for n in digital]) if digital else None
    if len(digital) < len(sheets):
        images = scanned(letter, sheets, zones)
    for n in range(len(sheets)):
        if n in digital:
            out.pages.append(born.pages[digital.index(n)])
        else:
            layer = garbled_layer(images[n]) if letter.get("garbled_layer") else None
            pdf.image_page(out, images[n], level, turns.get(str(n + 1), 0), layer)
    pdf.save_pdf(out, path)


def make(path):
    with open(path, "rb") as f:
        letter = tomllib.load(f)
    name, zones = letter["file"], []
    stem, target = os.path.splitext(name)[0], os.path.join(SAMPLES, name)
    if name.endswith((".txt", ".md")):
        text_file(letter, target, stem)
        ranges, pages = [None], []
    else:
        sheets, ranges = page_plan(letter)
        image_file(letter, target, sheets, zones)
        pages = []
        for n, sheet in enumerate(sheets, 1):
            page_stem = f"{stem}-p{n}"
            pages.append({"truth": page_stem if sheet else None})
            if sheet:
                write_lines(f"{GOLD}/truth/{page_stem}.txt", sheet[1].lines)
                if sheet[1].extra:
                    write_lines(f"{GOLD}/truth/{page_stem}.extra.txt", sheet[1].extra)
    data = open(target, "rb").read()
    records = [gold.record(d, name, data, k + 1, len(ranges), r) for k, (d, r) in enumerate(zip(letter["document"], ranges))]
    with open(f"{GOLD}/records/{stem}.json", "w", encoding="utf-8") as f:
        json.dump(records, f, ensure_ascii=False, indent=1)
        f.write("\n")
    print(f"{len(data) // 1024:6} KiB  {len(pages):2} pages  {len(records)} records  {name}", flush=True)
    return name, {"level": letter.get("level", "text"), "pages": pages}, zones


def write_lines(path, lines):
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")


def main():
    layout.check_fonts()
    for folder in ("truth", "records", "text"):
        os.makedirs(f"{GOLD}/{folder}", exist_ok=True)
    letters = sorted(os.listdir(f"{HERE}/letters"))
    chosen = [f for f in letters if len(sys.argv) == 1 or any(a in f for a in sys.argv[1:])]
    made = [make(f"{HERE}/letters/{f}") for f in chosen]
    if len(chosen) < len(letters):
        return print("manifest.json and zones.tsv are left as they were: they are written with all letters only")
    with open(f"{GOLD}/manifest.json", "w", encoding="utf-8") as f:
        json.dump({"inbox": {name: entry for name, entry, _ in made}}, f, ensure_ascii=False, indent=1)
        f.write("\n")
    heads = "id file page field value how x y w h page_w page_h".split()
    write_lines(f"{GOLD}/zones.tsv", ["\t".join(map(str, row)) for row in [heads] + [z for _, _, zones in made for z in zones]])


if __name__ == "__main__":
    main()
