import { Readable } from 'node:stream'
import { messageOf, toActionError } from '../../errors/action-error.ts'
import type { Log } from '../../host/host.ts'
import { formatRepository, type Repository } from '../../oci/reference.ts'
import type { Descriptor, Digest } from '../../oci/types.ts'
import { blobHeadEndpoint, mountEndpoint, uploadStreamEndpoint, uploadStreamStartEndpoint } from '../endpoint.ts'
import type { Exchange } from '../transport/exchange.ts'
import { cancelUpload } from './cancel-upload.ts'
import { openUpload } from './open-upload.ts'
import { type BegunUpload, nextLocation, openedUpload, sticking, type Upload } from './upload.ts'

export type BeginOptions = {
  /** The blob, if its digest is known: it is not sent if the repository has it. */
  readonly blob?: Descriptor | undefined
  /** Skips the check whether the blob exists, because the registry has answered that it does not. */
  readonly unasked?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** An upload that receives content before it is completed. */
export type EarlyUpload = {
  /** Gives the content its digest. The upload is cancelled if the repository has the blob. */
  readonly name: (blob: Descriptor) => void
  /** Resolves when nothing more is sent. Never rejects. */
  readonly ended: Promise<unknown>
}

/** The uploads of a client that are not complete yet. */
export type EarlyUploads = {
  readonly begin: (target: Repository, open: () => Readable, options?: BeginOptions) => EarlyUpload
  /** Looks for a blob and opens its upload, as `openBlob` of the client does. */
  readonly open: (
    target: Repository,
    blob: Descriptor,
    options: Pick<BeginOptions, 'signal'>,
  ) => Promise<boolean | undefined>
  /** Returns the upload that has received the content of a blob, once all is sent, or that is open. The caller completes or cancels it. Undefined: nothing was begun. */
  readonly take: (
    target: Repository,
    blob: Descriptor,
    options: Pick<BeginOptions, 'signal'>,
  ) => Promise<BegunUpload | undefined> | undefined
  readonly cancelAll: () => Promise<void>
}

type Entry = {
  readonly target: Repository
  /** Undefined: nothing was sent, or it is cancelled. */
  readonly sent: Promise<BegunUpload | undefined>
  readonly isSending: () => boolean
  readonly stop: () => void
  readonly signal: AbortSignal | undefined
}

/**
 * Creates the uploads that run while later layers are written, and while the image is verified. Each sends all content with one PATCH, as
 * `docker push` does, and stays open: a registry shows nobody an upload that is not complete. A failure is not
 * retried here, because `pushBlob` resumes the upload, or starts another.
 */
export function createEarlyUploads(exchange: Exchange, log: Log): EarlyUploads {
  const all = new Set<Entry>()
  const named = new Map<string, Entry>()

  const has = async (target: Repository, { digest }: Descriptor, signal: AbortSignal): Promise<boolean> => {
    const { status } = await exchange.call(blobHeadEndpoint(target, digest, 'push'), { signal, attempts: 1 })
    return status === 200
  }

  const cancel = async ({ target, sent, stop, signal }: Entry): Promise<void> => {
    stop()
    const begun = await sent
    if (begun) await cancelUpload(exchange, target, { location: begun.upload.location, signal })
  }

  const drop = async (entry: Entry): Promise<void> => {
    if (all.delete(entry)) await cancel(entry)
  }

  const endIfExists = async (entry: Entry, blob: Descriptor, signal: AbortSignal): Promise<void> => {
    const exists = await has(entry.target, blob, signal).catch(() => false)
    if (exists && entry.isSending()) await drop(entry)
  }

  const takeOver = async (
    entry: Entry,
    { digest, size }: Descriptor,
    signal: AbortSignal | undefined,
  ): Promise<BegunUpload | undefined> => {
    const { target } = entry
    signal?.addEventListener('abort', entry.stop, { once: true })
    const begun = await entry.sent
    signal?.removeEventListener('abort', entry.stop)
    // Cancelled in the meantime.
    if (!all.delete(entry)) return undefined
    named.delete(keyOf(target, digest))
    const isUsable = begun === undefined || begun.isInterrupted || !begun.upload.resumed
    if (isUsable || begun.upload.offset === size) return begun
    await cancelUpload(exchange, target, { location: begun.upload.location, signal })
    return undefined
  }

  return {
    begin: (target, open, { blob, unasked = false, signal } = {}) => {
      const stopping = new AbortController()
      const combined = signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal
      let isSending = true
      const start = async (): Promise<BegunUpload | undefined> => {
        try {
          if (blob && !unasked && (await has(target, blob, combined))) return undefined
          return await send(exchange, target, { open, signal: combined, outer: signal })
        } catch (error) {
          log.debug(`An early upload to ${formatRepository(target)} ended: ${messageOf(error)}`)
          return undefined
        } finally {
          isSending = false
        }
      }
      const isKnown = blob !== undefined && named.has(keyOf(target, blob.digest))
      const entry: Entry = {
        target,
        sent: isKnown ? Promise.resolve(undefined) : start(),
        isSending: () => isSending,
        stop: () => stopping.abort(),
        signal,
      }
      const add = ({ digest }: Descriptor): void => void named.set(keyOf(target, digest), entry)
      if (!isKnown) all.add(entry)
      if (blob && !isKnown) add(blob)
      return {
        ended: entry.sent,
        name: (given) => {
          if (named.has(keyOf(target, given.digest))) {
            void drop(entry)
            return
          }
          add(given)
          // What is sent already needs no question.
          if (entry.isSending()) void endIfExists(entry, given, combined)
        },
      }
    },
    open: async (target, blob, { signal }) => {
      const key = keyOf(target, blob.digest)
      if (named.has(key)) return undefined
      try {
        const endpoint = mountEndpoint(target, blob.digest, target.repository)
        const sent = await openUpload(signal, (late) => exchange.sendWhole(endpoint, { signal: late }))
        if (!sent.ok) return undefined
        if (sent.value.status === 201) return true
        const begun = { upload: openedUpload(sent.value), isInterrupted: false }
        const entry = {
          target,
          sent: Promise.resolve(begun),
          isSending: () => false,
          stop: () => undefined,
          signal,
        }
        all.add(entry)
        named.set(key, entry)
        return false
      } catch (error) {
        if (toActionError(error).code === 'cancelled') throw error
        log.debug(`An early upload to ${formatRepository(target)} was not opened: ${messageOf(error)}`)
        return undefined
      }
    },
    take: (target, blob, { signal }) => {
      const entry = named.get(keyOf(target, blob.digest))
      return entry && all.has(entry) ? takeOver(entry, blob, signal) : undefined
    },
    cancelAll: async () => {
      await Promise.all([...all].map(drop))
    },
  }
}

function keyOf({ registry, repository }: Repository, digest: Digest): string {
  return `${registry} ${repository} ${digest}`
}

type Sending = {
  readonly open: () => Readable
  readonly signal: AbortSignal
  /** The signal of the run, without the end of this upload. */
  readonly outer: AbortSignal | undefined
}

/** Opens an upload and sends all content. Returns undefined if the registry rejects it, after cancelling the upload. */
async function send(
  exchange: Exchange,
  target: Repository,
  { open, signal, outer }: Sending,
): Promise<BegunUpload | undefined> {
  const start = uploadStreamStartEndpoint(target)
  const started = await openUpload(signal, (late) => exchange.sendWhole(start, { signal: late }))
  if (!started.ok) return undefined
  const upload = openedUpload(started.value)
  try {
    const sent = await sendContent(exchange, target, { upload, open, signal })
    if (sent === undefined) await cancelUpload(exchange, target, { location: upload.location, signal: outer })
    return sent
  } catch (error) {
    await cancelUpload(exchange, target, { location: upload.location, signal: outer })
    throw error
  }
}

async function sendContent(
  exchange: Exchange,
  target: Repository,
  { upload, open, signal }: Omit<Sending, 'outer'> & { readonly upload: Upload },
): Promise<BegunUpload | undefined> {
  let offset = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    offset = 0
    for await (const chunk of open()) {
      offset += chunk.length
      yield chunk
    }
  }
  const body = (): Readable => Readable.from(counted(), { objectMode: false })
  const endpoint = sticking(uploadStreamEndpoint(target, upload.location), upload)
  const sent = await exchange.sendWhole(endpoint, { body, signal })
  if (sent.ok) {
    const location = nextLocation(sent.value, upload.location)
    return { upload: { ...upload, location, offset, resumed: true }, isInterrupted: false }
  }
  return sent.failure.kind === 'connection' ? { upload: { ...upload, resumed: true }, isInterrupted: true } : undefined
}
