import { planEngine } from '../engine/choose.ts'
import type { Traits } from '../engine/traits.ts'
import type { Facts } from '../facts/facts.ts'
import type { Attributes, FileOutput, Inputs } from '../inputs/inputs.ts'
import { plainRegistries } from '../inputs/logins.ts'
import { isPublishing } from '../inputs/mode.ts'
import { buildFields } from '../inputs/read/fields.ts'
import { fillValues } from '../inputs/value-expressions.ts'
import { manifestAnnotations } from '../oci/annotations.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Reference } from '../oci/reference.ts'
import { planCache } from './cache.ts'
import { withDefaultGit } from './context.ts'
import { keptWarnings } from './kept.ts'
import { type PlannedLabels, planLabels } from './labels.ts'
import { isPart, legNotices, ofShare, planLeg } from './leg.ts'
import { loadNotices } from './load.ts'
import { needsHubBase, planIdentities, planLogins } from './logins.ts'
import { planMountCaches } from './mount-caches.ts'
import { handedOn, type Plan } from './plan.ts'
import { decidePush } from './push.ts'
import { planSmokeTest } from './smoke-test.ts'
import { planTags } from './tags.ts'
import { planUrlLogins } from './url-logins.ts'
import { withoutResult } from './without-result.ts'

/**
 * Returns the plan of the whole run, derived from the inputs and the environment.
 * | @throws ActionError if the inputs cannot be fulfilled on this machine, with the alternatives
 */
export function makePlan(given: Inputs, facts: Facts): Plan {
  const { push, notPushed } = decidePush(given, facts)
  const whole: Inputs = given.call === 'build' ? { ...given, push } : withoutResult(given)
  const inputs = ofShare(whole)
  const { engine, load, insecureRegistries, warnings: engineWarnings = [] } = planEngine(inputs, facts)
  const { traits } = engine
  const named = planTags(inputs, facts.event)
  const references = named.tags.map(({ reference }) => reference)
  const created = (facts.origin?.created ?? facts.created)?.toISOString() ?? ''
  const filled = fillValues(inputs, { version: named.version, created })
  const labels = planLabels(filled, facts.origin, named.version)
  const leg = planLeg(whole, facts, { tags: named.tags, annotations: labels.annotations })
  const context = withDefaultGit(inputs.context, facts.event)
  const cache = planCache(inputs, {
    ...{ event: facts.event, references, caches: cachesOf(inputs, traits) },
    ...{ hasCacheService: facts.cacheService, folder: facts.cacheFolder },
  })
  const mounts = planMountCaches(inputs, cache, traits)
  return {
    ...pick(inputs, handedOn),
    engine,
    build: {
      ...pick(filled, buildFields),
      ...(leg ? ofManifests(labels, inputs) : labels),
      context: context.kind === 'path' ? context.path : context.url,
      contextIsFolder: inputs.context.kind === 'path',
      contexts: inputs.buildContexts.map(({ name, source }) => ({ name, source: withDefaultGit(source, facts.event) })),
      urlLogins: planUrlLogins([inputs.context, ...inputs.buildContexts.map(({ source }) => source)], {
        token: inputs.githubToken,
        always: traits.readsSource === 'us',
        event: facts.event,
      }),
      cacheFrom: cache.from,
      cacheTo: cache.to,
      ...(mounts.caches === undefined ? {} : { cacheMounts: mounts.caches }),
      provenance: withBuilder(inputs.provenance, facts.event.runUrl),
    },
    load,
    outputs: inputs.outputs.filter((output): output is FileOutput => output.kind !== 'cacheonly'),
    push,
    leg,
    isPart: isPart(whole),
    smokeTest: planSmokeTest(inputs, facts, engine),
    references,
    listed: named.references,
    tags: named.tags,
    version: named.version,
    logins: planLogins(inputs, [...references, ...sourcesOf(inputs)], facts.actor),
    identities: planIdentities(inputs, [...references, ...sourcesOf(inputs)]),
    needsHubBase: needsHubBase(inputs, references),
    plainHttp: [...plainRegistries(inputs), ...insecureRegistries],
    notices: [
      ...(notPushed === undefined ? [] : [`Nothing is pushed: ${notPushed}`]),
      ...existingNotices(inputs, notPushed),
      ...named.notices,
      ...(facts.origin?.problems ?? []),
      ...(load ? [] : loadNotices(inputs, facts.docker)),
      ...cache.notices,
      ...mounts.notices,
      ...legNotices(whole, leg),
      ...(!traits.runsSteps && inputs.call === 'build' && inputs.secrets.length + inputs.ssh.length > 0
        ? [`Build secrets and SSH agents are not used: the engine ${engine.name} does not execute RUN`]
        : []),
    ],
    warnings: [
      ...keptWarnings(inputs, {
        load,
        store: facts.docker.kind === 'server' ? facts.docker.store : undefined,
        notPushed,
      }),
      ...engineWarnings,
    ],
  }
}

/** Platforms with settings of their own are built one group after another, and each would overwrite a common cache. */
function cachesOf({ perPlatform }: Pick<Inputs, 'perPlatform'>, { caches }: Pick<Traits, 'caches'>): Traits['caches'] {
  return perPlatform.length > 0 && caches === 'whole' ? 'by-platform' : caches
}

/** Returns the references of existing images that are read. */
function sourcesOf({ from, digests }: Inputs): readonly Reference[] {
  return [from, ...digests.map(({ repository }) => repository)].filter((one) => one !== undefined)
}

/** Returns a notice if existing images are only verified. */
function existingNotices({ mode, push, load, outputs }: Inputs, notPushed: string | undefined): readonly string[] {
  if (!isPublishing(mode) || push === true || load === true || outputs.length > 0 || notPushed !== undefined) return []
  return [`mode: ${mode} only verifies the image: push is false. Set push: true to write the tags`]
}

/** Returns the labels and annotations for the manifests of one job; the index is made by another, or later. */
function ofManifests({ labels, annotations, givenAnnotations }: PlannedLabels, { platforms }: Inputs): PlannedLabels {
  const names = platforms.map(formatPlatform)
  return {
    labels,
    annotations: manifestAnnotations(annotations, names),
    givenAnnotations: manifestAnnotations(givenAnnotations, names),
  }
}

function pick<T, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>
}

/** Adds the URL of the run as the builder's ID, like docker/build-push-action, unless the user sets another one. */
function withBuilder(provenance: Attributes | undefined, runUrl: string | undefined): Attributes | undefined {
  if (provenance === undefined || runUrl === undefined) return provenance
  return { 'builder-id': runUrl, ...provenance }
}
