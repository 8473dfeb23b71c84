# The gateway without its embedded PostgreSQL: it needs DATABASE_URL, and SLUICE_JWT_SECRET or
# another setting that says who may use it. Built from a checkout: docker build -t sluice .
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build

FROM node:22-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The PostgreSQL binaries are optional dependencies.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY drizzle drizzle
COPY schema schema
USER node
EXPOSE 4000
# Readiness, not liveness: whoever is being stopped or has lost its database gets no more traffic.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is the first process, so SIGTERM reaches it and the gateway drains.
STOPSIGNAL SIGTERM
CMD ["node", "dist/main.js"]
