import { globalValues } from '../../src/dockerfile/expand/arguments.ts'
import { parseDockerfile } from '../../src/dockerfile/read/parse.ts'
import { planStages } from '../../src/dockerfile/stages/stages.ts'
import type { Step } from '../../src/engine/built.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import type { Result } from '../../src/report/outputs.ts'
import type { Reading } from '../../src/source/needed-stages.ts'
import { resultOf } from './result.ts'

/** The data of a Dockerfile for these platforms, with a builder for linux/amd64. */
export function readingOf(text: string, platforms: readonly string[]): Reading {
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const buildPlatform = parsePlatform('amd64')
  return {
    dockerfile,
    platforms: platforms.map(parsePlatform).map((targetPlatform) => {
      const globals = globalValues(dockerfile, { buildPlatform, targetPlatform, buildArguments: new Map() })
      return { platform: targetPlatform, globals, stages: planStages(dockerfile, { globals, contexts: [] }) }
    }),
  }
}

/** A step as BuildKit names it, with the seconds from the start of the build; the platform is that of the name. */
export function stepAt(name: string, from: number, to: number, more: Partial<Step> = {}): Step {
  const begin = Date.UTC(2026, 0, 2, 3, 4, 5)
  const span = { from: begin + from * 1000, to: begin + to * 1000 }
  const [, platform] = /^\[(linux\/\S+) /.exec(name) ?? []
  return { name, platform, cached: false, milliseconds: span.to - span.from, span, ...more }
}

const dockerfile = `FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci
RUN npm run build
FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=build /app/dist /app/dist
COPY --from=build /app/node_modules /app/node_modules
CMD ["node", "dist/server.js"]
`

const base = 'docker.io/library/node:24-bookworm-slim'
const cached = { cached: true, milliseconds: 0 }

const steps = [
  stepAt('[internal] load build definition from Dockerfile', 0, 0.1),
  stepAt('[linux/amd64 internal] load metadata for docker.io/library/node:24-bookworm-slim', 0.1, 0.9),
  stepAt('[internal] load build context', 0.9, 6.4),
  stepAt(`[linux/amd64 build 1/5] FROM ${base}`, 0.9, 0.9, cached),
  stepAt(`[linux/arm64 build 1/5] FROM ${base}`, 0.9, 0.9, cached),
  stepAt('[linux/amd64 build 2/5] WORKDIR /app', 0.9, 0.9, cached),
  stepAt('[linux/arm64 build 2/5] WORKDIR /app', 0.9, 0.9, cached),
  stepAt('[linux/amd64 build 3/5] COPY . .', 6.4, 8.2),
  stepAt('[linux/arm64 build 3/5] COPY . .', 6.4, 8.3),
  stepAt('[linux/amd64 build 4/5] RUN npm ci', 8.2, 21.6),
  stepAt('[linux/arm64 build 4/5] RUN npm ci', 8.3, 87.5),
  stepAt('[linux/amd64 build 5/5] RUN npm run build', 21.6, 30.1),
  stepAt('[linux/arm64 build 5/5] RUN npm run build', 87.5, 129.8),
  stepAt('[linux/amd64 stage-1 3/4] COPY --from=build /app/dist /app/dist', 30.1, 30.6),
  stepAt('[linux/arm64 stage-1 3/4] COPY --from=build /app/dist /app/dist', 129.8, 130.4),
  stepAt('[linux/amd64 stage-1 4/4] COPY --from=build /app/node_modules /app/node_modules', 30.6, 33.2),
  stepAt('[linux/arm64 stage-1 4/4] COPY --from=build /app/node_modules /app/node_modules', 130.4, 133.1),
  stepAt('exporting to oci image format', 133.1, 141.2),
]

/** A release for two platforms, one of them emulated, with every slow step that a summary gives advice about. */
export function sampleResult(given: { readonly steps?: readonly Step[]; readonly dockerfile?: string } = {}): Result {
  const platforms = ['linux/amd64', 'linux/arm64']
  const result = resultOf({
    images: 'ghcr.io/acme/app',
    tags: '1.4.2, 1.4, latest',
    platforms: platforms.join(', '),
    push: 'true',
  })
  const digest = 'sha256:9f2c4b1e7d3a8056c1f0e4b29a7d85136c4e8f0b2a1d7c9530e6f4a8b7c2d1e3' as const
  const digests = [
    'sha256:4be1d0c7a2935f86e1b47c90d25f8a3316e07b9c4d28f5a1903c6e7b8d4f2a15',
    'sha256:c07a5e93b18d46f2a3e97c1d5b80264f7e13a9c5d6f2b08491e7d3c5a4b6f820',
  ] as const
  const layer = (at: number) => ({ mediaType: '', digest: digests[at % 2] ?? digest, size: at })
  const images = result.images.map((image, at) => ({
    ...image,
    manifest: { ...image.manifest, digest: digests[at] ?? digest },
    layers: [0, 1, 2, 3, 4, 5, 6].map((one) => ({
      ...layer(one),
      digest: `sha256:${one.toString().repeat(64)}` as const,
    })),
    size: [87_400_000, 85_900_000][at] ?? 0,
  }))
  const inherited = new Map([0, 1, 2, 3].map((one) => [`sha256:${one.toString().repeat(64)}` as const, platforms]))
  // The export method says nothing that a reader of the picture needs.
  const { method: _, ...engine } = result.plan.engine
  const traits = { ...result.plan.engine.traits, natives: ['linux/amd64'] }
  const tree = { root: { mediaType: '', digest, size: 1 }, images } as unknown as NonNullable<
    Result['built']['content']
  >['tree']
  const content = { tree, blobs: {} as never, inherited }
  return {
    ...result,
    plan: {
      ...result.plan,
      engine: {
        ...engine,
        because:
          'Docker 28.5.2 from the default socket at unix:///var/run/docker.sock, containerd image store; builder default, driver docker: default builder',
        traits,
      },
    },
    images,
    checked: { ...result.checked, reading: readingOf(given.dockerfile ?? dockerfile, platforms) },
    built: {
      ...result.built,
      content,
      steps: given.steps ?? steps,
      contextAdvice:
        'Build context sent to the builder: 312.4 MB, and there is no .dockerignore in `.`. Add one that lists `node_modules` (268.0 MB), `.git` (39.2 MB).',
    },
    verified: platforms.map((platform) => ({
      platform,
      layers: { read: 3, all: 7 },
      programs: 4,
      notes: [],
      problems: [],
    })),
    published: result.published && {
      ...result.published,
      digest,
      images,
      tags: result.published.tags.map((tag, at) => (at === 1 ? { ...tag, outcome: 'unchanged' } : tag) as typeof tag),
    },
  }
}
