#!/bin/sh
# The first process of a node's namespaces: makes the file system that the node's programs see, says "ready", and then
# waits until its standard input closes. When it ends, the kernel ends everything else in the namespaces.
# usage: init.sh STATE_FOLDER HOST_NAME
set -eu
state=$1
echo "$2" > /proc/sys/kernel/hostname

# Keep the pipe: a background command of a non-interactive shell reads /dev/null otherwise.
exec 3<&0

mount --make-rprivate /
mount -t proc proc /proc
resolver=$(readlink -m /etc/resolv.conf)
mount -t tmpfs -o mode=0755 tmpfs /run
mkdir -p /run/lock
# Where resolv.conf is a link into /run, its target has just been hidden.
[ -e "$resolver" ] || { mkdir -p "${resolver%/*}" && : > "$resolver"; }
mount --bind "$state/resolv.conf" "$resolver"

# What containerd and the kubelet write under fixed names must not reach the machine: a folder of memory in front of
# FOLDER in which everything that was there is still seen.
cover() {
  folder=$1
  mkdir /run/cover
  mount -t tmpfs -o mode=0755 tmpfs /run/cover
  for entry in "$folder"/*; do
    if [ -d "$entry" ] && [ ! -L "$entry" ]; then
      mkdir "/run/cover/${entry##*/}"
      mount --rbind "$entry" "/run/cover/${entry##*/}"
    fi
  done
  mount --move /run/cover "$folder"
  rmdir /run/cover
}
# keep NAME FOLDER: FOLDER is kept in the state folder under NAME, as it may grow.
keep() {
  mkdir -p "$state/$1" "$2"
  mount --bind "$state/$1" "$2"
}
cover /var/lib
cover /var/log
keep kubelet /var/lib/kubelet
keep containerd /var/lib/containerd
keep pod-logs /var/log/pods
# A Pod may ask that mounts made later are seen (mountPropagation): possible only from a shared mount.
mount --make-rshared /

echo ready
cat <&3 > /dev/null &
# Not "exec cat": the shell's wait also reaps what is re-parented to the first process.
wait $!
