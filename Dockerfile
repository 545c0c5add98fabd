# syntax=docker/dockerfile:1
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install script runs: nothing is compiled and nothing downloaded beside the packages of the lockfile.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run --silent build && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    ROLECALL_DATA_DIR=/var/lib/rolecall/data \
    ROLECALL_KEYS_DIR=/var/lib/rolecall/keys
WORKDIR /app
RUN install -d -o node -g node -m 0700 /var/lib/rolecall /var/lib/rolecall/data /var/lib/rolecall/keys
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY config config
USER node
VOLUME /var/lib/rolecall
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Not by npm: SIGTERM must reach the server itself, which drains and ends within five seconds.
CMD ["node", "dist/app/main.js"]
