#!/bin/sh
# Lays out what the image adds to its base: build-image-root.sh BINARY FOLDER
# Used by the Dockerfile and, without a container engine, by `cargo xtask image`.
set -eu

binary=$1
root=$2
# The user of the image; a number, so that it needs no entry in /etc/passwd.
user=10001

install -d -m 755 "$root/usr/local/bin"
install -m 755 "$binary" "$root/usr/local/bin/dropcast"
install -d -m 700 "$root/data"
# Without root, as in a rehearsal, the folder already belongs to who runs the server.
if [ "$(id -u)" = 0 ]; then
    chown "$user:$user" "$root/data"
fi
