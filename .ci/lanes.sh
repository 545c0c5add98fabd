# Sourced by .ci/run: runs the declared checks in two lanes, that is, two at a time. Needs bash 5.
#
# A check starts when a lane is free and every check that it needs has ended, successful or not, in the order of declaration. Its
# output is collected and printed when it ends, so that the lanes are not mixed. The end of the log repeats the last output of each
# failed check, and its last lines name the failed tests with their messages.

readonly lanes=2
readonly here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
names=()                  # In order of declaration.
declare -A needs=()       # Name → names of the checks that must end before it starts.
declare -A commands=()    # Name → command, quoted for eval.
declare -A state=()       # Name → waiting, running, passed or failed; unset if not selected.
declare -A seconds=()     # Name → duration.
declare -A begun=()       # Name → start time, in seconds since the start of the run.
declare -A running=()     # Lane → name.
declare -A processes=()   # Name → process id, which is also the process group id.
selected=()

# check NAME 'NEEDS…' COMMAND…: declares a check.
check() {
  local name=$1
  names+=("$name")
  needs[$name]=$2
  shift 2
  commands[$name]=$(printf '%q ' "$@")
}

# Declares a check that measures time. It gets a higher priority if the machine permits that (see start_check).
urgent=' '
urgent_check() {
  urgent+="$1 "
  check "$@"
}

# retry COMMAND…: runs a command that uses the network, up to three times.
retry() {
  local try
  for try in 1 2 3; do
    if "$@"; then return 0; fi
    printf 'try %s of 3 failed: %s\n' "$try" "$*" >&2
    sleep $((try * 5))
  done
  return 1
}

# Prints a check's budget in seconds, from README.md.
budget_of() {
  awk -F ' *[|] *' -v name="\`$1\`" '$2 == name && $3 ~ /^[0-9]+$/ { print $3 }' "$here/README.md"
}

# select_checks NAME…: selects these checks, and `build` if they need it. Without names, selects all.
select_checks() {
  local name
  for name in "$@"; do
    if [[ ! -v commands[$name] ]]; then
      printf 'there is no check %s; there are: %s\n' "$name" "${names[*]}" >&2
      exit 2
    fi
  done
  for name in "${names[@]}"; do
    if [[ $# == 0 || " $* " == *" $name "* ]]; then state[$name]=waiting; fi
  done
  # The lanes must not build at the same time, or replace the build while the other lane runs servers from it.
  for name in "${!state[@]}"; do
    if [[ " ${needs[$name]} " == *' build '* ]]; then state[build]=waiting; fi
  done
  for name in "${names[@]}"; do
    if [[ -v state[$name] ]]; then selected+=("$name"); fi
  done
}

# Sets `next` to the first check that can start. Fails if there is none.
find_next() {
  local need
  for next in "${selected[@]}"; do
    if [[ ${state[$next]} != waiting ]]; then continue; fi
    for need in ${needs[$next]}; do
      if [[ ${state[$need]-passed} == @(waiting|running) ]]; then continue 2; fi
    done
    return 0
  done
  return 1
}

start_check() {
  local name=$1 lane=$2 show
  # The output of a single check is shown as it comes: by our own file descriptor, or a file would be overwritten from its start.
  if [[ ${#selected[@]} == 1 ]]; then exec {show}>&1; else exec {show}>/dev/null && printf -- '--- %s starts in lane %s\n' "$name" "$lane"; fi
  begun[$name]=$SECONDS
  state[$name]=running
  running[$lane]=$name
  (
    # Each lane has its own range of ports for tests (harness/free-port.ts).
    export TEST_PORTS="$((2000 + lane * 10000))-$((11999 + lane * 10000))"
    # Raise this one instead of lowering the others, which would never end on a busy machine.
    if [[ $urgent == *" $name "* ]]; then renice -n -5 "$BASHPID" >/dev/null || true; fi
    set +e
    # A subshell with its own -e: a function in a condition would continue after a failed command.
    (
      set -e
      eval "${commands[$name]}"
    ) 2>&1 | tee "$work/$name.log" >&"$show"
    exit "${PIPESTATUS[0]}"
  ) </dev/null &
  processes[$name]=$!
  exec {show}>&-
}

end_check() {
  local name=$1 code=$2 lane
  for lane in "${!running[@]}"; do
    if [[ ${running[$lane]} == "$name" ]]; then unset "running[$lane]"; fi
  done
  unset "processes[$name]"
  seconds[$name]=$((SECONDS - begun[$name]))
  if [[ ${#selected[@]} != 1 ]]; then
    printf '\n=== %s\n' "$name"
    cat "$work/$name.log"
  fi
  if [[ $code == 0 ]]; then
    state[$name]=passed
    printf '=== %s: passed (%s s)\n\n' "$name" "${seconds[$name]}"
  else
    state[$name]=failed
    printf '=== %s: FAILED, exit code %s (%s s)\n\n' "$name" "$code" "${seconds[$name]}"
  fi
}

# Polls, because `wait -n` misses one of two processes that end at the same moment (bash 5.2).
wait_for_any() {
  local name code ended=
  while [[ -z $ended ]]; do
    sleep 0.2
    for name in "${!processes[@]}"; do
      if kill -0 "${processes[$name]}" 2>/dev/null; then continue; fi
      code=0
      wait "${processes[$name]}" || code=$?
      end_check "$name" "$code"
      ended=yes
    done
  done
}

# On interruption, stops all checks and prints the last output of each.
interrupted() {
  trap - INT TERM
  local name
  for name in "${!processes[@]}"; do
    kill -TERM -- "-${processes[$name]}" 2>/dev/null || true
    printf '\n=== %s: interrupted after %s s; its last output\n' "$name" $((SECONDS - begun[$name]))
    tail -n 40 "$work/$name.log" || true
  done
  exit 143
}

print_seconds() {
  local name allowed
  printf '\n=== seconds (budget)\n'
  for name in "${selected[@]}"; do
    allowed=$(budget_of "$name")
    printf '%6s %8s  %s%s\n' "${seconds[$name]}" "(${allowed:-no})" "$name" \
      "$( ((seconds[$name] > ${allowed:-0})) && printf ': over its budget' || true)"
  done
  printf '%6s %8s  %s\n' "$SECONDS" '(3600)' 'all, in two lanes'
}

# Runs the selected checks. Returns 1 if any failed.
run_checks() {
  local lane next name failed=()
  # Each check is a process group, so that an interrupt reaches everything it started.
  set -m
  trap 'rm -rf "$work"' EXIT
  trap interrupted INT TERM
  while :; do
    for ((lane = 1; lane <= lanes; lane++)); do
      if [[ ! -v running[$lane] ]] && find_next; then start_check "$next" "$lane"; fi
    done
    if [[ ${#running[@]} == 0 ]]; then break; fi
    wait_for_any
  done
  for name in "${selected[@]}"; do
    case ${state[$name]} in
      passed) ;;
      failed) failed+=("$name") ;;
      *) printf '%s was never run: the checks it needs (%s) form a circle\n' "$name" "${needs[$name]}" && exit 2 ;;
    esac
  done
  for name in "${failed[@]}"; do
    printf '\n=== last output of %s\n' "$name"
    tail -n 70 "$work/$name.log"
  done
  print_seconds
  if [[ ${#failed[@]} != 0 ]]; then
    printf '\n=== failed: %s\n' "${failed[*]}"
    node "$here/failures.mjs" "${failed[@]/#/$work/}"
  fi
  printf '\n%s passed, %s failed\n' $((${#selected[@]} - ${#failed[@]})) "${#failed[@]}"
  [[ ${#failed[@]} == 0 ]]
}
