# PostgreSQL for the tests: clusters in temporary folders, on loopback, which go when the script
# that sources this ends. Sourced by the scripts of this folder.

# The folder of PostgreSQL's own programs, which Debian keeps off the path; nothing if not there.
postgres_bin() {
  local found
  found=$(find /usr/lib/postgresql -maxdepth 3 -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
  if [[ -z $found ]]; then
    found=$(command -v initdb || true)
  fi
  if [[ -n $found ]]; then
    dirname "$(readlink -f "$found")"
  fi
}

# PostgreSQL refuses to run as root.
as_postgres() {
  if ((EUID == 0)); then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

clusters=()
stop_postgres() {
  local data bin
  bin=$(postgres_bin)
  for data in "${clusters[@]}"; do
    if [[ -f $data/cluster/postmaster.pid ]]; then
      as_postgres "$bin/pg_ctl" -D "$data/cluster" -m immediate -w stop >/dev/null 2>&1 || true
    fi
    rm -rf "$data"
  done
}

# Options of initdb beside our own.
initdb_options=()

# Starts a cluster and says where in LLPR_TEST_POSTGRES. Further arguments are lines of its
# configuration.
start_postgres() {
  local port data bin
  data=$(mktemp -d "${TMPDIR:-/tmp}/llpr-postgres.XXXXXX")
  clusters+=("$data")
  bin=$(postgres_bin)
  trap stop_postgres EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if ((EUID == 0)); then
    chown postgres "$data"
  fi
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  # A real language's collation, so that a sort key left to the database shows in the tests.
  (cd "$data" && as_postgres "$bin/initdb" -D "$data/cluster" -U postgres --auth=trust --no-sync \
    --encoding=UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-GB \
    "${initdb_options[@]}" >"$data/initdb.log" 2>&1) || { cat "$data/initdb.log" >&2; return 1; }
  cat >>"$data/cluster/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$data'
max_connections = 200
CONF
  printf '%s\n' "$@" >>"$data/cluster/postgresql.conf"
  (cd "$data" && as_postgres "$bin/pg_ctl" -D "$data/cluster" -l "$data/cluster/server.log" -w -t 60 start \
    >/dev/null) || { cat "$data/cluster/server.log" >&2; return 1; }
  export LLPR_TEST_POSTGRES=postgres://postgres@127.0.0.1:$port/postgres
  echo "$("$bin/postgres" --version) on port $port"
}

# Starts a cluster again that has ended; its folder is given.
restart_postgres() {
  as_postgres "$(postgres_bin)/pg_ctl" -D "$1" -l "$1/server.log" -w -t 60 start >/dev/null
}

# The two clusters of the tests. One keeps nothing safe, which is fast and fine for what does not
# outlive the run; the other keeps every promise, for the tests that kill it.
start_both_clusters() {
  start_postgres || return 1
  export LLPR_TEST_POSTGRES_DURABLE=$LLPR_TEST_POSTGRES
  start_postgres "fsync = off" "synchronous_commit = off" "full_page_writes = off"
}
