# What a person types. `make help` lists it; every target can be run again and does only what is missing.

SHELL := /bin/bash
export PATH := $(HOME)/.cargo/bin:$(PATH)
# Tesseract's own threads make two engines on two cores several times slower; one thread per engine is enough
export OMP_THREAD_LIMIT := 1

CONGVAN := target/release/congvan
STORE := sqlite://demo/congvan.db
VENV := target/samples-venv
# seconds for each fuzz target
SECONDS := 60

.DEFAULT_GOAL := help
.PHONY: help demo test long fuzz build setup samples scores bench clean-demo

help: ## what each target does
	@echo "congvan: make TARGET, where TARGET is"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## read samples/ into demo/: records, calendar, check reports (installs what is missing, builds, runs)
	@mkdir -p demo
	$(CONGVAN) run samples/ --store $(STORE) --out demo/
	@echo
	@echo "Look at:"
	@printf "  %-70s %s\n" "demo/" "per document its record, text and check report; the calendar (.ics)"
	@printf "  %-70s %s\n" "samples/README.md" "what each letter is and shows"
	@printf "  %-70s %s\n" "$(CONGVAN) list --store $(STORE)" "what the store holds"
	@printf "  %-70s %s\n" "$(CONGVAN) deadlines --store $(STORE)" "what is due, overdue, recurring"
	@printf "  %-70s %s\n" "$(CONGVAN) explain samples/01-so-y-te-cong-van.pdf" "what each step made of it"

test: ## all tests (installs what is missing)
	@tools/setup tests
	cargo test --release
	cargo test --release --no-default-features --lib

long: ## the tests that take minutes: two hundred kills, stores of 100,000 documents
	@tools/setup tests
	cargo test --release --test endurance --test store_speed -- --ignored --nocapture

fuzz: ## every fuzz target for SECONDS=60 each, or TARGETS='letter pdf' (installs cargo-fuzz if missing; stable Rust will do)
	@cargo fuzz --version >/dev/null 2>&1 || cargo install --locked cargo-fuzz
	@fuzz/run $(SECONDS) $(TARGETS)

build: setup ## the release binary, target/release/congvan
	cargo build --release

setup: ## install the Debian packages that are missing (asks for sudo when not root)
	@tools/setup

samples: ## make samples/ anew from samples/.generator (Python packages go into target/samples-venv)
	@test -x $(VENV)/bin/python || python3 -m venv $(VENV) || { echo "python3-venv is missing: apt-get install python3-venv"; exit 3; }
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r samples/.generator/requirements.txt
	$(VENV)/bin/python samples/.generator/generate.py

scores: build ## accuracy on samples/ (EVAL=folder of the scorers; DEVSET=folder adds the development set)
	benches/scores.sh

bench: build ## speed and memory against ocrmypdf on the scanned sample PDFs
	python3 benches/ocr_vs_ocrmypdf.py --congvan $(CONGVAN)

clean-demo: ## remove demo/
	rm -rf demo
