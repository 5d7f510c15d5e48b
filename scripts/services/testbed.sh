#!/bin/bash
# Make a small Debian system for tests to run in, and set it up for schroot, or
# for an unprivileged user who unshares namespaces.
#
#   testbed.sh make DIR NAME    makes DIR/NAME.tar; prints its release
#   testbed.sh start DIR NAME   the same, unpacked again for each session of the
#                               chroot NAME; needs root
#   testbed.sh stop NAME        removes it from schroot
#   testbed.sh user DIR NAME    adds a user with subordinate ids and the home DIR;
#                               prints uid and gid; needs root
#   testbed.sh no-user NAME     removes the user
#
# Needs the groups "autopkgtest" and "testbed" of install.sh. The release and the
# mirror are those of this machine.
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin

case "$1" in
    make)
        dir=$2 name=$3
        release=$(. /etc/os-release && echo "$VERSION_CODENAME")
        mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Identifier: Packages' 'Component: main' |
                 awk -v release="$release" '$2 == release { print $1; exit }')
        printf '%s %s %s main\n' deb "$mirror" "$release" deb-src "$mirror" "$release" > "$dir/sources.list"
        # dpkg-dev unpacks source packages; everything else is installed with a test
        mmdebstrap --quiet --variant=apt --include=dpkg-dev "$release" "$dir/$name.tar" "$dir/sources.list" >&2
        echo "$release"
        ;;
    start)
        dir=$2 name=$3
        "$0" make "$dir" "$name"
        cat > "/etc/schroot/chroot.d/$name.conf" <<CHROOT
[$name]
description=testbed of a test run
type=file
file=$dir/$name.tar
users=root
root-users=root
profile=default
CHROOT
        ;;
    stop)
        rm -f "/etc/schroot/chroot.d/$2.conf"
        ;;
    user)
        # without these files useradd assigns no subordinate ids
        touch /etc/subuid /etc/subgid
        useradd --home-dir "$2" --no-create-home --shell /bin/sh "$3"
        chown "$3:" "$2"
        echo "$(id -u "$3") $(id -g "$3")"
        ;;
    no-user)
        userdel "$2"
        ;;
    *) echo "testbed.sh: make|start|user DIR NAME | stop|no-user NAME" >&2; exit 2 ;;
esac
