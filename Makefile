# Two commands for newcomers: `make demo` and `make test`. Both install what is missing first.
# make demo FILES="a.xml b.xml" takes UN/CEFACT SPSCertificate files along.
TARGET := $(or $(CARGO_TARGET_DIR),target)
FILES ?=

.PHONY: demo test build prepare check bench ci

demo: build
	$(TARGET)/release/symbolon demo $(FILES)

test: build
	cargo test --workspace --release --locked

build: prepare
	cargo build --workspace --release --locked

prepare:
	@tools/prepare.sh

# What CI runs beside the tests: format, lints, documentation, the arrows between the rooms.
check: prepare
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets --release --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --release --locked
	tools/arrows.sh

bench: build
	$(TARGET)/release/symbolon-bench --out bench/results/latest.json

ci: test check
