import { join } from 'node:path'
import { excerptOf } from '../bounds/excerpt.ts'
import { member, parseJsonObject } from '../bounds/json.ts'
import { isExecutable, searchPath } from '../host/exec/search-path.ts'
import type { Host } from '../host/host.ts'
import type { Missing, Podman } from './facts.ts'

/** The programs that build without a daemon, in the order in which they are searched. */
const programs = ['podman', 'buildah'] as const

/** Whether `findPodman` can return the path. */
export function isPodmanProgram(path: string, { env }: Pick<Host, 'env'>): boolean {
  return searchPath(env).some((folder) => programs.some((name) => join(folder, name) === path))
}

/** Finds Podman on PATH, else Buildah, and asks it for its version. https://docs.podman.io/en/stable/markdown/podman-version.1.html */
export async function findPodman({ env, exec }: Pick<Host, 'env' | 'exec'>): Promise<Podman | Missing> {
  for (const name of programs) {
    for (const folder of searchPath(env)) {
      const path = join(folder, name)
      if (!(await isExecutable(path))) continue
      const asked = name === 'podman' ? ['version', '--format', 'json'] : ['version', '--json']
      const { ok, stdout, stderr, status } = await exec(path, asked, { timeout: 20_000 })
      if (!ok) {
        const said = excerptOf(errorIn(stderr), 300) || `exit status ${status}`
        return { kind: 'missing', reason: `${path} does not start: ${said}` }
      }
      return readVersion(path, name, stdout)
    }
  }
  return { kind: 'missing', reason: 'neither podman nor buildah is on PATH' }
}

/** Returns the error of several lines, the first of which are advice about virtual machines: the one that starts with `Error:`, otherwise the last. */
function errorIn(stderr: string): string {
  const lines = stderr.trim().split('\n')
  return (lines.findLast((line) => line.startsWith('Error:')) ?? lines.at(-1) ?? '').replace(/^Error: /, '')
}

function readVersion(path: string, name: Podman['name'], text: string): Podman | Missing {
  const document = parseJsonObject(text)
  const client = name === 'buildah' ? document : member(document, 'Client')
  const server = name === 'buildah' ? undefined : member(document, 'Server')
  const version = textOf(client, name === 'buildah' ? 'version' : 'Version')
  if (version === undefined) return { kind: 'missing', reason: `${path} does not report its version` }
  return {
    kind: 'podman',
    name,
    path,
    version,
    rootless: (process.getuid?.() ?? 0) !== 0,
    // The server is listed only for a client of a machine or of another host.
    remote: server !== undefined && server !== null,
    native: textOf(server ?? client, name === 'buildah' ? 'osArch' : 'OsArch') ?? '',
  }
}

function textOf(object: unknown, key: string): string | undefined {
  const value = member(object, key)
  return typeof value === 'string' && /^[\w./+~:-]{1,64}$/.test(value) ? value : undefined
}
