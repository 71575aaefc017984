# Headgate's image. docs/image.md says what is in it, and how to check that.
#
#   docker build -t headgate .
#
# The base of the result: any image with a JRE 25 as `java` on the PATH. It needs no shell.
ARG JRE_IMAGE=eclipse-temurin:25-jre
# Where the AOT cache is made: the same JVM, with a shell. Another one only if JRE_IMAGE has no shell.
ARG TRAINING_IMAGE=${JRE_IMAGE}
ARG JDK_IMAGE=eclipse-temurin:25-jdk
# -kernel for listeners with engine: kernel, if JRE_IMAGE is Debian's or Ubuntu's; otherwise put the two programs into it.
ARG VARIANT

FROM ${JDK_IMAGE} AS build
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/root/.m2 ./mvnw -B -Dmaven.test.skip=true package
RUN src/image/extract.sh target/headgate-*.jar /opt/headgate

FROM ${TRAINING_IMAGE} AS training
COPY --from=build /opt/headgate/ /opt/headgate/
COPY --from=build /source/src/image/ /source/src/image/
RUN /source/src/image/train.sh /opt/headgate

FROM ${JRE_IMAGE} AS base

FROM ${JRE_IMAGE} AS base-kernel
RUN apt-get update && apt-get install -y --no-install-recommends nftables conntrack && rm -rf /var/lib/apt/lists/*

FROM base${VARIANT}
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="Headgate" \
      org.opencontainers.image.description="Layer 4 and layer 7 load balancer on Spring Cloud Gateway and Netty" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"

# From what changes least to what changes most: a new version of Headgate on the same libraries is two small layers
# and the cache.
COPY --from=build /opt/headgate/native/ /opt/headgate/native/
COPY --from=build /opt/headgate/lib/ /opt/headgate/lib/
COPY --from=build /opt/headgate/jvm.options /opt/headgate/
COPY --from=build /opt/headgate/headgate.jar /opt/headgate/headgate.cdx.json /opt/headgate/
COPY --from=training /opt/headgate/headgate.aot /opt/headgate/

# Few malloc arenas: glibc would otherwise keep up to eight for each core.
ENV MALLOC_ARENA_MAX=2
# ./application.yml is the user's: mount one at /etc/headgate/application.yml. The image has none.
WORKDIR /etc/headgate
USER 10001:10001
EXPOSE 8080/tcp
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "@/opt/headgate/jvm.options", "-XX:AOTCache=/opt/headgate/headgate.aot", "-jar", "/opt/headgate/headgate.jar"]
