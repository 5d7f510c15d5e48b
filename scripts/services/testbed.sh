#!/bin/bash
# Make a small Debian system for tests to run in, and give it to schroot.
#
#   testbed.sh start DIR NAME   DIR/NAME.tar, unpacked anew for each session of
#                               the chroot NAME; prints the release it is of
#   testbed.sh stop NAME        schroot forgets it
#
# Needs root, and the groups "autopkgtest" and "testbed" of install.sh. The
# release and the mirror are those of this machine.
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin

case "$1" in
    start)
        dir=$2 name=$3
        release=$(. /etc/os-release && echo "$VERSION_CODENAME")
        mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Identifier: Packages' 'Component: main' |
                 awk -v release="$release" '$2 == release { print $1; exit }')
        printf '%s %s %s main\n' deb "$mirror" "$release" deb-src "$mirror" "$release" > "$dir/sources.list"
        # dpkg-dev unpacks source packages; everything else comes with a test
        mmdebstrap --quiet --variant=apt --include=dpkg-dev "$release" "$dir/$name.tar" "$dir/sources.list" >&2
        cat > "/etc/schroot/chroot.d/$name.conf" <<CHROOT
[$name]
description=testbed of a test run
type=file
file=$dir/$name.tar
users=root
root-users=root
profile=default
CHROOT
        echo "$release"
        ;;
    stop)
        rm -f "/etc/schroot/chroot.d/$2.conf"
        ;;
    *) echo "testbed.sh: start DIR NAME | stop NAME" >&2; exit 2 ;;
esac
