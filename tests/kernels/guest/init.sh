#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The guest's first process: prepares what the test needs, runs it, and ends the machine, whatever came of it.
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
mount -t bpf -o mode=0755 bpf /sys/fs/bpf
ln -s /proc/self/fd /dev/fd
export PATH=/bin
for module in /modules/*; do insmod "$module"; done
ip link set lo up
timeout 500 bash /guest/test.sh && echo "guest: all as expected"
reboot -f
