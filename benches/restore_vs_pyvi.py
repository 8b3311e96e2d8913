#!/usr/bin/env python3
"""Words right and words a second of `congvan restore` against pyvi's `add_accents`, on the same stripped text in the same run.

  restore_vs_pyvi.py TEXT [TEXT ...] [--congvan BINARY] [--lines 3000] [--fast]

in: texts with their diacritics (.txt, .xz) -> out: a table on standard output and the ratio of the speeds.
The diacritics are taken away, both put them back, line by line, on one core. congvan's time is that of the whole process, start
and model included; pyvi is timed without its start, which is kind to it. A word is right when all its letters are, case folded;
old and new tone placement (hoà, hòa) are one. Lines whose number of words a program changes count as wrong.
Needs pyvi (PyPI), best in a virtual environment of its own.
"""
import argparse
import lzma
import os
import re
import subprocess
import sys
import time
import unicodedata

OLD_TO_NEW = dict(zip("oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ".split(),
                      "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy".split()))
OLD = re.compile(r"(?<!q)(" + "|".join(OLD_TO_NEW) + r")(?!\w)")


def lines_of(path, most):
    opened = lzma.open(path, "rt", encoding="utf-8") if path.endswith(".xz") else open(path, encoding="utf-8")
    with opened as text:
        lines = (unicodedata.normalize("NFC", line).strip() for line in text)
        return [line for _, line in zip(range(most), (line for line in lines if line))]


def stripped(line):
    apart = unicodedata.normalize("NFD", line)
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("đ", "d").replace("Đ", "D")


def words(line):
    folded = OLD.sub(lambda m: OLD_TO_NEW[m[1]], unicodedata.normalize("NFC", line).lower())
    return re.findall(r"[^\W_]+", folded)


def right(truth, given):
    pairs = [(words(a), words(b)) for a, b in zip(truth, given)]
    return sum(sum(x == y for x, y in zip(a, b)) for a, b in pairs if len(a) == len(b)), sum(len(a) for a, _ in pairs)


def accented(ViUtils, line):
    """pyvi 0.1.1 fails on some lines (KeyError, IndexError); such a line stays as it is."""
    try:
        return ViUtils.add_accents(line)
    except (KeyError, IndexError):
        return line


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+")
    parser.add_argument("--congvan", default="target/release/congvan")
    parser.add_argument("--lines", type=int, default=3000)
    parser.add_argument("--fast", action="store_true", help="restore --fast: without the second opinion")
    args = parser.parse_args()
    try:
        from pyvi import ViUtils
    except ImportError:
        sys.exit("pyvi is missing: python3 -m venv VENV; VENV/bin/pip install pyvi; run this with VENV/bin/python")
    ViUtils.add_accents("khoi dong")
    print("text\twords\tright: congvan\tpyvi\twords/s: congvan\tpyvi\tratio")
    for path in args.texts:
        truth = lines_of(path, args.lines)
        bare = [stripped(line) for line in truth]
        begun = time.perf_counter()
        done = subprocess.run([args.congvan, "restore", "-j", "1", *["--fast"][:args.fast], "-"], input="\n".join(bare) + "\n", text=True,
                              capture_output=True, check=True).stdout.splitlines()
        ours = time.perf_counter() - begun
        begun = time.perf_counter()
        theirs = [accented(ViUtils, line) for line in bare]
        peer = time.perf_counter() - begun
        (good, all_words), (good_peer, _) = right(truth, done), right(truth, theirs)
        print(f"{os.path.basename(path)}\t{all_words}\t{good / all_words:.2%}\t{good_peer / all_words:.2%}"
              f"\t{all_words / ours:,.0f}\t{all_words / peer:,.0f}\t{peer / ours:.1f}")


if __name__ == "__main__":
    main()
