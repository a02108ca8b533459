#!/usr/bin/env bash
# Installs PantryChain's gateway as a service on Raspberry Pi OS (Bookworm, Trixie) or Debian 12 and later. May be run again at any time:
# it updates the program and leaves gateway.json, keys and everything else in /var/lib/pantrychain alone.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
project=$(dirname "$(dirname "$here")")
DESTDIR=${DESTDIR:-} # packagers and tests: put the files below this folder and touch nothing else of the system
program=$DESTDIR/opt/pantrychain
data=$DESTDIR/var/lib/pantrychain
units=$DESTDIR/etc/systemd/system
rules=$DESTDIR/etc/udev/rules.d
command=$DESTDIR/usr/local/bin/pantry-gateway
service=pantrychain-gateway.service
user=pantry
dry=false uninstall=false build=''
dotnet=''

help() {
  cat <<'TEXT'
sudo hardware/install/install.sh [--from DIR] [--dry-run]
sudo hardware/install/install.sh --uninstall [--dry-run]
  --from DIR    a build made by 'dotnet publish src/Gateway -c Release -p:UseAppHost=false -o DIR' (any machine can make it);
                without it the gateway is built here from the checkout, which needs the .NET 10 SDK, npm and 1 GB of disk
  --dry-run     say what would be done and change nothing
  --uninstall   stop and remove the service and the program; /var/lib/pantrychain with its keys and its journal stays
Environment: DESTDIR puts the files below another folder, without packages, user or service.
TEXT
}

main() {
  arguments "$@"
  $dry && say "Nothing will be changed (--dry-run)."
  if $uninstall; then remove; return; fi
  check_system
  find_dotnet
  packages
  account
  program
  configuration
  system_files
  farewell
}

arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --from) [ $# -gt 1 ] || refuse "--from needs a folder: --from DIR."; build=$(readlink -m "$2"); shift 2 ;;
      --dry-run) dry=true; shift ;;
      --uninstall) uninstall=true; shift ;;
      -h | --help) help; exit 0 ;;
      *) refuse "'$1' is not understood. Run '$0 --help' to see what there is." ;;
    esac
  done
}

# ---- the steps ---------------------------------------------------------------------------------------------------------------------------------

check_system() {
  $dry || [ -n "$DESTDIR" ] || [ "$(id -u)" = 0 ] || refuse "Root is needed: run 'sudo $0'. To see what it would do: '$0 --dry-run'."
  local id='' version='' name=''
  if [ -r /etc/os-release ]; then
    # shellcheck source=/dev/null
    read -r id version name < <(. /etc/os-release && echo "${ID:-unknown} ${VERSION_ID:-0} ${PRETTY_NAME:-unknown}")
  fi
  case $id in
    debian | raspbian) [ "${version%%.*}" -ge 12 ] || refuse "$name is too old: Debian 12 (Bookworm) or later is needed." ;;
    *) say "This is ${name:-an unknown system}, not Debian or Raspberry Pi OS. Going on; packages may be named otherwise." ;;
  esac
  case $(uname -m) in
    aarch64 | x86_64 | armv7l) ;;
    *) refuse "$(uname -m) has no .NET 10. A Raspberry Pi Zero 2 W, 3, 4 or 5 is needed, best with a 64-bit system." ;;
  esac
  local need=400
  [ -n "$build" ] || need=1024
  local free
  free=$(df -BM --output=avail "$(existing "$DESTDIR/opt")" | tail -1 | tr -dc '0-9')
  [ "$free" -ge "$need" ] || refuse "Only $free MB are free where /opt lies; $need MB are needed. Free some space, then run this again."
  if [ -n "$build" ]; then
    [ -f "$build/PantryChain.Gateway.dll" ] || refuse "$build holds no PantryChain.Gateway.dll. Make it with 'dotnet publish src/Gateway -c Release -p:UseAppHost=false -o $build'."
  else
    [ -f "$project/PantryChain.sln" ] || refuse "$project is no checkout. Run the script from a checkout, or name a build with --from DIR."
  fi
}

find_dotnet() {
  local candidate list=--list-runtimes want='^Microsoft.AspNetCore.App 10\.' what='ASP.NET Core runtime 10' how='--runtime aspnetcore '
  if [ -z "$build" ]; then list=--list-sdks want='^10\.' what='.NET 10 SDK' how=''; fi
  for candidate in "$(command -v dotnet || true)" /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet /opt/dotnet/dotnet; do
    if [ -x "$candidate" ] && "$candidate" $list 2>/dev/null | grep -E "$want" >/dev/null; then dotnet=$(readlink -f "$candidate"); break; fi
  done
  [ -n "$dotnet" ] || refuse "The $what is missing. Install it for everyone with
  curl -sSL https://dot.net/v1/dotnet-install.sh | sudo bash -s -- --channel 10.0 ${how}--install-dir /usr/share/dotnet
then run this again."
  case $dotnet in
    /home/* | /root/*) [ -n "$DESTDIR" ] || refuse "$dotnet lies in a home folder, which the service may not enter. Install .NET with '--install-dir /usr/share/dotnet' instead." ;;
  esac
  say ".NET: $dotnet"
}

packages() {
  [ -z "$DESTDIR" ] || return 0
  local name missing=() wanted=(tzdata ca-certificates util-linux)
  [ -n "$build" ] || wanted+=(npm nodejs 'libicu76|libicu74|libicu72')
  for name in "${wanted[@]}"; do installed "$name" || missing+=("$name"); done
  if [ ${#missing[@]} -eq 0 ]; then say "Packages: all there"; return; fi
  command -v apt-get >/dev/null || refuse "Missing: ${missing[*]}. There is no apt-get here: install them with your own package manager."
  run apt-get -o DPkg::Lock::Timeout=120 update -qq
  local chosen=()
  for name in "${missing[@]}"; do chosen+=("$(available "$name")"); done
  run env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends "${chosen[@]}"
}

account() {
  [ -z "$DESTDIR" ] || return 0
  local group
  for group in gpio i2c spi; do
    getent group $group >/dev/null || run groupadd --system $group
  done
  getent passwd $user >/dev/null || run useradd --system --user-group --home-dir "$data" --no-create-home --shell /usr/sbin/nologin $user
  run usermod --append --groups gpio,i2c,spi $user
}

program() {
  local fresh=$program/gateway.new
  run install -d -m 0755 "$program"
  run rm -rf "$fresh"
  if [ -n "$build" ]; then
    run cp -r --no-preserve=ownership "$build" "$fresh"
  else
    [ -d "$project/src/Ui/node_modules" ] || run env -C "$project/src/Ui" npm ci --no-audit --no-fund --loglevel=error
    say "Building the gateway; on a Raspberry Pi this takes some minutes ..."
    run "$dotnet" publish "$project/src/Gateway" -c Release --nologo -v quiet -p:UseAppHost=false -p:UseSharedCompilation=false -o "$fresh"
  fi
  run chmod -R u=rwX,go=rX "$fresh"
  # The old program is moved away in one step, so that a power cut leaves one that works.
  run rm -rf "$program/gateway.old"
  if [ -d "$program/gateway" ]; then run mv "$program/gateway" "$program/gateway.old"; fi
  run mv "$fresh" "$program/gateway"
  run rm -rf "$program/gateway.old"
  run ln -sfn "$dotnet" "$program/dotnet"
  write 0755 "$command" <<TEXT
#!/bin/sh
# The gateway's commands as the service's user on the service's folder: pantry-gateway doctor, pantry-gateway calibrate 1 --grams 500, ...
[ "\$(id -un)" = $user ] && PANTRY_GATEWAY_COMMAND=pantry-gateway exec /opt/pantrychain/dotnet /opt/pantrychain/gateway/PantryChain.Gateway.dll "\$@" --data /var/lib/pantrychain
[ "\$(id -u)" = 0 ] || exec sudo "\$0" "\$@"
exec setpriv --reuid $user --regid $user --init-groups --reset-env env DOTNET_NOLOGO=1 PANTRY_GATEWAY_COMMAND=pantry-gateway /opt/pantrychain/dotnet /opt/pantrychain/gateway/PantryChain.Gateway.dll "\$@" --data /var/lib/pantrychain
TEXT
}

configuration() {
  if [ -f "$data/gateway.json" ]; then
    say "$data/gateway.json is there and stays as it is"
    return
  fi
  if [ -z "$DESTDIR" ]; then
    run install -d -m 0700 -o $user -g $user "$data"
    run "$command" init
  else
    run "$program/dotnet" "$program/gateway/PantryChain.Gateway.dll" init --data "$data"
  fi
  local chip
  chip=$(chip_label)
  [ -z "$chip" ] || run sed -i "s/pinctrl-bcm2711/$chip/" "$data/gateway.json"
}

system_files() {
  run install -D -m 0644 "$here/$service" "$units/$service"
  run install -D -m 0644 "$here/60-pantrychain.rules" "$rules/60-pantrychain.rules"
  if command -v systemctl >/dev/null && [ "$(systemctl --version | sed -nE '1s/systemd ([0-9]+).*/\1/p')" -ge 254 ]; then
    run install -D -m 0644 "$here/backoff.conf" "$units/$service.d/backoff.conf"
  fi
  [ -z "$DESTDIR" ] || return 0
  if [ -d /run/udev ] && command -v udevadm >/dev/null; then
    run udevadm control --reload
    run udevadm trigger --subsystem-match=gpio --subsystem-match=i2c-dev --subsystem-match=spidev
  fi
  if ! runs_systemd; then
    if command -v systemctl >/dev/null; then
      run systemctl enable --quiet $service
      say "systemd does not run here: the service is in place and starts with the machine"
    else
      say "There is no systemd here: start the gateway with 'pantry-gateway run' from whatever starts services on this machine"
    fi
    return
  fi
  run systemctl daemon-reload
  run systemctl enable --quiet $service
  if systemctl --quiet is-active $service; then run systemctl restart $service; fi
}

farewell() {
  $dry && return
  cat <<TEXT
Installed. Next:
  1. edit $data/gateway.json: what stands on which slot, which pins           (sudo nano $data/gateway.json)
  2. pantry-gateway doctor                                                    names what is missing, and the line for config.txt
  3. pantry-gateway join URL --invitation CODE                                with a code from the cooperative's desk; may wait
  4. sudo systemctl start ${service%.service}                                 then: journalctl -fu ${service%.service}
  5. pantry-gateway calibrate 1, then pantry-gateway tare 1                   see hardware/calibration.md
TEXT
}

remove() {
  $dry || [ -n "$DESTDIR" ] || [ "$(id -u)" = 0 ] || refuse "Root is needed: run 'sudo $0 --uninstall'."
  if [ -z "$DESTDIR" ] && runs_systemd && [ -f "$units/$service" ]; then run systemctl disable --now $service; fi
  run rm -rf "$units/$service" "$units/$service.d" "$units/multi-user.target.wants/$service" "$rules/60-pantrychain.rules" "$command" "$program"
  if [ -z "$DESTDIR" ] && runs_systemd; then run systemctl daemon-reload; fi
  say "Removed. $data stays: it holds the keys to the member's account and the journal. The user '$user' stays because it owns them."
}

# ---- small things ------------------------------------------------------------------------------------------------------------------------------

say() { printf '%s\n' "$*"; }

refuse() { printf '%s\n' "$*" >&2; exit 2; }

run() { if $dry; then printf '  would run: %s\n' "$*"; else "$@"; fi; }

# Writes standard input to a file of that mode, whole or not at all.
write() {
  if $dry; then printf '  would write: %s\n' "$2"; cat >/dev/null; return; fi
  install -d -m 0755 "$(dirname "$2")"
  cat >"$2.draft"
  chmod "$1" "$2.draft"
  mv "$2.draft" "$2"
}

runs_systemd() { [ -d /run/systemd/system ]; }

existing() { # the nearest folder above that exists
  local folder=$1
  while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
  printf '%s' "$folder"
}

installed() { # 'a|b' is whichever this release has
  local name
  for name in ${1//|/ }; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] && return 0
  done
  case $1 in
    nodejs) command -v node >/dev/null ;;
    npm) command -v npm >/dev/null ;;
    *) return 1 ;;
  esac
}

available() {
  local name
  for name in ${1//|/ }; do
    if apt-cache show "$name" >/dev/null 2>&1; then printf '%s' "$name"; return; fi
  done
  printf '%s' "${1%%|*}"
}

# The GPIO chip's label on this model; empty elsewhere and on a Pi 4, which gateway.json names by itself.
chip_label() {
  local model=''
  if [ -r /proc/device-tree/model ]; then model=$(tr -d '\0' </proc/device-tree/model); fi
  case $model in
    *'Pi 5'* | *'Compute Module 5'*) printf pinctrl-rp1 ;;
    *'Pi 3'* | *'Zero 2'*) printf pinctrl-bcm2835 ;;
  esac
}

main "$@"
