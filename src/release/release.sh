#!/bin/sh
# Makes a release: release.sh VERSION, from what is committed. It leaves in target/release
#
#   headgate-VERSION.jar         the executable jar, with jvm.options beside it
#   headgate-VERSION.cdx.json    its bill of materials (CycloneDX)
#   headgate-chart-VERSION.tgz   the Helm chart, whose image has this version
#   SHA256SUMS                   the checksums of all of them: sha256sum -c SHA256SUMS
#
# With REGISTRY (HOST/PATH, without a scheme), it also builds and pushes the image REGISTRY/headgate:VERSION and the chart
# oci://REGISTRY/charts. Log in to the registry first. That needs docker with BuildKit, and helm.
# With JAR, a jar that was made and tested elsewhere is taken instead of building one.
set -eu

version=${1:-}
case $version in
  [0-9]*.[0-9]*.[0-9]*) ;;
  *) echo "usage: release.sh VERSION, such as 0.2.0 (got: $*)" >&2; exit 2 ;;
esac
source=$(cd "$(dirname "$0")/../.." && pwd)
out=${OUT:-$source/target/release}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$out"
mkdir -p "$out"

if [ -n "${JAR:-}" ]; then
  if [ -n "${REGISTRY:-}" ]; then
    echo "release.sh: JAR and REGISTRY: the image is built from what is committed, not from a jar" >&2
    exit 2
  fi
  cp -R "$source/helm" "$work/helm"
  cp "$source/jvm.options" "$work"
  jar=$JAR
else
  if [ -n "$(git -C "$source" status --porcelain)" ]; then
    echo "release.sh: there are changes that are not committed" >&2
    exit 1
  fi
  git -C "$source" archive HEAD | tar -x -C "$work"
  # The first version in the file that is a snapshot is the project's own.
  sed -i "s|<version>[0-9.]*-SNAPSHOT</version>|<version>$version</version>|" "$work/pom.xml"
  (cd "$work" && ./mvnw -B -Dmaven.test.skip=true package)
  jar=$work/target/headgate-$version.jar
fi
sed -i "s|^version: .*|version: $version|; s|^appVersion: .*|appVersion: $version|" "$work/helm/headgate/Chart.yaml"

cp "$jar" "$out/headgate-$version.jar"
cp "$work/jvm.options" "$out"
if unzip -p "$jar" META-INF/sbom/application.cdx.json > "$out/headgate-$version.cdx.json" 2>/dev/null; then :; else
  rm "$out/headgate-$version.cdx.json"
  echo "release.sh: the jar has no bill of materials: Maven makes it only when it is online" >&2
  [ -n "${JAR:-}" ] || exit 1
fi
tar -czf "$out/headgate-chart-$version.tgz" -C "$work/helm" headgate
(cd "$out" && sha256sum jvm.options headgate-* > SHA256SUMS)

if [ -n "${REGISTRY:-}" ]; then
  docker build --pull -t "$REGISTRY/headgate:$version" --build-arg "VERSION=$version" \
    --build-arg "REVISION=$(git -C "$source" rev-parse HEAD)" \
    --build-arg "CREATED=$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$work"
  docker push "$REGISTRY/headgate:$version"
  helm push "$out/headgate-chart-$version.tgz" "oci://$REGISTRY/charts"
fi
echo "$out:"
cat "$out/SHA256SUMS"
