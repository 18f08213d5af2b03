import { Readable } from 'node:stream'
import { createLimiter } from '../bounds/limiter.ts'
import type { BuiltImage } from '../engine/built.ts'
import type { LayerSink } from '../engine/layer-sink.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import { type BlobReader, isRemote, largeAtOnce, smallBlob } from '../oci/store.ts'
import type { Descriptor, Digest } from '../oci/types.ts'
import type { EarlyUpload } from '../registry/push/early-uploads.ts'
import type { Run } from '../run-context.ts'

/** Sends layers before they are published. */
export type EarlyPush = LayerSink & {
  /** Takes the large layers of a built image that were not taken before. */
  readonly addAll: (image: BuiltImage | undefined) => void
  /** Starts no further upload. Those in progress continue until publishing completes them. */
  readonly stop: () => void
}

/**
 * Starts to send layers to the first repository of each registry, from which the others mount them, while the engine writes further layers and
 * while the image is verified. Nothing is sent before `passed` resolves. Publishing completes the uploads, so that the
 * registry shows no content of an image that failed verification.
 */
export function startEarlyPush({ plan, access, host }: Run, passed: Promise<void>): EarlyPush {
  const { signal } = host
  const taken = new Set<Digest>()
  const repositories = plan.push ? repositoriesOf(plan.references) : []
  const firsts = new Map(repositories.toReversed().map((repository) => [repository.registry, repository]))
  const lanes = [...firsts.values()].map((repository) => createLane(repository, passed))
  const begin = (target: Repository, open: () => Readable, blob?: Descriptor, unasked?: boolean): EarlyUpload => {
    host.log.debug(`Sending ${blob?.digest ?? 'a layer that is being written'} to ${formatRepository(target)}`)
    return access.registry.beginBlob(target, open, { blob, unasked, signal })
  }

  /** Takes a blob unless it is small, remote or taken. Returns the function that starts to send it to a repository. */
  const take = (blob: Descriptor, from: BlobReader) => {
    const isUnneeded = blob.size <= smallBlob || taken.has(blob.digest) || isRemote(from, blob.digest)
    if (isUnneeded) return undefined
    taken.add(blob.digest)
    const open = (): Readable => Readable.from(contentOf(blob, from, signal), { objectMode: false })
    return (target: Repository, unasked?: boolean) => begin(target, open, blob, unasked)
  }

  return {
    add: (blob, from) => {
      const send = take(blob, from)
      if (send) for (const lane of lanes) lane.add(send)
    },
    follow: (open) => {
      const uploads: EarlyUpload[] = []
      let layer: Descriptor | undefined
      for (const lane of lanes) {
        lane.add((target) => {
          const upload = begin(target, () => Readable.from(open(), { objectMode: false }), layer)
          if (layer === undefined) uploads.push(upload)
          return upload
        })
      }
      return {
        name: (written) => {
          layer = written
          taken.add(written.digest)
          for (const upload of uploads) upload.name(written)
        },
      }
    },
    addAll: (image) => {
      if (image === undefined || image.isPushed || image.forVerification) return
      const { tree, blobs, existsIn = () => false, looked } = image
      const large = tree.blobs.flatMap((blob) => {
        if (repositories.some((repository) => existsIn(blob.digest, repository))) return []
        const send = take(blob, blobs)
        return send ? [{ blob, send }] : []
      })
      for (const lane of lanes) {
        const addMissing = async (): Promise<void> => {
          const existing = await looked?.existing(lane.target)
          const missing = large.filter(({ blob }) => existing?.has.has(blob.digest) !== true)
          for (const { blob, send } of missing) lane.add((target) => send(target, existing?.lacks.has(blob.digest)))
        }
        // Publishing gets the error of the look-up.
        addMissing().catch(() => undefined)
      }
    },
    stop: () => {
      for (const lane of lanes) lane.stop()
    },
  }
}

async function* contentOf(blob: Descriptor, from: BlobReader, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* await from.open(blob, { signal })
}

/** Creates the queue of one repository, with as many uploads at a time as publishing has. */
function createLane(target: Repository, passed: Promise<void>) {
  const inTurn = createLimiter(largeAtOnce)
  let isStopped = false
  return {
    target,
    add: (begin: (target: Repository) => EarlyUpload): void => {
      const upload = async (): Promise<void> => {
        await passed
        if (!isStopped) await begin(target).ended
      }
      // Without preflight, nothing is sent.
      inTurn(upload).catch(() => undefined)
    },
    stop: (): void => {
      isStopped = true
    },
  }
}
