const kibibyte = 1024
const mebibyte = 1024 * kibibyte

/**
 * Upper bounds for everything that is read from outside. Bytes, unless the comment says otherwise. `docs/limits.md` lists them, and a
 * test keeps the two equal. Archives have their own table: `tarLimits` in `src/tree/read-tar.ts`.
 */
export const limits = {
  /** A manifest or an index. Registries accept at least 4 MiB: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests */
  manifest: 4 * mebibyte,
  /** The configuration of an image. */
  config: 16 * mebibyte,
  /** Any other answer of a registry, token server or daemon that is read whole. */
  answer: mebibyte,
  /** The part of an error's body that is read; the rest is discarded. */
  errorBody: 64 * kibibyte,
  /** A configuration file of Docker, Podman or this step: credentials, `.dockerignore`, buildkitd.toml. */
  configFile: 4 * mebibyte,
  /** A Dockerfile, and the text that its variables expand to. */
  dockerfile: 4 * mebibyte,
  /** The texts that all instructions of a Dockerfile come to together when their variables are replaced (characters). */
  expanded: 64 * mebibyte,
  /** Build stages in a Dockerfile (count). */
  stages: 2000,
  /** Instructions in a Dockerfile, with those that ONBUILD adds (count). */
  instructions: 100_000,
  /** Nested objects and lists in one JSON document (levels). */
  jsonDepth: 512,
} as const
