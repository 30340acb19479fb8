# One image for every program, as targets `api`, `worker` and `migrate`. Debian, because the Temporal SDK's
# native part needs glibc.

FROM node:22.21-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# The stand-ins and demo data of a development start are no part of the image.
RUN npm run build && rm -rf dist/dev dist/bench dist/rehearsal dist/chaos dist/.built dist/.tsbuildinfo

FROM node:22.21-bookworm-slim AS run
# The SDK's native part trusts the system's certificates, which a slim image lacks.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && npm cache clean --force
COPY --from=build /app/dist ./dist
USER node

FROM run AS migrate
CMD ["node", "dist/db/migrate.js"]

# It listens on nothing, so there is nothing to ask: it ends when it cannot go on, and is started again.
FROM run AS worker
CMD ["node", "--max-semi-space-size=2", "dist/workers/main.js"]

FROM run AS api
ENV HOST=0.0.0.0 PORT=8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/api/main.js"]
