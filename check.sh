#!/usr/bin/env bash
# Checks everything. Needs Go, bash and the Go module proxy (or a filled module cache); no make, no C compiler.
#
#   ./check.sh              every step, as the CI does
#   ./check.sh test lint    some steps
#
# A step that needs what is not here (a C compiler for the race detector, the network for the list of vulnerabilities) is
# skipped and says so. FUZZTIME=60s fuzzes for longer than the 5 s a target that are the default.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# The tools, at the versions that were last looked at. The module proxy and the sum database vouch for what is run.
golangci=github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
govulncheck=golang.org/x/vuln/cmd/govulncheck@v1.9.0
axe=axe-core@4.14.1

steps=(build format modules lint test page race fuzz cross reproducible vulnerabilities)
platforms=(linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64)

# Rule files of whoever runs this shall have no say, and neither shall colours.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CONFIG_HOME="$scratch/config" NO_COLOR=1

skip() { # why: ends a step that cannot be run here
  echo "NOT CHECKED: $*"
  exit 99
}

do_build() {
  go build ./...
  go vet ./...
}

do_format() { # files that gofmt would write differently
  local bad
  bad=$(gofmt -l .)
  [ -z "$bad" ] || { echo "not as gofmt writes it: $bad"; exit 1; }
}

do_modules() {
  go mod verify
  go mod tidy -diff
}

do_lint() { go run "$golangci" run --allow-parallel-runners ./...; }

do_test() { go test ./...; }

do_page() { # the HTML report in a Chromium, and before axe-core
  command -v npm >/dev/null || skip "accessibility: no npm to fetch axe-core with"
  npm install --prefix "$scratch/npm" --no-save --ignore-scripts --no-fund --no-audit "$axe" >"$scratch/npm.log" 2>&1 ||
    skip "accessibility: axe-core cannot be fetched"
  ZLOG_AXE=$scratch/npm/node_modules/axe-core/axe.min.js \
    go test -v -run 'TestPage|TestThePage|TestThePolicyStops|TestNothingIsCutOff' ./report >"$scratch/page" 2>&1 || { cut -c -2000 "$scratch/page"; exit 1; }
  ! grep -q 'NOT RUN' "$scratch/page" || skip "the page: $(grep -m1 -o 'NOT RUN.*' "$scratch/page")"
  grep -e '^ *--- ' "$scratch/page"
}

# Without what does the same on one goroutine over and over for all cases, shapes and cuts: it takes ten times as long under
# the detector. The step before ran it.
do_race() {
  local cc
  cc=$(go env CC)
  command -v "${cc%% *}" >/dev/null || skip "data races: the race detector needs a C compiler"
  CGO_ENABLED=1 go test -race -skip 'InEveryShape|HaveTheSameDiagnoses|KeepsDiagnoses|MakesNoOtherFault|AMovedClock|MemoryIsBounded|TenThousand' ./...
}

do_fuzz() {
  local package name seen=0 found=0
  for package in $(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./...); do
    for name in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
      seen=$((seen + 1))
      fuzz "$package" "$name" || found=$((found + 1))
    done
  done
  echo "$seen fuzz targets, $found with findings"
  [ "$seen" -gt 0 ] && [ "$found" = 0 ]
}

fuzz() { # package target. That the time was up may be taken for a fault (golang/go#75804): then once more, by count, as far as it came.
  local limit=${FUZZTIME:-5s} try
  for try in 1 2; do
    if go test -run '^$' -fuzz "^$2\$" -fuzztime "$limit" -fuzzminimizetime 20x "$1" >"$scratch/fuzz" 2>&1; then
      echo "$1 $2: $(grep -o 'execs: [0-9]*' "$scratch/fuzz" | tail -1)"
      return 0
    fi
    if [ "$try" = 2 ] || grep -q 'Failing input written' "$scratch/fuzz" || ! grep -q 'context deadline exceeded' "$scratch/fuzz"; then
      cut -c -2000 "$scratch/fuzz"
      return 1
    fi
    limit=$(grep -o 'execs: [0-9]*' "$scratch/fuzz" | tail -1 | tr -dc 0-9)x
    [ "$limit" != x ] && [ "$limit" != 0x ] || limit=1000x
  done
}

do_cross() { # without C, as the release is built
  local p
  for p in "${platforms[@]}"; do
    CGO_ENABLED=0 GOOS=${p%/*} GOARCH=${p#*/} go build -trimpath -o "$scratch/zlog-${p/\//-}" .
    echo "$p: $(wc -c <"$scratch/zlog-${p/\//-}") bytes"
    rm "$scratch/zlog-${p/\//-}"
  done
}

do_reproducible() { # the same bytes from another folder
  mkdir "$scratch/elsewhere"
  tar -cf - --exclude=.git --exclude=./zlog . | tar -xf - -C "$scratch/elsewhere"
  CGO_ENABLED=0 go build -trimpath -buildvcs=false -o "$scratch/a" .
  (cd "$scratch/elsewhere" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -o "$scratch/b" .)
  cmp "$scratch/a" "$scratch/b"
  echo "the same bytes from two folders"
}

do_vulnerabilities() {
  local code=0
  go run "$govulncheck" ./... >"$scratch/vulnerabilities" 2>&1 || code=$?
  if grep -q 'fetching vulnerabilities: ' "$scratch/vulnerabilities"; then
    skip "vulnerabilities: their database cannot be reached from here"
  fi
  cat "$scratch/vulnerabilities"
  return "$code"
}

passed=0 failed=0 skipped=0
[ $# -eq 0 ] || steps=("$@")
for step in "${steps[@]}"; do
  declare -F "do_$step" >/dev/null || { echo "no step $step" >&2; exit 2; }
done
for step in "${steps[@]}"; do
  printf '== %s\n' "$step"
  start=$SECONDS
  set +e # not `do_x || code=$?`, under which bash passes over every failure within do_x
  (set -e; "do_$step")
  code=$?
  set -e
  case $code in
    0) passed=$((passed + 1)) word=passed ;;
    99) skipped=$((skipped + 1)) word=skipped ;;
    *) failed=$((failed + 1)) word=FAILED ;;
  esac
  printf -- '-- %s %s (%d s)\n' "$step" "$word" $((SECONDS - start))
done
echo "check: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
