#!/usr/bin/env bash
# Fetches what './pantry bench kernel' boots into a folder, installing nothing: Debian's newest standard kernel for amd64, and the kernel's own GPIO simulator,
# which Debian does not build, compiled from Debian's source for that kernel. Without the simulator the bench does without GPIO and says so.
set -euo pipefail

target=$1
work=$target.new

main() {
  local image release
  image=$(depends linux-image-amd64 'linux-image-[0-9]')
  [ -n "$image" ] || { echo "apt-get knows no linux-image-amd64. Run 'apt-get update' on Debian 12 or later, then run this again."; exit 1; }
  release=${image#linux-image-}
  rm -rf "$target" "$work"
  mkdir -p "$work/packages"
  download "$image"
  dpkg-deb --fsys-tarfile "$work/packages/$image"_*.deb | tar -xC "$work" --wildcards './boot/vmlinuz-*' \
    '*/lib/modules/*/kernel/drivers/i2c/*' '*/lib/modules/*/kernel/drivers/spi/*' '*/lib/modules/*/kernel/drivers/parport/*' '*/lib/modules/*/kernel/fs/configfs/*'
  [ ! -d "$work/usr/lib/modules" ] || mv "$work/usr/lib" "$work/lib" # where newer Debians keep it
  if build_gpio_simulator "$release"; then echo "The GPIO simulator is built."; else echo "The GPIO simulator could not be built: the bench does without GPIO."; fi
  # The library whose driver ours is compared with; without it the comparison is left out and said to be.
  if (download libgpiod2) 2>/dev/null; then
    mkdir -p "$work/libgpiod"
    dpkg-deb --fsys-tarfile "$work/packages/libgpiod2"_*.deb | tar -xC "$work/libgpiod" --strip-components=4 --wildcards '*/libgpiod.so.2*'
  fi
  rm -rf "$work/packages" "$work/build"
  mv "$work" "$target"
}

# Package names that a package depends on, by their beginning.
depends() { apt-cache depends "$1" 2>/dev/null | sed -n "s/.*Depends: \($2[^ ]*\).*/\1/p" | head -1; }

download() { (cd "$work/packages" && apt-get download -qq "$@"); }

# Headers and source are unpacked beside each other; the headers' absolute paths are turned to where they lie now.
build_gpio_simulator() (
  set -e
  release=$1
  version=$(grep -o '^[0-9]*\.[0-9]*' <<<"$release")
  build=$work/build
  headers=linux-headers-$release
  common=$(depends "$headers" 'linux-headers-')
  kbuild=$(depends "$headers" 'linux-kbuild-')
  download "$headers" "$common" "$kbuild" "linux-source-$version"
  mkdir -p "$build/module"
  for name in "$headers" "$common" "$kbuild"; do dpkg-deb -x "$work/packages/$name"_*.deb "$build"; done
  sed -i "s|include /usr/src|include $build/usr/src|" "$build/usr/src/$headers/Makefile"
  dpkg-deb --fsys-tarfile "$work/packages/linux-source-$version"_*.deb | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
    tar -xJC "$build/module" --wildcards --strip-components=3 '*/drivers/gpio/gpio-sim.c' '*/drivers/gpio/gpiolib.h' '*/kernel/irq/irq_sim.c'
  cd "$build/module"
  # irq_to_desc is not exported to modules; the same descriptor is reached through its data.
  sed -i 's/irq_to_desc(\([a-z]*\))/irq_data_to_desc(irq_get_irq_data(\1))/' irq_sim.c
  printf 'obj-m := gpio-simulator.o\ngpio-simulator-y := gpio-sim.o irq_sim.o\n' >Makefile
  make -C "$build/usr/src/$headers" M="$PWD" CC=gcc modules
  strip --strip-debug gpio-simulator.ko
  mv gpio-simulator.ko "$(dirname "$(find "$work/lib/modules" -name 'i2c-dev.ko*')")"
)

main
