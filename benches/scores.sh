#!/bin/bash
# Prints the accuracy figures of the README.
#   EVAL=DIR    folder with score_ocr.py, score_records.py, score_restore.py (required)
#   DEVSET=DIR  folder with 001.txt, 002.txt, 002.truth.txt, gold/ and real/ (optional)
#   HELDOUT='a.txt b.txt'  right Vietnamese text the model never saw, one sentence a line (optional)
#   CONGVAN=…   binary (target/release/congvan)   OUT=DIR  where page texts and records go (target/scores)
# Promises: nothing is written outside OUT. Leaves out: speed and memory (ocr_vs_ocrmypdf.py).
set -euo pipefail
cd "$(dirname "$0")/.."
: "${EVAL:?set EVAL to the folder of score_ocr.py, score_records.py and score_restore.py}"
congvan=${CONGVAN:-$PWD/target/release/congvan}
out=${OUT:-$PWD/target/scores}
python=python3
[ -x target/samples-venv/bin/python ] && python=$PWD/target/samples-venv/bin/python   # rapidfuzz there makes CER-lin possible
export PYTHONDONTWRITEBYTECODE=1 OMP_THREAD_LIMIT=1
rm -rf "$out" && mkdir -p "$out"

# page_texts FOLDER TARGET [OPTION]: the OCR of each scan as TARGET/<stem>-p<N>.txt
page_texts() {
    mkdir -p "$2"
    find "$1" -maxdepth 1 -type f \( -name '*.pdf' -o -name '*.tif' -o -name '*.png' -o -name '*.jpg' \) | sort | while read -r file; do
        "$congvan" ocr "$file" --format text --quiet ${3:-} >"$out/pages.txt" || echo "ocr failed: $file" >&2
        "$python" - "$out/pages.txt" "$2/$(basename "${file%.*}")" <<'PY'
import sys
for number, page in enumerate(open(sys.argv[1], encoding="utf-8").read().split("\f"), 1):
    open(f"{sys.argv[2]}-p{number}.txt", "w", encoding="utf-8").write(page)
PY
    done
}

# score_ocr TRUTH_HOME ARGUMENTS…: the scorer with another home than its own folder
score_ocr() {
    "$python" - "$@" <<PY
import sys
sys.path.insert(0, "$EVAL")
import score_ocr
score_ocr.HERE = sys.argv.pop(1)
score_ocr.main()
PY
}

echo "== samples: OCR"
page_texts samples "$out/samples"
page_texts samples "$out/samples-as-read" --as-read
score_ocr samples/.gold "$out/samples" "$out/samples-as-read" ${VERBOSE:+--per-page}
echo "== samples: records"
"$congvan" extract samples --quiet >"$out/samples.json" || true
"$python" "$EVAL/score_records.py" "$out/samples.json" --gold samples/.gold/records ${VERBOSE:+--verbose}
echo "== samples: the letter without diacritics, restored"
"$python" "$EVAL/score_restore.py" strip samples/.gold/text/15-cong-van-khong-dau.txt -- "$congvan" restore -

for file in ${HELDOUT:-}; do
    echo "== held-out text: $file (strip, clean)"
    "$python" "$EVAL/score_restore.py" strip "$file" -- "$congvan" restore -
    "$python" "$EVAL/score_restore.py" clean "$file" -- "$congvan" restore -
done

[ -n "${DEVSET:-}" ] || exit 0
echo "== development set, text: records"
"$congvan" extract "$DEVSET/001.txt" "$DEVSET/002.txt" --quiet >"$out/devset.json" || true
"$python" "$EVAL/score_records.py" "$out/devset.json" --gold "$DEVSET/gold" ${VERBOSE:+--verbose}
echo "== development set, text: restoration (strip, garble, clean)"
"$python" "$EVAL/score_restore.py" strip "$DEVSET/001.txt" -- "$congvan" restore -
"$python" "$EVAL/score_restore.py" garble "$DEVSET/002.txt" "$DEVSET/002.truth.txt" -- "$congvan" restore -
"$python" "$EVAL/score_restore.py" clean "$DEVSET/001.txt" -- "$congvan" restore -
[ -d "$DEVSET/real" ] || exit 0
echo "== development set, real scans: OCR"
page_texts "$DEVSET/real/scans" "$out/real"
page_texts "$DEVSET/real/scans" "$out/real-as-read" --as-read
score_ocr "$DEVSET/real" "$out/real" "$out/real-as-read" ${VERBOSE:+--per-page}
echo "== development set, real scans: records"
"$congvan" extract "$DEVSET/real/scans" --quiet >"$out/real.json" || true
"$python" "$EVAL/score_records.py" "$out/real.json" --gold "$DEVSET/real/gold" ${VERBOSE:+--verbose}
