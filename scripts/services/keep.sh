#!/bin/bash
# Run one private server on behalf of a program, and clean up when that program
# ends, however it ends.
#
#   keep.sh SCRIPT ARGS...
#
# SCRIPT is one of the scripts next to this one. Prints the path of a new
# temporary directory, then obeys the commands that it reads, one a line:
#   start        SCRIPT start DIRECTORY/server ARGS...
#   stop, kill   SCRIPT stop|kill DIRECTORY/server
# and answers each with "ok" or "failed". What SCRIPT prints is in
# DIRECTORY/output, its complaints are in DIRECTORY/errors.
#
# At the end of its input it kills the server and removes the directory. The
# kernel closes the pipe of a program that was killed, so nothing that happens
# to the program leaves anything behind. Commands run one after the other: a
# program that dies while the server starts does not race with the cleaning up.
# Start it in a session of its own, so that Ctrl-C reaches the program only.
set -u

[ $# -ge 1 ] || { sed -n '5s/^# *//p' "$0" >&2; exit 2; }
script=$1
shift

# Caught, not ignored: the servers would ignore a signal too that is ignored here
trap : INT TERM HUP PIPE

directory=$(mktemp -d "${TMPDIR:-/tmp}/autopkgtest-web-$(basename "${script%.*}")-XXXXXX") || exit 1
chmod 755 "$directory"   # the server may run as another user
echo "$directory"

# run COMMAND ARGS...
run() {
    local command=$1
    shift
    "$script" "$command" "$directory/server" "$@" \
        < /dev/null > "$directory/output" 2> "$directory/errors"
}

# A status over 128 is a signal caught, and not the end of the input
while read -r command || [ $? -gt 128 ]; do
    case "$command" in
        start) run start "$@" ;;
        stop | kill) run "$command" ;;
        *) continue ;;
    esac && echo ok || echo failed
done 2> /dev/null

run kill 2> /dev/null
# If somebody has already removed the directory, the pid files are gone
grep -lzF "$directory/server" /proc/[0-9]*/{environ,cmdline} 2> /dev/null |
    cut -d / -f 3 | sort -u | xargs -r kill -KILL
rm -rf "$directory"
