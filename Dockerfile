# The API by default; `src/main.ts worker`, `src/cli/migrate.ts` and the other commands run in the same image.

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# What is optional is a second Node and the embedded PostgreSQL, a peer Prisma's command line with its studio, and most of Prisma's
# client is compilers for other databases: none is used here. 176 MB remain of 729.
RUN npm ci --omit=dev --omit=optional --omit=peer --ignore-scripts --no-audit --no-fund && npm cache clean --force \
  && rm node_modules/@prisma/client/runtime/query_*_bg.cockroachdb.* node_modules/@prisma/client/runtime/query_*_bg.mysql.* \
    node_modules/@prisma/client/runtime/query_*_bg.sqlite.* node_modules/@prisma/client/runtime/query_*_bg.sqlserver.*

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 WORKER_PORT=4000
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY prisma/migrations ./prisma/migrations
# A file named by TRUSTED_DOCUMENTS, from where it is generated.
COPY examples/generated ./examples/generated
COPY generated ./generated
COPY src ./src
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=32", "--max-old-space-size=1536"]
CMD ["src/main.ts", "api"]
