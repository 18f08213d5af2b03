import type { Built, BuiltImage } from '../engine/built.ts'
import { formatPlatform } from '../oci/platform.ts'
import { byDigest } from '../oci/store.ts'
import type { Digest, Platform } from '../oci/types.ts'
import type { Plan } from '../plan/plan.ts'
import { type Checked, type Ready, type Started, startPreflight, whenFound } from '../preflight/preflight.ts'
import type { Result } from '../report/outputs.ts'
import type { Run } from '../run-context.ts'
import { openSource } from '../source/open-source.ts'

/** What the stages from preflight to the smoke tests return. */
export type Tested = Pick<Result, 'checked' | 'built' | 'verified' | 'smoked'>

/** The results of a job whose platforms were all omitted. */
export const nothingTested: Tested = {
  checked: { reading: undefined, bases: [], emulations: [] },
  built: { content: undefined, metadata: {}, imageId: undefined, steps: [] },
  verified: [],
  smoked: [],
}

/**
 * Returns a run for each group of platforms that are built with the same Dockerfile, target and build arguments: the run itself without
 * `per-platform`. Each has its own reading of its Dockerfile.
 */
function variantsOf(run: Run): readonly Run[] {
  const plans = variantPlans(run.plan)
  if (plans.length === 1 && plans[0] === run.plan) return [run]
  return plans.map((plan) => ({ ...run, plan, source: openSource({ ...run, plan }, run.source.archive) }))
}

export type CheckedVariant = { readonly run: Run; readonly checked: Checked }
/** A variant that can be built. */
export type ReadyVariant = { readonly run: Run; readonly ready: Ready }

/** Runs preflight for all variants. Throws its errors. */
export async function checkVariants(run: Run): Promise<readonly CheckedVariant[]> {
  const { variants, passed, end } = await startVariants(run)
  await end()
  await passed
  return Promise.all(
    variants.map(async ({ run: variant, ready }) => ({ run: variant, checked: await whenFound(ready) })),
  )
}

/** Like `checkVariants`, but may return before registries have answered, as `startPreflight` does. */
export async function startVariants(
  run: Run,
): Promise<Omit<Started, 'ready'> & { readonly variants: readonly ReadyVariant[] }> {
  const runs = variantsOf(run)
  const { ready, passed, end } = await startPreflight(run, runs)
  return {
    variants: runs.flatMap((variant, at) => (ready[at] ? [{ run: variant, ready: ready[at] }] : [])),
    passed,
    end,
  }
}

/** Returns the plan of each group, in the order of their first platforms. */
export function variantPlans(plan: Plan): readonly Plan[] {
  const { perPlatform, platforms } = plan.build
  if (perPlatform.length === 0) return [plan]
  const groups = new Map<string, readonly Platform[]>()
  for (const platform of platforms) {
    const { file, target, buildArgs } = settingsOf(plan, platform)
    const key = JSON.stringify([file, target, Object.entries(buildArgs).sort()])
    groups.set(key, [...(groups.get(key) ?? []), platform])
  }
  return [...groups.values()].map((group) => {
    const { file, target, buildArgs = {} } = group[0] === undefined ? {} : settingsOf(plan, group[0])
    return {
      ...plan,
      build: {
        ...plan.build,
        platforms: group,
        perPlatform: [],
        file: file ?? plan.build.file,
        target: target ?? plan.build.target,
        buildArgs: { ...plan.build.buildArgs, ...buildArgs },
      },
    }
  })
}

function settingsOf({ build }: Plan, platform: Platform) {
  const found = build.perPlatform.find((one) => formatPlatform(one.platform) === formatPlatform(platform))
  return found ?? { file: undefined, target: undefined, buildArgs: {} }
}

/** Joins the results of the variants to those of one image, with the platforms in the order of the plan. */
export async function joinVariants({ plan }: Run, variants: readonly Tested[]): Promise<Tested> {
  const [first] = variants
  if (first === undefined || variants.length === 1) return first ?? noVariant()
  const { platforms } = plan.build
  return {
    checked: joinChecked(variants.map(({ checked }) => checked)),
    built: await joinBuilt(
      plan,
      variants.map(({ built }) => built),
    ),
    verified: inOrder(
      platforms,
      variants.flatMap(({ verified }) => verified),
    ),
    smoked: inOrder(
      platforms,
      variants.flatMap(({ smoked }) => smoked),
    ),
  }
}

function noVariant(): never {
  throw new RangeError('There is no variant to join')
}

/** Of the Dockerfiles, the report shows the lines of the first: `reading` keeps the platforms that are built from it. */
export function joinChecked(all: readonly Checked[]): Checked {
  const readings = all.flatMap(({ reading }) => (reading === undefined ? [] : [reading]))
  const [first] = readings
  const same = readings.filter(({ dockerfile }) => dockerfile.file === first?.dockerfile.file)
  return {
    reading: first && { ...first, platforms: same.flatMap(({ platforms }) => platforms) },
    bases: all.flatMap(({ bases }) => bases),
    emulations: all.flatMap(({ emulations }) => emulations),
  }
}

async function joinBuilt({ build }: Plan, all: readonly Built[]): Promise<Built> {
  const contents = all.flatMap(({ content }) => (content === undefined ? [] : [content]))
  const content = contents.length === all.length ? await joinContents(contents, build) : undefined
  const contextAdvice = all.find((one) => one.contextAdvice !== undefined)?.contextAdvice
  return {
    content,
    metadata: content
      ? { 'containerimage.descriptor': content.tree.root, 'containerimage.digest': content.tree.root.digest }
      : {},
    imageId: undefined,
    steps: all.flatMap(({ steps }) => steps),
    findings: all.flatMap(({ findings = [] }) => findings),
    ...(contextAdvice === undefined ? {} : { contextAdvice }),
  }
}

async function joinContents(
  contents: readonly BuiltImage[],
  { annotations, platforms }: Plan['build'],
): Promise<BuiltImage> {
  const { joinImages } = await import('../join/join-images.ts')
  const tree = joinImages(contents, { annotations, order: platforms })
  const inherited = new Map<Digest, readonly string[]>()
  for (const [digest, names] of contents.flatMap((one) => [...(one.inherited ?? [])])) {
    inherited.set(digest, [...(inherited.get(digest) ?? []), ...names])
  }
  return {
    tree,
    blobs: byDigest(
      new Map(contents.flatMap((one) => one.tree.blobs.map(({ digest }) => [digest, one.blobs] as const))),
    ),
    inherited,
    ...(contents.some(({ forVerification }) => forVerification) ? { forVerification: true as const } : {}),
  }
}

function inOrder<T extends { readonly platform: string }>(
  platforms: readonly Platform[],
  all: readonly T[],
): readonly T[] {
  const names = platforms.map(formatPlatform)
  return all.toSorted((left, right) => names.indexOf(left.platform) - names.indexOf(right.platform))
}
