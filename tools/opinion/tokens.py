#!/usr/bin/env python3
"""Turns corpora into the numbers that the net of the second opinion is trained on.

  tokens.py MODEL OUT CORPUS[:KEEP] ...     KEEP: share of the text to keep, in blocks of 400 lines (1)

in: the language model (for its words), texts of one sentence a line (.txt, .txt.xz) -> out: u16 little endian a token:
bits 0..12 the word (0 none, 1 end, 2 unknown, 3 number, 4 comma, 5 slash, then the model's most frequent words),
bits 13..14 its case (0 small, 1 first letter capital, 2 all capitals).
Words are cut as `src/restore/token.rs` cuts them; runs of numbers and of ends are one token.
"""
import lzma
import re
import sys
from array import array
from multiprocessing import Pool

WORDS = 8192
NONE, END, UNKNOWN, NUMBER, COMMA, SLASH = range(6)
TOKEN = re.compile(r"([^\W\d_]+)|(\d+(?:[.,/:-]\d+)*)|([.;:!?…])|(,)|(/)")
OLD_TO_NEW = dict(zip("oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ".split(),
                      "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy".split()))
OLD = re.compile(r"(?<!q)(" + "|".join(OLD_TO_NEW) + r")$")


def vocabulary(path):
    """Lower-case words with modern tone placement -> number."""
    data = open(path, "rb").read(1 << 22)
    if data[:8] != b"CVLM0002":
        sys.exit(f"{path}: not a language model of congvan")
    at = 8 + 4 + int.from_bytes(data[8:12], "little")
    words = data[at + 4:at + 4 + int.from_bytes(data[at:at + 4], "little")].decode().split("\n")
    return {word: number for number, word in enumerate(words[:WORDS - 6], 6)}


def numbers(line, ids):
    out = []
    for word, number, end, comma, slash in TOKEN.findall(line):
        if word:
            lower = word.lower()
            found = ids.get(lower) or ids.get(OLD.sub(lambda m: OLD_TO_NEW[m[1]], lower), UNKNOWN)
            case = 2 if len(word) > 1 and word.isupper() else 1 if word[0].isupper() else 0
            out.append(found | case << 13)
        else:
            token = NUMBER if number else END if end else COMMA if comma else SLASH
            if token not in (NUMBER, END) or not out or out[-1] != token:
                out.append(token)
    if out and out[-1] != END:
        out.append(END)
    return out


def block(lines):
    return array("H", [n for line in lines for n in numbers(line, IDS)]).tobytes()


def blocks(path, keep):
    opened = lzma.open(path, "rt", encoding="utf-8") if path.endswith(".xz") else open(path, encoding="utf-8")
    with opened as text:
        lines, due = [], 0.0
        for line in text:
            lines.append(line)
            if len(lines) == 400:
                due += keep
                if due >= 1:
                    due -= 1
                    yield lines
                lines = []


def main():
    global IDS
    model, out, *corpora = sys.argv[1:]
    IDS = vocabulary(model)
    with open(out, "wb") as target, Pool() as pool:
        for corpus in corpora:
            path, _, keep = corpus.partition(":")
            for part in pool.imap(block, blocks(path, float(keep or 1)), chunksize=8):
                target.write(part)


if __name__ == "__main__":
    main()
