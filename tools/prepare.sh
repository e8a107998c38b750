#!/usr/bin/env bash
# Finds, or installs from Debian's packages, what cargo cannot bring: a C compiler, libclang and RocksDB 7.
# Writes the found places into the git-ignored .cargo/config.toml, so that plain cargo and editors use them too.
# Where there is no RocksDB package, the crate builds its own copy from source (about half an hour on two cores).
# Why these and not others: docs/decisions/0002-system-rocksdb.md.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'prepare: %s\n' "$*" >&2; }
die() { printf 'prepare: %s\n' "$*" >&2; exit 1; }

command -v cargo >/dev/null || die "cargo is missing; install Rust (https://rustup.rs), open a new shell, and run make again"

root_do() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else return 1; fi
}

apt_updated=
install() { # PACKAGE...: true if Debian's packages brought it
  command -v apt-get >/dev/null || return 1
  say "installing $* (Debian packages)"
  if [ -z "$apt_updated" ]; then root_do apt-get update -qq >/dev/null || say "apt-get update failed; trying with what is known"; apt_updated=1; fi
  root_do env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

compiler() { command -v cc || command -v gcc || command -v clang || true; }
[ -n "$(compiler)" ] || install gcc libc6-dev || die "no C compiler; install gcc (Debian: apt-get install gcc libc6-dev)"
cc=$(compiler)

# libclang, for the bindings: the newest that is there.
find_libclang() {
  { ldconfig -p 2>/dev/null | awk '/libclang(-[0-9.]+)?\.so/ {print $NF}'
    ls -d /usr/lib/llvm-*/lib/libclang*.so* /usr/lib/*/libclang-*.so* /usr/lib64/libclang.so* /usr/local/lib/libclang*.so* 2>/dev/null || true
  } | grep -v cpp | sort -V | tail -n 1
}
libclang=$(find_libclang || true)
if [ -z "$libclang" ]; then
  package=$(apt-cache search --names-only '^libclang1-[0-9]+$' 2>/dev/null | awk '{print $1}' | sort -V | tail -n 1 || true)
  install "${package:-libclang1-14}" || install libclang1 || die "libclang is missing; install it (Debian: apt-get install libclang1-14)"
  libclang=$(find_libclang || true)
  [ -n "$libclang" ] || die "libclang was installed but is not found; set LIBCLANG_PATH to its folder in .cargo/config.toml"
fi

# RocksDB 7: the crate's bindings fit no other major version of the system's library.
rocksdb_include() { # the folder above rocksdb/c.h, as the compiler finds it
  printf '#include <rocksdb/c.h>\n' | "$cc" -E -x c - 2>/dev/null | sed -n 's/^# 1 "\(.*\)\/rocksdb\/c\.h".*/\1/p' | head -n 1
}
rocksdb_major() {
  sed -n 's/^#define ROCKSDB_MAJOR \([0-9]*\).*/\1/p' "$(rocksdb_include)/rocksdb/version.h" 2>/dev/null || true
}
rocksdb_library() {
  local found; found=$("$cc" -print-file-name=librocksdb.so)
  if [ -e "$found" ]; then readlink -f "$(dirname "$found")"; fi
}
usable() { [ "$(rocksdb_major)" = 7 ] && [ -n "$(rocksdb_library)" ]; }
usable || install librocksdb-dev || true
if ! usable; then
  say "no RocksDB 7 among the system's packages: it will be built from source, once, in about half an hour"
  command -v c++ >/dev/null || install g++ || die "building RocksDB needs a C++ compiler; install g++"
  command -v make >/dev/null || install make || true
fi

{
  echo "# Written by tools/prepare.sh; run 'make prepare' to write it again."
  echo "[env]"
  echo "LIBCLANG_PATH = \"$(dirname "$libclang")\""
  echo "BINDGEN_EXTRA_CLANG_ARGS = \"-I$("$cc" -print-file-name=include)\""
  if usable; then
    echo "ROCKSDB_LIB_DIR = \"$(rocksdb_library)\""
    echo "ROCKSDB_INCLUDE_DIR = \"$(rocksdb_include)\""
  else
    # Newer compilers no longer bring this header along by chance.
    echo "CXXFLAGS = \"-include cstdint\""
  fi
} > .cargo-config.new
mkdir -p .cargo
# An unchanged file keeps its date, so that cargo does not build again.
if cmp -s .cargo-config.new .cargo/config.toml; then rm .cargo-config.new; else mv .cargo-config.new .cargo/config.toml; say "wrote .cargo/config.toml"; fi
