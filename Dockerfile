# Built by `docker build -t dropcast .`; its steps are tried by `cargo xtask image`.

FROM node:22-bookworm-slim AS node

FROM rust:1-bookworm AS build
COPY --from=node /usr/local/ /usr/local/
WORKDIR /src
COPY . .
RUN cargo xtask build --profile dist
RUN deploy/build-image-root.sh target/dist/dropcast /image

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates ffmpeg \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /image/ /
ENV DROPCAST_DATA=/data \
    DROPCAST_LISTEN=0.0.0.0:8080
USER 10001:10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["/usr/local/bin/dropcast", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/dropcast"]
CMD ["serve"]
