import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NodeTls } from '../../inputs/inputs.ts'

/**
 * Writes the certificates of a node to files in the step's directory, and returns the driver options that name them.
 */
export function writeCertificates(
  tls: NodeTls | undefined,
  { number, tempDir }: { readonly number: number; readonly tempDir: string },
): readonly string[] {
  if (tls === undefined) return []
  const write = (kind: string, text: string): string => {
    const path = join(tempDir, `node-${number}-${kind}.pem`)
    writeFileSync(path, text, { mode: 0o600 })
    return `${kind}=${path}`
  }
  const { ca, own } = tls
  return [write('cacert', ca), ...(own === undefined ? [] : [write('cert', own.cert), write('key', own.key.reveal())])]
}
