import { open } from 'node:fs/promises'

/** A file that is being written. */
export type GrowingFile = {
  /** Returns the content from the start up to the end, as it is written. It throws if the writing fails. */
  readonly open: () => AsyncIterable<Uint8Array>
  /** Called with the size that is on the disk (bytes). */
  readonly grown: (size: number) => void
  /** Called when everything is written, with the path that the file then has. */
  readonly complete: (size: number, path: string) => void
  readonly fail: (error: unknown) => void
}

/** Bytes that are read at a time. */
const pieceSize = 256 * 1024

/** Creates a file that others read while it is written to `path`. They read from the disk, so that a slow reader needs no memory. */
export function createGrowingFile(path: string, size: number): GrowingFile {
  let current = { path, size, isComplete: false, failure: undefined as { readonly error: unknown } | undefined }
  const waiting: (() => void)[] = []
  const change = (changed: Partial<typeof current>): void => {
    current = { ...current, ...changed }
    for (const wake of waiting.splice(0)) wake()
  }
  return {
    grown: (written) => {
      if (written > current.size) change({ size: written })
    },
    complete: (written, moved) => change({ size: written, path: moved, isComplete: true }),
    fail: (error) => change({ failure: { error } }),
    open: async function* () {
      const file = await open(current.path)
      try {
        for (let offset = 0; ; ) {
          if (current.failure) throw current.failure.error
          if (offset < current.size) {
            const piece = Buffer.allocUnsafe(Math.min(pieceSize, current.size - offset))
            const { bytesRead } = await file.read(piece, 0, piece.length, offset)
            if (bytesRead === 0) throw new Error(`${current.path} was truncated while it was read`)
            offset += bytesRead
            yield piece.subarray(0, bytesRead)
          } else if (current.isComplete) return
          else await new Promise<void>((wake) => waiting.push(wake))
        }
      } finally {
        await file.close()
      }
    },
  }
}
