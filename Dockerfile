# The image of Foresail: the operator and every other command. npm run try:image runs these steps without Docker.
#   docker buildx build --platform linux/amd64,linux/arm64 --tag ghcr.io/foresail/foresail .
#   docker buildx build --platform linux/amd64 --target gpu --tag ghcr.io/foresail/foresail:gpu .

FROM --platform=$BUILDPLATFORM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --no-progress
COPY tsconfig.json ./
COPY src ./src
COPY clients ./clients
RUN npm run --silent build

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund --no-progress && rm -rf node_modules/@tensorflow/tfjs-node-gpu

# Neural forecasters train on a GPU through TensorFlow's binding, which is built for Node 22, CUDA 11 and cuDNN 8; amd64 alone.
FROM node:22-slim AS gpu-dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund --no-progress && npm run --silent gpu:install

FROM nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu22.04 AS gpu
COPY --from=gpu-dependencies /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY package.json LICENSE ./
COPY bin ./bin
COPY data ./data
COPY models ./models
COPY --from=gpu-dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
ENV NODE_ENV=production
USER 65532:65532
ENTRYPOINT ["node", "/app/bin/foresail.mjs"]
CMD ["--help"]

FROM node:24-slim AS runtime
WORKDIR /app
COPY package.json LICENSE ./
COPY bin ./bin
COPY data ./data
COPY models ./models
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
ENV NODE_ENV=production
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["node", "/app/bin/foresail.mjs"]
CMD ["--help"]
