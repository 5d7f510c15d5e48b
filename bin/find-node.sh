# Sourced by what needs a Node: `find_node ROOT` sets $node to one that runs the program, the checkout's own
# (ROOT/.node) before those on PATH; its status is 1 if there is none. package.json ("engines") says the same.
# `find_node ROOT sources` wants one that runs the sources too: Debian builds its Node without TypeScript.

is_new_enough() {
    node_version=$("$1" --version 2> /dev/null) || return 1
    node_version=${node_version#v}
    node_major=${node_version%%.*}
    node_minor=${node_version#*.}
    node_minor=${node_minor%%.*}
    case $node_major.$node_minor in *[!0-9.]* | .* | *.) return 1 ;; esac
    [ "$node_major" -ge 24 ] || { [ "$node_major" -eq 22 ] && [ "$node_minor" -ge 18 ]; }
}

runs_sources() { [ "$("$1" -p process.features.typescript 2> /dev/null)" = strip ]; }

find_node() {
    # In a subshell, which keeps IFS and globbing to itself
    node=$(
        IFS=:
        set -f
        for folder in "$1/.node/bin" $PATH; do
            [ -x "$folder/node" ] && is_new_enough "$folder/node" || continue
            [ "$2" != sources ] || [ "$folder" = "$1/.node/bin" ] || runs_sources "$folder/node" || continue
            printf '%s\n' "$folder/node"
            exit 0
        done
        exit 1
    )
}
