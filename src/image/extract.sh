#!/bin/sh
# Lays a Headgate jar out as the image has it: extract.sh JAR DIRECTORY
#
#   headgate.jar      the application's own classes
#   lib/              its libraries, one jar each
#   native/           Netty's native transports and OpenSSL, so that nothing has to be unpacked into a writable /tmp
#   jvm.options       the one file of JVM flags, for the training run and for every start
#   headgate.cdx.json the bill of materials (CycloneDX)
#
# Needs a JDK (JAVA_HOME, or java and jar on the PATH). Runs in the image's build and outside of it.
set -eu

if [ $# -ne 2 ] || [ ! -f "$1" ]; then
  echo "usage: extract.sh JAR DIRECTORY (got: $*)" >&2
  exit 2
fi
source=$(cd "$(dirname "$0")/../.." && pwd)
bin=${JAVA_HOME:+$JAVA_HOME/bin/}

"${bin}java" -Djarmode=tools -jar "$1" extract --destination "$2" --application-filename headgate.jar
cd "$2"
here=$(pwd)

mkdir native
for jar in lib/netty-transport-native-*-linux-*.jar lib/netty-tcnative-*-linux-*.jar; do
  (cd native && "${bin}jar" --extract --file "../$jar" META-INF/native)
done
mv native/META-INF/native/*.so native
rm -r native/META-INF

# Maven makes the bill of materials only when it is not offline (-o): then there is none here either.
"${bin}jar" --extract --file headgate.jar META-INF/sbom/application.cdx.json
if [ -f META-INF/sbom/application.cdx.json ]; then
  mv META-INF/sbom/application.cdx.json headgate.cdx.json
  rm -r META-INF
fi

cat "$source/jvm.options" > jvm.options
echo "-Djava.library.path=$here/native" >> jvm.options

# One time stamp for all: equal libraries then give an equal image layer, and the JVM, which compares each jar's time
# with the one in the AOT cache, sees no change. The modes let the user that the image runs as read everything.
find . -type f -exec chmod 644 {} + -exec touch -t 198002010000 {} +
find . -type d -exec chmod 755 {} +
