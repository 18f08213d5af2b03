import { readJob } from '../../src/facts/job.ts'
import type { Image } from '../../src/oci/image-tree.ts'
import { mediaType } from '../../src/oci/media-type.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import { repositoriesOf } from '../../src/oci/repositories.ts'
import type { Digest } from '../../src/oci/types.ts'
import { makePlan } from '../../src/plan/make-plan.ts'
import type { Plan } from '../../src/plan/plan.ts'
import type { Result } from '../../src/report/outputs.ts'
import { factsOf, inputsOf, serverOf } from './plan.ts'

/** A digest of one digit, for documents that are not hashed. */
export function fakeDigest(digit: string): Digest {
  return `sha256:${digit.repeat(64)}`
}

function imageOf(platform: string, digit: string, size: number): Image {
  const part = { mediaType: '', digest: fakeDigest(digit), size: 1 }
  return { platform: parsePlatform(platform), manifest: part, config: part, layers: [], size }
}

/** The result of a run with these inputs on Docker's containerd store: an image for each platform, of 1, 2, … MB. */
export function resultOf(given: Parameters<typeof inputsOf>[0], more: Partial<Result> = {}): Result {
  const inputs = inputsOf(given)
  const plan = makePlan(inputs, factsOf({ docker: serverOf({ store: 'containerd' }) }))
  const images = plan.load
    ? []
    : inputs.platforms.map((platform, at) =>
        imageOf(
          [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/'),
          String(at + 1),
          (at + 1) * 1e6,
        ),
      )
  return {
    plan,
    checked: { reading: undefined, bases: [], emulations: [] },
    verified: [],
    smoked: [],
    gated: undefined,
    omitted: [],
    built: { content: undefined, metadata: {}, imageId: undefined, steps: [] },
    exported: { outputs: [], imageId: undefined },
    published: plan.push
      ? {
          digest: fakeDigest('f'),
          descriptor: { mediaType: mediaType.ociIndex, digest: fakeDigest('f'), size: 1 },
          images,
          repositories: repositoriesOf(plan.references),
          error: undefined,
          tags: plan.references.map((reference) => ({ reference, outcome: 'written' })),
        }
      : undefined,
    images,
    ...more,
  }
}

/** The plan of a job that builds linux/arm64 of an image with linux/amd64. */
export function legPlan(): Plan {
  const inputs = inputsOf({
    ...{ images: 'acme/app', tags: '1', platforms: 'amd64, arm64', platform: 'arm64', push: 'true' },
    annotations: 'index:a=b',
  })
  const job = readJob({ GITHUB_RUN_ID: '7', GITHUB_REPOSITORY: 'acme/app' }, new Date(0))
  return makePlan(inputs, factsOf({ docker: serverOf({ store: 'containerd' }), job }))
}
