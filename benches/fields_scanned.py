"""What reading scans costs the fields: letters of tests/fields laid out, worn down and scanned, then read again.

in: a folder of tests/fields, a level (clean, office, poor, fax), congvan → out: target/fields-scanned/<level>/ with a PDF and a
record per letter; then `RECORDS=target/fields-scanned/<level> cargo test --release --test fields <test> -- --nocapture` scores
them as it scores the clean text. Promises: same letter and level, same scan. Leaves out: seals, signatures, pens, tables with
rules (the samples have those).

Needs the packages of samples/.generator/requirements.txt (`make samples` puts them into target/samples-venv).
"""
import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "samples" / ".generator"))
import layout  # noqa: E402
import scanner  # noqa: E402

MOTTO = ("CỘNG HÒA XÃ HỘI", "ĐẢNG CỘNG SẢN")
DAY = re.compile(r"^\S.*, ngày .*tháng.*năm.*$")


def capitals(line):
    return line.upper() == line and any(c.isalpha() for c in line)


def parts(text):
    """The letter as `layout.document` takes it; what is not understood stays in the body."""
    lines = [line.replace("\t", "   ") for line in text.split("\n")]
    motto = next((n for n, line in enumerate(lines) if line.startswith(MOTTO)), None)
    d = {"issuer": [], "body": "", "seal": False}
    if motto is None:
        return None
    d["issuer"] = [line for line in lines[:motto] if line.strip()]
    d["style"] = "party" if lines[motto].startswith("ĐẢNG") else "state"
    n = motto + (1 if d["style"] == "party" else 2)
    about, to, body = [], [], []
    while n < len(lines):
        line = lines[n].strip()
        if not line:
            pass
        elif re.match(r"^Số:? *\d", line) and "number" not in d:
            d["number"] = re.sub(r"^Số:? *", "", line)
        elif DAY.match(line) and "date_line" not in d:
            d["date_line"] = line
        elif line.startswith(("V/v", "Về việc")) or about and "date_line" not in d and not capitals(line):
            about.append(line)
        elif capitals(line) and "title" not in d and not to:
            d["title"] = line
            heading = []
            while n + 1 < len(lines) and lines[n + 1].strip():
                n += 1
                heading.append(lines[n].strip())
            d["heading"] = " ".join(heading)
        elif line.startswith("Kính gửi"):
            to = [line.split(":", 1)[1].strip()] if line.split(":", 1)[1].strip() else []
            while n + 1 < len(lines) and lines[n + 1].strip().startswith("- "):
                n += 1
                to.append(lines[n].strip()[2:].rstrip(";."))
        else:
            break
        n += 1
    d["about"], d["to"] = " ".join(about), to
    end = next((k for k in range(len(lines) - 1, n, -1) if lines[k].startswith("Nơi nhận")), None)
    body = lines[n:end]
    d["body"] = "\n".join(line for line in body if line.strip())
    if end is not None:
        tail = [line.strip() for line in lines[end + 1:]]
        d["recipients"] = [line[2:] for line in tail if line.startswith("- ")]
        signed = [line for line in tail if line and not line.startswith("- ")]
        if signed:
            d["signer"] = {"lines": signed[:-1], "name": signed[-1]}
    return d


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("folder", help="a folder of tests/fields: author, stranger …")
    options.add_argument("level", choices=["clean", "office", "poor", "fax"])
    options.add_argument("--congvan", default=str(ROOT / "target" / "release" / "congvan"))
    chosen = options.parse_args()
    out = ROOT / "target" / "fields-scanned" / chosen.level
    out.mkdir(parents=True, exist_ok=True)
    layout.check_fonts()
    for seed, letter in enumerate(sorted((ROOT / "tests" / "fields" / chosen.folder).glob("*.txt"))):
        d = parts(letter.read_text(encoding="utf-8"))
        if d is None:
            print(f"left out, no motto: {letter.name}", file=sys.stderr)
            continue
        pages = layout.document(d)
        images = [scanner.scan(scanner.draw(page, seed)[0], chosen.level, seed * 100 + n, False) for n, page in enumerate(pages)]
        pdf = out / f"{letter.stem}.pdf"
        images[0].save(pdf, save_all=True, append_images=images[1:], resolution=200, quality=80)
        with (out / f"{letter.stem}.json").open("wb") as record:
            subprocess.run([chosen.congvan, "extract", str(pdf), "--format", "json", "--quiet"], stdout=record, check=True)
    print(out)


if __name__ == "__main__":
    main()
