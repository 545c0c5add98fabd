# Pin it by digest where you build: --build-arg NODE_IMAGE=node:24-slim@sha256:… (docs/deploy.md).
ARG NODE_IMAGE=node:24-slim
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install script runs: nothing is compiled and nothing downloaded beside the packages of the lockfile. A registry or a certificate
# authority of your own: `docker build --secret id=npmrc,src=$HOME/.npmrc .`; it is in no layer.
RUN --mount=type=secret,id=npmrc,target=/usr/local/etc/npmrc npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts/build scripts/build
COPY src src
# Only packages with native code stay: all others are in dist, with their licences.
RUN npm run --silent build && node_modules/.bin/tsx scripts/build/keep-external-packages.ts && npm prune --omit=dev --ignore-scripts
# What nothing reads when the server runs: types, source maps, and binaries for another C library or other versions of Node (the one
# called napi is for all). And the server's user reads all the rest, whatever the umask that this was checked out with.
COPY LICENSE ./
COPY config config
RUN find node_modules dist -type f -regex '.*\.\([cm]?ts\|map\|musl\.node\|abi[0-9]+\.glibc\.node\)' -delete \
    && chmod -R a+rX package.json LICENSE config

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    ROLECALL_DATA_DIR=/var/lib/rolecall/data \
    ROLECALL_KEYS_DIR=/var/lib/rolecall/keys
WORKDIR /app
# Of group 0 too: platforms that choose the user id (OpenShift) run it with that group.
RUN install -d -o node -g 0 -m 0770 /var/lib/rolecall /var/lib/rolecall/data /var/lib/rolecall/keys
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/config config
USER node
VOLUME /var/lib/rolecall
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["node", "-e", "const { PORT, ROLECALL_TLS_CERTIFICATE_FILE: tls } = process.env; require(tls ? 'https' : 'http').get({ host: '127.0.0.1', port: PORT, path: '/healthz', rejectUnauthorized: false }, (r) => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
# Not by npm: SIGTERM must reach the server itself, which drains and ends within five seconds.
CMD ["node", "dist/app/main.js"]
