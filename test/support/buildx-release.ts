import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { arch } from 'node:os'
import { onTestFinished } from 'vitest'
import { type FileServer, startFileServer } from './file-server.ts'

/** The name of the file of a release of buildx for this machine. */
export function releaseFile(version: string): string {
  const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm: 'arm-v7', ppc64: 'ppc64le' }
  return `buildx-${version}.linux-${architectures[arch()] ?? arch()}`
}

export type ReleaseAnswer = (response: ServerResponse, path: string, time: number) => boolean

/**
 * A server with one release of buildx, which is the latest too, as GitHub has it. What `spoil` answers itself (it gives true then)
 * is not answered here.
 */
export async function startReleases(
  version: string,
  program: string | Buffer,
  spoil: ReleaseAnswer = () => false,
): Promise<FileServer> {
  const file = releaseFile(version)
  const digest = createHash('sha256').update(program).digest('hex')
  const checksums = `${'0'.repeat(64)} *buildx-${version}.darwin-arm64\n${digest} *${file}\n`
  const server = await startFileServer((response, path, time) => {
    if (spoil(response, path, time)) return
    const found: Readonly<Record<string, string | Buffer>> = {
      '/latest/download/checksums.txt': checksums,
      [`/download/${version}/checksums.txt`]: checksums,
      [`/download/${version}/${file}`]: program,
    }
    response.statusCode = found[path] === undefined ? 404 : 200
    response.end(found[path] ?? 'Not Found')
  })
  onTestFinished(server.close)
  return server
}
