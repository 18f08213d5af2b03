import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Built } from '../../src/engine/built.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import type { LegRecord } from '../../src/ledger/leg-record.ts'
import { openRegistryLedger } from '../../src/ledger/registry-ledger.ts'
import { finishLeg } from '../../src/legs/finish-leg.ts'
import type { LegOutcome } from '../../src/legs/leg-outcome.ts'
import { digestOf } from '../../src/oci/digest.ts'
import { isIndexType } from '../../src/oci/media-type.ts'
import { formatPlatform } from '../../src/oci/platform.ts'
import { formatRepository, type Repository } from '../../src/oci/reference.ts'
import type { Digest, Index } from '../../src/oci/types.ts'
import type { PlannedLeg } from '../../src/plan/leg.ts'
import { makePlan } from '../../src/plan/make-plan.ts'
import type { Plan } from '../../src/plan/plan.ts'
import type { RegistryClient } from '../../src/registry/client.ts'
import type { Run } from '../../src/run-context.ts'
import { createTestHost } from './host.ts'
import { randomImage } from './image.ts'
import { loginOf } from './login.ts'
import { factsOf, inputsOf, serverOf } from './plan.ts'
import { createRandom } from './random.ts'

/** Thrown in a job that is killed. */
export class Killed extends Error {}

/** The time of the model in milliseconds, and the point at which a job does something that others can see. */
export type Steps = {
  readonly now: () => number
  /** Resolves when it is the job's turn; rejects with `Killed` if the job is killed instead. */
  readonly turn: (job: string, what: string, wakeAt?: number) => Promise<void>
}

/** Chooses one of `count` possibilities. */
export type Choose = (count: number) => number

type Waiting = {
  readonly job: string
  readonly wakeAt: number
  readonly proceed: () => void
  readonly kill: () => void
}

/** Runs jobs that take turns in an order that `choose` determines. `kills` chooses whether the job whose turn it is dies. */
export function createScheduler(choose: Choose, kills: (what: string) => boolean) {
  const waiting: Waiting[] = []
  const dead = new Set<string>()
  const trace: string[] = []
  let time = 0
  const steps: Steps = {
    now: () => time,
    turn: (job, what, wakeAt = 0) =>
      new Promise((resolve, reject) => {
        if (dead.has(job)) return reject(new Killed())
        const at = { job, wakeAt, proceed: resolve, kill: () => reject(new Killed()) }
        waiting.push({
          ...at,
          proceed: () => {
            trace.push(`${job}: ${what}`)
            resolve()
          },
        })
      }),
  }
  return {
    steps,
    trace,
    /** Lets time pass, as between the attempts of a run. */
    pass: (milliseconds: number): void => {
      time += milliseconds
    },
    /** The jobs that were killed. */
    dead: dead as ReadonlySet<string>,
    /** Runs the jobs to their ends; returns the result of each. */
    run: async <T>(jobs: readonly (() => Promise<T>)[]): Promise<readonly PromiseSettledResult<T>[]> => {
      let left = jobs.length
      const all = jobs.map(async (job) => {
        try {
          return await job()
        } finally {
          left -= 1
        }
      })
      const settled = Promise.allSettled(all)
      while (left > 0) {
        await quiet()
        const [next] = waiting.splice(choose(waiting.length), 1)
        if (next === undefined) continue
        time = Math.max(time, next.wakeAt)
        if (kills(trace.at(-1) ?? '')) {
          trace.push(`${next.job}: killed`)
          dead.add(next.job)
          next.kill()
          for (const other of waiting.filter(({ job }) => job === next.job)) {
            waiting.splice(waiting.indexOf(other), 1)
            other.kill()
          }
        } else next.proceed()
      }
      return await settled
    },
  }
}

/** Resolves when all jobs wait for their turn. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

type Stored = { readonly bytes: Buffer; readonly type: string }

/** A registry in memory without HTTP: exact, or with tags that it shows only after a time. */
export type MemoryRegistry = {
  readonly tags: Map<string, Digest>
  readonly manifests: Map<Digest, Stored>
  /** The number of requests of each job. */
  readonly requests: Map<string, number>
  /** A client for one job. */
  readonly clientOf: (job: string, steps: Steps) => RegistryClient
}

export type MemoryRegistryOptions = {
  /** Called before a tag of the image is written. */
  readonly onTag?: (tag: string, index: Index) => void
  /** Milliseconds until a tag of the ledger shows its new state to other jobs, and to its own. */
  readonly lag?: { readonly others: number; readonly own: number }
  /** Whether manifests can be deleted. */
  readonly deletes?: boolean
  /** The requests that wait for their turn. Default: all that concern tags. */
  readonly isTurn?: (what: string) => boolean
}

type Version = { readonly digest: Digest | undefined; readonly by: string; readonly at: number }

/** Starts an empty registry. */
export function createMemoryRegistry(options: MemoryRegistryOptions = {}): MemoryRegistry {
  const { onTag = () => undefined, lag = { others: 0, own: 0 }, deletes = true, isTurn = () => true } = options
  const blobs = new Map<Digest, Buffer>()
  const manifests = new Map<Digest, Stored>()
  const tags = new Map<string, Digest>()
  /** The states of each tag of the ledger, oldest first. */
  const versions = new Map<string, Version[]>()
  const requests = new Map<string, number>()
  const isLedger = (name: string) => name.includes('polyarch-leg-')
  const fullName = (repository: Repository, tag: string) => `${formatRepository(repository)}:${tag}`

  const set = (name: string, digest: Digest | undefined, by: string, at: number): void => {
    if (digest === undefined) tags.delete(name)
    else tags.set(name, digest)
    versions.set(name, [...(versions.get(name) ?? []), { digest, by, at }])
  }
  const seenBy = (job: string, name: string, now: number): Digest | undefined => {
    if (!isLedger(name)) return tags.get(name)
    const shown = (versions.get(name) ?? []).filter(({ by, at }) => now >= at + (by === job ? lag.own : lag.others))
    return shown.at(-1)?.digest
  }

  return {
    tags,
    manifests,
    requests,
    clientOf: (job, steps) => {
      const request = async (what: string): Promise<void> => {
        requests.set(job, (requests.get(job) ?? 0) + 1)
        if (isTurn(what)) await steps.turn(job, what)
      }
      const find = (repository: Repository, name: string): Digest | undefined =>
        name.includes(':') ? (name as Digest) : seenBy(job, fullName(repository, name), steps.now())
      const isTag = (name: string) => !name.includes(':')
      return {
        probePush: async () => true,
        beginBlob: () => ({ name: () => undefined, ended: Promise.resolve() }),
        openBlob: async () => undefined,
        cancelBegun: async () => undefined,
        hasBlob: async (_, digest) => blobs.has(digest),
        hasManifest: async (_, { digest }) => {
          await request('look for manifest')
          return manifests.has(digest)
        },
        pushBlob: async (_, blob, open) => {
          await request('push blob')
          if (blobs.has(blob.digest)) return 'exists'
          blobs.set(blob.digest, await buffer(open(0)))
          return 'pushed'
        },
        getBlob: async (_, { digest }) => {
          await request('read blob')
          return Readable.from([blobs.get(digest) ?? Buffer.alloc(0)])
        },
        getManifest: async (repository, name) => {
          await request(isTag(name) ? `read ${name}` : 'read manifest')
          const digest = find(repository, name)
          const found = digest && manifests.get(digest)
          if (digest === undefined || found === undefined) return undefined
          return { descriptor: { mediaType: found.type, digest, size: found.bytes.length }, bytes: found.bytes }
        },
        getManifestOnce: async () => undefined,
        getReferrers: async () => undefined,
        headManifest: async (repository, name) => {
          await request(isTag(name) ? `look for ${name}` : 'look for manifest')
          const digest = find(repository, name)
          const found = digest && manifests.get(digest)
          if (digest === undefined || found === undefined) return undefined
          return { mediaType: found.type, digest, size: found.bytes.length }
        },
        putManifest: async (repository, name, bytes, type) => {
          await request(isTag(name) ? `write ${name}` : 'write manifest')
          const digest = digestOf(bytes)
          if (isTag(name) && !isLedger(name)) onTag(name, JSON.parse(Buffer.from(bytes).toString()) as Index)
          manifests.set(digest, { bytes: Buffer.from(bytes), type })
          if (isTag(name)) set(fullName(repository, name), digest, job, steps.now())
          return digest
        },
        deleteManifest: async (_, digest) => {
          await request('delete manifest')
          if (!deletes) return 'the registry answered 405'
          for (const [name, tagged] of [...tags]) if (tagged === digest) set(name, undefined, job, steps.now())
          manifests.delete(digest)
          return undefined
        },
      }
    },
  }
}

/** A job of a matrix. */
export type LegJob = {
  readonly image: string
  readonly tags?: string
  readonly platforms: readonly string[]
  readonly platform: string
  readonly runId?: string
  readonly attempt: number
  /** Distinguishes the content of images. */
  readonly seed: number
  /** Whether its platform is optional and fails. */
  readonly fails?: boolean
  /** The ledger of the job. Default: tags in the registry. */
  readonly openLedger?: (leg: PlannedLeg, steps: Steps, job: string) => Ledger
}

const plans = new Map<string, Plan>()

/** Returns the plan of a job. */
function planOf(job: LegJob): Plan {
  const key = JSON.stringify({ ...job, seed: 0 })
  const plan = plans.get(key) ?? makePlanOf(job)
  plans.set(key, plan)
  return plan
}

function makePlanOf({ image, tags = '1.0, latest', platforms, platform, runId = '1', attempt }: LegJob): Plan {
  const inputs = inputsOf({ images: image, tags, platforms: platforms.join(), platform, push: 'true' })
  const job = {
    run: `https://github.com acme/app ${runId}`,
    attempt,
    id: `image ${platform} ${attempt}`,
    nonce: `${platform} ${attempt}`,
    started: new Date(0),
    noArtifacts: { because: 'a test', isOffered: false },
    numbersRepeat: false,
  }
  return makePlan(inputs, factsOf({ docker: serverOf({ store: 'containerd' }), job }))
}

const images = new Map<string, Promise<Built>>()

/** Returns the result of a build for one platform. */
async function builtOf(platform: string, seed: number): Promise<Built> {
  const make = async (): Promise<Built> => {
    const { tree, content } = await randomImage(createRandom(seed), [platform])
    const open = async ({ digest }: { readonly digest: Digest }) =>
      Readable.from([content.get(digest) ?? Buffer.alloc(0)])
    return { content: { tree, blobs: { open } }, metadata: {}, imageId: undefined, steps: [] }
  }
  const key = `${platform} ${seed}`
  const built = images.get(key) ?? make()
  images.set(key, built)
  return await built
}

/** Returns the name of a job in the model. */
export function nameOf({ image, runId = '1', platform, attempt }: LegJob): string {
  return `${image}, run ${runId}, ${platform}, attempt ${attempt}`
}

/** Runs the stage of a job in the model. */
export async function runLeg(job: LegJob, registry: MemoryRegistry, steps: Steps): Promise<LegOutcome> {
  const plan = planOf(job)
  const { leg } = plan
  if (leg === undefined) throw new Error('The job builds the whole image')
  const name = nameOf(job)
  const client = registry.clientOf(name, steps)
  const clock = {
    now: () => new Date(steps.now()),
    sleep: async (milliseconds: number) => await steps.turn(name, 'wait', steps.now() + milliseconds),
  }
  const host = createTestHost({ clock })
  try {
    const [repository] = plan.references
    if (repository === undefined) throw new Error('The image has no name')
    const ledger = job.openLedger?.(leg, steps, name) ?? openRegistryLedger({ client, repository, key: leg.key, host })
    const [platform] = plan.build.platforms
    const omitted = job.fails && platform ? [{ platform, code: 'build-failed' }] : []
    const left = omitted.length === 0 ? plan : { ...plan, build: { ...plan.build, platforms: [] } }
    const run = { plan: left, host, access: loginOf(client), source: undefined } as unknown as Run
    return await finishLeg(run, await builtOf(job.platform, job.seed), { leg, ledger, content: undefined, omitted })
  } finally {
    host.close()
  }
}

/** The records of all images and runs, with a ledger for each job. */
export function createMemoryLedgers({ lag = { others: 0, own: 0 } }: Pick<MemoryRegistryOptions, 'lag'> = {}) {
  const records = new Map<string, { readonly record: LegRecord; readonly by: string; readonly at: number }>()
  return (leg: PlannedLeg, steps: Steps, job: string): Ledger => {
    const keyOf = (platform: { readonly os: string; readonly architecture: string }) =>
      `${leg.key} ${formatPlatform(platform)}`
    return {
      title: 'memory',
      record: async (record, mayReplace) => {
        await steps.turn(job, 'record')
        const before = records.get(keyOf(record.platform))
        if (before && !mayReplace(before.record)) return
        records.set(keyOf(record.platform), { record, by: job, at: steps.now() })
      },
      collect: async (platforms) => {
        await steps.turn(job, 'collect')
        return platforms.flatMap((platform) => {
          const found = records.get(keyOf(platform))
          if (found === undefined) return []
          return steps.now() >= found.at + (found.by === job ? lag.own : lag.others) ? [found.record] : []
        })
      },
      clear: async (platforms) => {
        await steps.turn(job, 'clear')
        for (const platform of platforms) records.delete(keyOf(platform))
      },
    }
  }
}

/** Returns the platforms of an index, sorted. */
export function platformsOf({ manifests = [] }: Partial<Index>): readonly string[] {
  return manifests.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : [])).toSorted()
}

/** Returns the index that a tag refers to; undefined if the tag does not exist. */
export function indexAt(registry: MemoryRegistry, name: string): Index | undefined {
  const digest = registry.tags.get(name)
  const found = digest && registry.manifests.get(digest)
  return found && isIndexType(found.type) ? (JSON.parse(found.bytes.toString()) as Index) : undefined
}
