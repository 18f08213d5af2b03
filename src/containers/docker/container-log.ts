import { logLines } from '../log-lines.ts'

/** The size of a frame's header: stream number, three zeros, size. */
const headerSize = 8

/**
 * Returns the lines of a container's log, in the order in which they were completed: Docker sends both outputs in
 * frames of one stream.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export function linesOf(log: Buffer): readonly string[] {
  const lines: string[] = []
  /** By the number of the stream. */
  const open = new Map<number, Buffer>()
  for (let at = 0; at + headerSize <= log.length; ) {
    const stream = log[at] ?? 0
    const end = at + headerSize + log.readUInt32BE(at + 4)
    const part = Buffer.concat([open.get(stream) ?? Buffer.alloc(0), log.subarray(at + headerSize, end)])
    // Bytes, not text: a character may be split across two frames.
    const whole = part.lastIndexOf('\n') + 1
    if (whole > 0) lines.push(...logLines(part.subarray(0, whole)))
    open.set(stream, part.subarray(whole))
    at = end
  }
  for (const rest of open.values()) lines.push(...logLines(rest))
  return lines
}
