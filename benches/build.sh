#!/usr/bin/env bash
# Times builds of several packages in alternation, so that other load on the machine affects all of them.
#
#   benches/build.sh ROUNDS FOLDER...
#
# Prints the median, minimum and maximum time of each, and the ratio of its median to that of the first. Environment variables:
#
#   BUILD  the cargo command to time; `build` by default
#   CLEAN  arguments for `cargo clean` before each round, such as `--package polar-client`; everything is removed by default
set -euo pipefail

rounds=$1
shift
times=$(mktemp)
trap 'rm -f "$times"' EXIT

in_package() { (cd "$1" && shift && env -u CARGO_TARGET_DIR cargo "$@" --quiet); }

for folder in "$@"; do
  in_package "$folder" fetch
  # If dependencies are not removed, build them before the first round.
  if [ -n "${CLEAN:-}" ]; then in_package "$folder" ${BUILD:-build}; fi
done
for _ in $(seq "$rounds"); do
  for folder in "$@"; do
    in_package "$folder" clean ${CLEAN:-}
    begin=$(date +%s.%N)
    in_package "$folder" ${BUILD:-build}
    echo "$folder $begin $(date +%s.%N)" >> "$times"
  done
done
awk '{ print $1, $3 - $2 }' "$times" | sort -k1,1 -k2,2n | awk -v first="$1" '
  { values[$1, ++count[$1]] = $2 }
  function median(name, n) { n = count[name]; return (values[name, int((n + 1) / 2)] + values[name, int((n + 2) / 2)]) / 2 }
  END {
    for (name in count) {
      printf "%s: %.2f s (%.2f-%.2f), ratio %.3f\n", name, median(name), values[name, 1], values[name, count[name]], median(name) / median(first)
    }
  }'
