#!/usr/bin/env bash
# Install the Debian packages of a group of tools/apt-packages.txt that are missing; do nothing when none is.
set -euo pipefail

group=${1:?usage: tools/apt.sh GROUP}
mapfile -t wanted < <(awk -v group="$group" '$1 == group { print $2 }' "$(dirname "$0")/apt-packages.txt")

if ! command -v dpkg-query > /dev/null; then
    echo "This is not Debian; see to it that you have what stands for: ${wanted[*]}" >&2
    exit 0
fi

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=()
for package in "${wanted[@]}"; do
    is_installed "$package" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    {
        echo "These Debian packages are missing: ${missing[*]}"
        echo "Only root can install them. Let root run this once, then repeat your command:"
        echo
        echo "    apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
        echo
    } >&2
    exit 1
fi

echo "Installing with apt: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# The tests start servers of their own; the services of the packages stay off.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod +x "$policy"
    made_policy=$policy
fi
log=$(mktemp)
trap 'rm -f "$log" ${made_policy:+"$made_policy"}' EXIT
apt-get update -qq > "$log" 2>&1 &&
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >> "$log" 2>&1 || {
    cat "$log" >&2
    exit 1
}
