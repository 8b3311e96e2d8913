#!/usr/bin/env python3
"""Pages per minute, CPU seconds and peak memory of `congvan run` against `ocrmypdf -l vie`, on the same PDFs in the same run.

  ocr_vs_ocrmypdf.py [PDF or folder ...] [--congvan BINARY] [--jobs 2] [--rounds 2]

in: PDFs (default: samples/) -> out: a table on standard output and the ratio of the two.
Only PDFs without any text are taken, so that both recognise every page (`ocrmypdf` refuses pages with text). `congvan run` does its
whole job (OCR, restoration, records, checks, store), once with `--fast`; `ocrmypdf` writes a searchable PDF, once as it is and once
with pages set level and upright, as `congvan` sets them. Each is measured file by file, as it is used on a folder, and on all pages
merged into one PDF, which is kindest to it. Rounds alternate; the best of each is shown.
Memory is the resident set summed over the process tree, sampled 20 times a second. Needs: ocrmypdf, poppler-utils, qpdf.
"""
import argparse
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

PAGE = os.sysconf("SC_PAGE_SIZE")


def tree(root):
    """The process and all its descendants that are alive now."""
    parents = {}
    for stat in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(stat) as f:
                text = f.read()
        except OSError:
            continue
        parents[int(text.split(" ", 1)[0])] = int(text.rsplit(")", 1)[1].split()[1])
    found, grown = {root}, True
    while grown:
        more = {p for p, parent in parents.items() if parent in found} - found
        grown, found = bool(more), found | more
    return found


def resident(pids):
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/statm") as f:
                total += int(f.read().split()[1]) * PAGE
        except OSError:
            pass
    return total


class Cost:
    """Wall and CPU seconds and peak bytes of the commands run one after the other."""

    def __init__(self):
        self.wall = self.cpu = 0.0
        self.peak = 0

    def run(self, command, log):
        start = time.monotonic()
        child = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"OMP_THREAD_LIMIT": "1"})
        done = threading.Event()
        watcher = threading.Thread(target=self.watch, args=(child.pid, done))
        watcher.start()
        _, status, used = os.wait4(child.pid, 0)
        done.set()
        watcher.join()
        self.wall += time.monotonic() - start
        self.cpu += used.ru_utime + used.ru_stime
        code = child.returncode = os.waitstatus_to_exitcode(status)
        if code:
            sys.exit(f"{command[0]} ended with {code}: see {log.name}")

    def watch(self, pid, done):
        while not done.wait(0.05):
            self.peak = max(self.peak, resident(tree(pid)))


def pages_without_text(path):
    """The page count of a PDF that holds no text, else 0."""
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout
    if text.strip():
        return 0
    info = subprocess.run(["pdfinfo", path], capture_output=True, check=True, text=True).stdout
    return int(next(line.split()[1] for line in info.splitlines() if line.startswith("Pages:")))


def measure(name, commands, log):
    cost = Cost()
    for command in commands:
        cost.run(command, log)
    print(f"  {name}: {cost.wall:.1f} s", file=sys.stderr, flush=True)
    return cost


def round_of(args, pdfs, work, log):
    """One round of every contestant; fresh outputs each time."""
    for database in glob.glob(f"{work}/*.db*"):
        os.remove(database)
    jobs = str(args.jobs)
    ocr = ["ocrmypdf", "-l", "vie", "--jobs", jobs, "--quiet"]
    run = [args.congvan, "run", f"{work}/in", "--jobs", jobs, "--quiet", "--store"]
    results = {"congvan run": measure("congvan run", [run + [f"sqlite://{work}/store.db"]], log)}
    results["congvan run --fast"] = measure("congvan run --fast", [run + [f"sqlite://{work}/fast.db", "--fast"]], log)
    straighten = ["--deskew", "--rotate-pages", "--sidecar", f"{work}/out.txt"]
    for how, options in (("", []), (" --deskew --rotate-pages", straighten)):
        by_file = [ocr + options + [p, f"{work}/out.pdf"] for p in pdfs]
        results[f"ocrmypdf{how}"] = measure(f"ocrmypdf{how}, file by file", by_file, log)
        if os.path.exists(f"{work}/merged.pdf"):
            merged = [ocr + options + [f"{work}/merged.pdf", f"{work}/out.pdf"]]
            results[f"ocrmypdf{how}, merged"] = measure(f"ocrmypdf{how}, merged", merged, log)
    return results


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("paths", nargs="*", default=["samples"])
    ap.add_argument("--congvan", default="target/release/congvan")
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--rounds", type=int, default=2)
    args = ap.parse_args()
    for tool in ("ocrmypdf", "pdftotext", args.congvan):
        if not shutil.which(tool):
            sys.exit(f"{tool} is missing (apt-get install ocrmypdf poppler-utils qpdf; make build)")
    pdfs = [p for path in args.paths for p in (sorted(glob.glob(f"{path}/*.pdf")) if os.path.isdir(path) else [path])]
    counts = {p: pages_without_text(p) for p in pdfs}
    pdfs, pages = [p for p in pdfs if counts[p]], sum(counts.values())
    with tempfile.TemporaryDirectory() as work, open(f"{tempfile.gettempdir()}/ocr_vs_ocrmypdf.log", "w") as log:
        os.mkdir(f"{work}/in")
        for p in pdfs:
            shutil.copy(p, f"{work}/in")
        if shutil.which("qpdf"):
            subprocess.run(["qpdf", "--empty", "--pages", *pdfs, "--", f"{work}/merged.pdf"], check=True)
        rounds = [round_of(args, pdfs, work, log) for _ in range(args.rounds)]
    print(f"{len(pdfs)} scanned PDFs, {pages} pages, {args.jobs} jobs, best of {args.rounds} rounds, load now {os.getloadavg()[0]:.1f}")
    print(f"{'':42}{'wall s':>8}{'pages/min':>11}{'CPU s':>8}{'CPU s/page':>12}{'peak MB':>9}{'speed':>8}")
    ours = min(r["congvan run"].wall for r in rounds)
    for name in rounds[0]:
        best = min((r[name] for r in rounds), key=lambda c: c.wall)
        peak = max(r[name].peak for r in rounds)
        ratio = "" if name == "congvan run" else f"{best.wall / ours:7.2f}x"
        print(f"{name:42}{best.wall:8.1f}{pages / best.wall * 60:11.1f}{best.cpu:8.1f}{best.cpu / pages:12.2f}{peak / 1e6:9.0f}{ratio:>8}")
    print("speed: how many times faster congvan was than that line")


if __name__ == "__main__":
    main()
