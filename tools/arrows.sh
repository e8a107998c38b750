#!/usr/bin/env bash
# Checks the arrows between the rooms (ARCHITECTURE.md): which crate may use which, and which file may name what.
set -euo pipefail
cd "$(dirname "$0")/.."
bad=0
complain() { printf 'arrows: %s\n' "$*" >&2; bad=1; }

# crate: the crates of this house that it may use in its normal dependencies
declare -A may=(
  [symbolon-ledger]=""
  [symbolon-contracts]="symbolon-ledger"
  [symbolon-ledger-store]="symbolon-ledger"
  [symbolon-genesis]="symbolon-contracts symbolon-ledger"
  [symbolon]="symbolon-genesis symbolon-contracts symbolon-ledger"
  [symbolon-node]="symbolon-genesis symbolon-contracts symbolon-ledger symbolon-ledger-store"
)
for crate in "${!may[@]}"; do
  uses=$(cargo tree --locked -p "$crate" --depth 1 -e normal --prefix none --format '{p}' | awk '{print $1}' | tail -n +2 | grep '^symbolon' | sort -u || true)
  for used in $uses; do
    case " ${may[$crate]} " in *" $used "*) ;; *) complain "$crate uses $used, which is no arrow of the plan" ;; esac
  done
done

# The people's binary is one small file without database and network.
tree=$(cargo tree --locked -p symbolon -e normal --prefix none)
for heavy in rocksdb libp2p arc-malachitebft; do
  if grep -q "^[a-z-]*$heavy" <<<"$tree"; then complain "the command line program links $heavy"; fi
done

only() { # PATTERN WHERE-IT-MAY-STAND FOLDERS...
  local pattern=$1 where=$2; shift 2
  local hits
  # Tests may read files, and a text may name anything.
  hits=$(grep -rnE "$pattern" --include='*.rs' "$@" | grep -vE '(^|/)tests?(\.rs|/)' | grep -vE '"[^"]*'"(${pattern//\\b/})"'[^"]*"' |
    cut -d: -f1 | sort -u | grep -vE "$where" || true)
  [ -z "$hits" ] || complain "'$pattern' stands outside $where: $hits"
}
only '\brocksdb::' '^ledger/store/src/disk\.rs$' ledger contracts genesis node cli
only '\blibp2p(_[a-z]+)?::' '^node/src/network/' ledger contracts genesis node cli
only '\b(arc_)?malachitebft' '^node/src/consensus/engine(\.rs|/)' ledger contracts genesis node cli
only '\b(std::fs|std::net|std::thread|SystemTime|Instant::now|tokio|HashMap|HashSet)\b' '^$' ledger/src contracts/src

[ "$bad" = 0 ] && echo "arrows: all as drawn"
exit "$bad"
