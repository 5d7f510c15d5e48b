#!/bin/bash
# A private, throw-away OpenStack Swift: proxy, account, container and object
# server, one device, one replica; optionally with its own Keystone.
#
#   swift.sh start DIR PORT                  log in with Swift's tempauth (v1)
#   swift.sh start DIR PORT --keystone KPORT [--token-seconds N]
#                                            log in with Keystone v3 on KPORT;
#                                            tokens last N seconds (3600)
#   swift.sh stop DIR                        end it; DIR stays, start works again
#   swift.sh kill DIR                        the same with SIGKILL
#
# start on a DIR used before keeps its content; use the same ports and kind of
# login. Everything listens on 127.0.0.1 only. Ports used, counted from PORT:
#   +0 proxy (the public API)  +1 account  +2 container  +3 object  +4 memcached
# DIR must be on a file system with user extended attributes (ext4, xfs, btrfs;
# tmpfs from Linux 6.6 on): object metadata is kept in them. Runs as whoever
# calls it, root included. The only thing shared with the system is Debian's
# /etc/swift/swift.conf, whose path is fixed in Swift before 2.38; as installed,
# it will do.
#
# None of Swift's background daemons runs. Nothing in a single healthy replica
# needs them, except: objects with X-Delete-At are hidden but not removed when
# they expire, and the object counts in the listing of an *account* stay 0
# (those of each container are right).
set -euo pipefail
here=$(dirname "$(realpath "$0")")
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8   # Debian's python3

# The same names in both kinds of login
user=autopkgtest password=testing project=autopkgtest
admin_password=admin   # Keystone's "admin"; the proxy checks tokens with it
daemons='proxy account container object memcached keystone'

usage() { sed -n '5,10s/^# *//p' "$0" >&2; exit 2; }
die() { echo "swift.sh: $*" >&2; exit 1; }

# daemon NAME COMMAND...: run in the background, output and pid kept in DIR
daemon() {
    local name=$1
    shift
    setsid "$@" < /dev/null >> "$dir/log/$name.log" 2>&1 &
    echo $! > "$dir/run/$name.pid"
    disown
}
pid_of() { cat "$dir/run/$1.pid" 2> /dev/null || true; }
# Does daemon $1 run? A pidfile can outlive its process and pids get reused, so
# it must have been started for DIR; a zombie has no environment to show that.
alive() {
    local pid
    pid=$(pid_of "$1")
    [ -n "$pid" ] && grep -qzsxF "SWIFT_SH_DIR=$dir" "/proc/$pid/environ"
}
# wait_for NAME URL: until URL answers with success
wait_for() {
    for _ in {1..1200}; do
        if curl --noproxy '*' -sf -o /dev/null "$2"; then return 0; fi
        alive "$1" || break
        sleep 0.1
    done
    tail -n 30 "$dir/log/$1.log" >&2
    die "the $1 server did not start"
}

configure_swift() {
    local n=0 server
    ln -sf /etc/swift/swift.conf "$dir/etc/swift.conf"   # newer ones look in swift_dir
    for server in account container object; do
        n=$((n + 1))
        cat > "$dir/etc/$server-server.conf" <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $((port + n))
user = $(id -un)
swift_dir = $dir/etc
devices = $dir/srv
mount_check = false
# no extra worker processes
workers = 0
# small or nearly full disks will do
fallocate_reserve = 0

[pipeline:main]
pipeline = healthcheck $server-server

[filter:healthcheck]
use = egg:swift#healthcheck

[app:$server-server]
use = egg:swift#$server
log_requests = false
CONF
    done
    # An upload must be in the listing when it returns, however slow the
    # machine: never leave that to a background daemon (the default is 1 s)
    sed -i '/^\[DEFAULT\]/a container_update_timeout = 60' "$dir/etc/object-server.conf"

    local auth
    if [ -n "$kport" ]; then auth='authtoken keystoneauth'; else auth=tempauth; fi
    cat > "$dir/etc/proxy-server.conf" <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $port
user = $(id -un)
swift_dir = $dir/etc
workers = 0

# Swift's own default pipeline
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck proxy-logging cache listing_formats bulk tempurl $auth copy container-quotas account-quotas slo dlo versioned_writes symlink proxy-logging proxy-server

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true

[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:$((port + 4))

[filter:tempauth]
use = egg:swift#tempauth
user_${project}_${user} = $password .admin

[filter:keystoneauth]
use = egg:swift#keystoneauth
operator_roles = admin, member

[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
www_authenticate_uri = http://127.0.0.1:${kport:-0}/v3
auth_url = http://127.0.0.1:${kport:-0}/v3
auth_type = password
username = admin
password = $admin_password
project_name = admin
user_domain_id = default
project_domain_id = default
interface = public
cache = swift.cache
include_service_catalog = false
# let requests without a token through: container ACLs decide about them
delay_auth_decision = true

$(for name in catch_errors gatekeeper healthcheck proxy-logging:proxy_logging listing_formats \
    bulk tempurl copy container-quotas:container_quotas account-quotas:account_quotas \
    slo dlo symlink; do
    printf '[filter:%s]\nuse = egg:swift#%s\n\n' "${name%:*}" "${name#*:}"
done)

[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
CONF
}

configure_keystone() {
    rm -rf "$dir/keystone"   # half done, if it is there
    (umask 077; mkdir -p "$dir"/keystone/{fernet,receipts,credential})
    cat > "$dir/keystone/keystone.conf" <<CONF
[DEFAULT]
use_stderr = true
[database]
connection = sqlite:///$dir/keystone/keystone.db
[token]
expiration = $token_seconds
[fernet_tokens]
key_repository = $dir/keystone/fernet
[fernet_receipts]
key_repository = $dir/keystone/receipts
[credential]
key_repository = $dir/keystone/credential
[identity]
# as cheap as bcrypt gets
password_hash_rounds = 4
CONF
    python3 "$here/swift-setup.py" keystone-db "$dir" "$kport" "$admin_password" \
        > "$dir/log/keystone-setup.log" 2>&1 ||
        { tail -n 30 "$dir/log/keystone-setup.log" >&2; die "Keystone set-up failed"; }
}

start() {
    [ $# -ge 1 ] || usage
    port=$1 kport='' token_seconds=3600
    local answers=$*
    shift
    while [ $# -gt 0 ]; do
        case $1 in
            --keystone) kport=${2:-} ;;
            --token-seconds) token_seconds=${2:-} ;;
            *) usage ;;
        esac
        shift 2 || usage
    done
    if alive proxy; then die "already running in $dir"; fi
    mkdir -p "$dir"/{etc,srv/d1,run,log}
    cd "$dir"
    [ "$(cat "$dir/etc/settings" 2> /dev/null || echo "$answers")" = "$answers" ] ||
        die "$dir was set up with: $(cat "$dir/etc/settings")"
    python3 -c 'import os, sys; os.setxattr(sys.argv[1], "user.swift.test", b"x")' "$dir/srv" \
        2> /dev/null || die "no user extended attributes on the file system of $dir"

    trap 'if [ $? != 0 ]; then end_all KILL; fi' EXIT   # all or nothing
    export SWIFT_SH_DIR=$dir   # marks our processes, see alive
    if [ ! -e "$dir/etc/settings" ]; then
        configure_swift
        python3 "$here/swift-setup.py" rings "$dir" "$port" 2> /dev/null
    fi
    daemon memcached memcached -l 127.0.0.1 -p $((port + 4)) -U 0 -u "$(id -un)"
    for server in account container object proxy; do
        # -v: log to the output, which goes to DIR/log, and not to syslog
        daemon $server swift-$server-server "$dir/etc/$server-server.conf" -v
    done
    if [ -n "$kport" ]; then
        [ -e "$dir/etc/settings" ] || configure_keystone
        # Keystone's application: a script in /usr/bin up to Debian 13, a module from then on
        local application=(--wsgi-file /usr/bin/keystone-wsgi-public)
        [ -e /usr/bin/keystone-wsgi-public ] || application=(--module keystone.wsgi.api:application)
        OS_KEYSTONE_CONFIG_FILES=$dir/keystone/keystone.conf \
            daemon keystone uwsgi --plugins python3 --http-socket "127.0.0.1:$kport" \
            "${application[@]}" --need-app --lazy-apps \
            --master --processes 1 --die-on-term --skip-atexit-teardown --buffer-size 65535 \
            --add-header 'Connection: close'   # else clients try to use one twice, which it can't
        wait_for keystone "http://127.0.0.1:$kport/v3"
        [ -e "$dir/etc/settings" ] || python3 "$here/swift-setup.py" keystone-content \
            "$dir" "$kport" "$admin_password" "$port" "$project" "$user" "$password"
    fi
    wait_for account "http://127.0.0.1:$((port + 1))/healthcheck"
    wait_for container "http://127.0.0.1:$((port + 2))/healthcheck"
    wait_for object "http://127.0.0.1:$((port + 3))/healthcheck"
    wait_for proxy "http://127.0.0.1:$port/healthcheck"
    echo "$answers" > "$dir/etc/settings"   # all set up

    if [ -n "$kport" ]; then
        cat <<OUT
OS_AUTH_URL=http://127.0.0.1:$kport/v3
OS_IDENTITY_API_VERSION=3
OS_USERNAME=$user
OS_PASSWORD=$password
OS_PROJECT_NAME=$project
OS_PROJECT_DOMAIN_NAME=Default
OS_USER_DOMAIN_NAME=Default
OS_REGION_NAME=RegionOne
KEYSTONE_ADMIN_PASSWORD=$admin_password
SWIFT_STORAGE_URL=http://127.0.0.1:$port/v1/AUTH_$(cat "$dir/keystone/project_id")
OUT
    else
        cat <<OUT
ST_AUTH=http://127.0.0.1:$port/auth/v1.0
ST_USER=$project:$user
ST_KEY=$password
SWIFT_STORAGE_URL=http://127.0.0.1:$port/v1/AUTH_$project
OUT
    fi
}

# end_all SIGNAL: send it to all our daemons, wait for them to go
end_all() {
    local name
    for name in $daemons; do
        if alive "$name"; then kill "-$1" -- "-$(pid_of "$name")"; fi
    done
    for name in $daemons; do
        for _ in {1..200}; do
            alive "$name" || break
            sleep 0.05
        done
        if alive "$name"; then kill -KILL -- "-$(pid_of "$name")"; fi
        rm -f "$dir/run/$name.pid"
    done
}

[ $# -ge 2 ] || usage
command=$1 dir=$(realpath -m "$2")
shift 2
case "$command" in
    start) start "$@" ;;
    stop) end_all TERM ;;
    kill) end_all KILL ;;
    *) usage ;;
esac
