#!/bin/sh
# Makes the AOT cache of an extracted Headgate: train.sh DIRECTORY, which gains headgate.aot
#
# Headgate is started there once with training.yml, which makes it send requests through itself, and is then stopped
# as Kubernetes stops it; the JVM writes what it has loaded and profiled into the cache on its way out.
# The cache fits only this build of the JVM, these jars (their sizes and times) and these flags: a start with others goes
# on without it, or fails with -XX:AOTMode=on.
#
# Needs the JVM that will run Headgate (JAVA_HOME, or java on the PATH) and three free ports on the loopback
# interface: TRAINING_PORT (default 18080) and the next two. TRAINING_SECONDS (default 5) is how long requests flow.
set -eu

if [ $# -ne 1 ] || [ ! -f "$1/headgate.jar" ]; then
  echo "usage: train.sh DIRECTORY (got: $*; expected: what extract.sh has made)" >&2
  exit 2
fi
source=$(cd "$(dirname "$0")" && pwd)
home=$(cd "$1" && pwd)
port=${TRAINING_PORT:-18080}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# From an empty directory: an application.yml where the caller happens to stand must not take part.
cd "$work"
rm -f "$home/headgate.aot"
"${JAVA_HOME:+$JAVA_HOME/bin/}java" "@$home/jvm.options" "-XX:AOTCacheOutput=$home/headgate.aot" \
  -jar "$home/headgate.jar" "--spring.config.additional-location=file:$source/training.yml" \
  "--training.port=$port" "--training.management-port=$((port + 1))" "--training.tcp-port=$((port + 2))" > log 2>&1 &
headgate=$!

# Until a check has gone the whole way and come back, which the access log says: without requests the cache would have
# the start in it and nothing else.
answered='target="/actuator/health/liveness".* status="200"'
tries=0
until grep -q "$answered" log; do
  tries=$((tries + 1))
  if [ $tries -gt 600 ] || ! kill -0 $headgate 2> /dev/null; then
    cat log >&2
    kill -KILL $headgate 2> /dev/null || true
    echo "train.sh: no request came through (expected: a line of the access log with $answered within 2 minutes)" >&2
    exit 1
  fi
  sleep 0.2
done
sleep "${TRAINING_SECONDS:-5}"
kill -TERM $headgate
# 143 = ended by SIGTERM, which is what was asked for; whether the cache is there is what counts.
wait $headgate || true

if [ ! -s "$home/headgate.aot" ]; then
  cat log >&2
  echo "train.sh: the JVM wrote no cache (expected: $home/headgate.aot; JDK 25 or newer)" >&2
  exit 1
fi
chmod 644 "$home/headgate.aot"
