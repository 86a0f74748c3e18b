# What the scripts of this folder share. Sourced by them, in the root of the repository.
root=$PWD
tools=$root/target/test-tools
# shellcheck source=tests/cluster.sh
source tests/cluster.sh

say() { printf '\n== %s\n' "$*"; }
fail() { printf '\n%s: %s\n' "$0" "$*" >&2; exit 1; }

# Runs a step and says how long it took.
step() {
  local name=$1 from=$SECONDS
  shift
  say "$name"
  "$@" || fail "failed: $name"
  printf -- '-- %s: %d s\n' "$name" "$((SECONDS - from))"
}

has() { command -v "$1" >/dev/null; }
has_postgres() { [[ -n $(postgres_bin) ]]; }
has_protos() { [[ -f /usr/include/google/protobuf/descriptor.proto || -f /usr/local/include/google/protobuf/descriptor.proto ]]; }

# Notes a Debian package as missing unless a command succeeds.
missing=()
wants() {
  local package=$1
  shift
  "$@" 2>/dev/null || missing+=("$package")
}

# What building and serving on both engines needs.
wants_server() {
  wants postgresql has_postgres
  wants protobuf-compiler has protoc
  # Google's own .proto files, which protoc does not bring with it.
  wants libprotobuf-dev has_protos
  wants build-essential has cc
  # Reads the documents that are printed.
  wants poppler-utils has pdftotext
  # The stories of a disk that fails.
  wants strace has strace
}

# Installs what was noted, as root; otherwise says what to install.
install_wanted() {
  if ((${#missing[@]} == 0)); then
    return 0
  fi
  if ((EUID != 0)); then
    fail "install these first: apt-get install ${missing[*]}"
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" \
    >"$tools/apt.log" 2>&1 || { tail -n 30 "$tools/apt.log" >&2; return 1; }
  echo "installed: ${missing[*]}"
}
