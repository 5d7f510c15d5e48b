#!/bin/bash
# A private, throw-away PostgreSQL cluster, of the newest version installed.
#
#   postgres.sh start DIR PORT [PRIMARY]  create (or restart) the cluster kept in DIR
#   postgres.sh stop DIR                  fast shutdown; DIR stays, start works again
#   postgres.sh kill DIR                  SIGKILL; the next start replays the log
#
# With PRIMARY, the port of another cluster, this one is created as its standby:
# a copy that follows it until it is promoted.
#
# Listens on 127.0.0.1:PORT and on a Unix socket in DIR/socket only. Superuser
# is "postgres", no password. PostgreSQL refuses to run as root: root's
# instances run as the system user postgres, who must be able to reach DIR (so
# do not put it under /root). Anyone else's run as themselves.
set -euo pipefail

bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)

usage() { sed -n '4,6s/^# *//p' "$0" >&2; exit 2; }
die() { echo "postgres.sh: $*" >&2; exit 1; }
# Run as the cluster's owner, with nothing of the caller's environment (PG*
# variables, locale) to leak into it, and somewhere that user may be.
as_owner() {
    local cmd=(env -i -C / PATH=/usr/bin:/bin LANG=C.UTF-8 "$@")
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "${cmd[@]}"; else "${cmd[@]}"; fi
}

# Pid of the running postmaster, or nothing. Not "pg_ctl status": that takes a
# dead process which nobody has reaped yet (a zombie) for a running one.
postmaster() {
    local pid
    pid=$(head -n 1 "$dir/data/postmaster.pid" 2> /dev/null || true)
    if alive "$pid"; then echo "$pid"; fi
}
alive() { [ -n "$1" ] && [ "$(basename "$(readlink "/proc/$1/exe")")" = postgres ]; }

create() {
    if [ -n "$primary" ]; then
        as_owner $bin/pg_basebackup -h 127.0.0.1 -p "$primary" -U postgres -D "$dir/data" \
            --write-recovery-conf --checkpoint=fast --no-sync
    else
        as_owner $bin/initdb -D "$dir/data" -U postgres --auth=trust --encoding=UTF8 \
            --locale=C.UTF-8 --no-sync
    fi
}

start() {
    [ $# = 1 ] || [ $# = 2 ] || usage
    local port=$1 primary=${2:-}
    # sockaddr_un holds 107 characters
    [ "$(printf %s "$dir/socket/.s.PGSQL.$port" | wc -c)" -le 107 ] || die "path too long for a socket: $dir"
    if [ -n "$(postmaster)" ]; then die "already running in $dir"; fi
    mkdir -p "$dir"
    [ "$(id -u)" != 0 ] || chown postgres: "$dir"
    as_owner test -w "$dir" || die "$dir is out of reach for user postgres"
    if [ ! -e "$dir/data/PG_VERSION" ]; then
        as_owner mkdir -m 700 -p "$dir/socket"
        [ "$(id -u)" != 0 ] || chmod 755 "$dir/socket"
        create > "$dir/create.log" 2>&1 || { cat "$dir/create.log" >&2; die "cannot create a cluster"; }
        # No fsync: commits still survive SIGKILL, just not a machine crash.
        # A standby has its primary's settings: the last one of a name counts.
        cat >> "$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir/socket'
shared_buffers = 32MB
# in DIR, not in /dev/shm: nothing is left behind after a SIGKILL
dynamic_shared_memory_type = mmap
fsync = off
full_page_writes = off
CONF
    fi
    as_owner $bin/pg_ctl -D "$dir/data" -o "-p $port" -l "$dir/log" -s -w -t 60 start ||
        { tail -n 20 "$dir/log" >&2; die "did not start"; }
    cat <<OUT
PGHOST=127.0.0.1
PGPORT=$port
PGUSER=postgres
PGDATABASE=postgres
PGSOCKETDIR=$dir/socket
DATABASE_URL=postgresql://postgres@127.0.0.1:$port/postgres
POSTGRES_PID=$(head -n 1 "$dir/data/postmaster.pid")
OUT
}

stop() {
    [ -n "$(postmaster)" ] || return 0
    as_owner $bin/pg_ctl -D "$dir/data" -s -w -m fast stop
}

kill_now() {
    local pid pids
    pid=$(postmaster)
    [ -n "$pid" ] || return 0
    pids="$pid $(cat "/proc/$pid/task/$pid/children")"
    kill -KILL $pids 2> /dev/null || true
    for p in $pids; do
        for _ in {1..200}; do
            if ! alive "$p"; then continue 2; fi
            sleep 0.02
        done
        die "process $p would not die"
    done
    # Would be found stale at the next start, unless the zombie is still there
    rm -f "$dir/data/postmaster.pid" "$dir"/socket/.s.PGSQL.*
}

[ $# -ge 2 ] || usage
command=$1 dir=$(realpath -m "$2")
shift 2
case "$command" in
    start) start "$@" ;;
    stop) stop ;;
    kill) kill_now ;;
    *) usage ;;
esac
