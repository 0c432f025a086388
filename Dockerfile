# The server, for production. Build: docker build -t regen-realtime-server .
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci --ignore-scripts && npm run build && npm prune --omit=dev --ignore-scripts

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
COPY --from=build /app/server/package.json server/
COPY --from=build /app/server/dist server/dist
USER node
EXPOSE 3000
# It drains on SIGTERM: give it longer than DRAIN_WINDOW_MS and its 5 s for connections to end.
CMD ["node", "server/dist/main.js"]
