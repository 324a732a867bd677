# Pantheon for production: our sources, the packages that they import, and Node. MongoDB and Redis run elsewhere
# (docker-compose.yml), so MONGODB_URI and REDIS_URL have to be given.

# The Node that the tests run on (package.json). The npm package of it is not needed here, so its script, which would
# fetch it a second time, is not run; no other package needs its script either.
FROM node:24.21.0-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/node node_modules/.bin/node

FROM node:24.21.0-slim
WORKDIR /app
# Inside a container only the published port leads here, and it does not arrive on loopback.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY src src
COPY adapters adapters
COPY workers workers
# Everything belongs to root and is only read.
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself, not npm: it is told of the stop directly. The memory flags are those of bin/start.js.
CMD ["node", "--max-semi-space-size=4", "--max-old-space-size=160", "--disable-warning=ExperimentalWarning", "src/main.ts"]
