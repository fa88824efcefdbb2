#!/bin/sh
# Prints the pkg-config file of the C library: sh scripts/lib-pc.sh PREFIX LIBDIR INCLUDEDIR.
# What is private is what the archive needs of the system.
set -eu
version=$(sed -n 's/^const Version = "\(.*\)"$/\1/p' "$(dirname "$0")/../internal/about/version.go")
case $(uname -s) in
Darwin) private='-lpthread -lresolv -framework CoreFoundation -framework Security' ;;
*) private='-lpthread -ldl -lm' ;;
esac
cat <<PC
prefix=$1
libdir=$2
includedir=$3

Name: arago
Description: Physical-optics propagation: matrix Fourier transforms, windowed FFTs, whole optical systems
Version: $version
Cflags: -I\${includedir}
Libs: -L\${libdir} -larago
Libs.private: $private
PC
