import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'

/**
 * Creates a file and lets `write` fill it. Settles once the file is closed: a stream that fails while its file is being opened creates the file
 * afterwards, when the caller has removed it.
 *
 * @throws what `write` throws
 */
export async function streamToFile<T>(
  path: string,
  options: { readonly flags?: string; readonly mode?: number },
  write: (file: WriteStream) => Promise<T>,
): Promise<T> {
  const file = createWriteStream(path, options)
  const closed = finished(file).catch(() => undefined)
  try {
    return await write(file)
  } catch (error) {
    file.destroy()
    throw error
  } finally {
    await closed
    if (!file.closed) await new Promise<void>((resolve) => file.once('close', () => resolve()))
  }
}
