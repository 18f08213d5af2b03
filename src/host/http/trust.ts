import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import tls, { createSecureContext, type SecureContext } from 'node:tls'
import { limits } from '../../bounds/limits.ts'
import { readFileLimited } from '../../bounds/read-limited.ts'
import type { TlsIdentity } from '../host.ts'

/** The certificates that a connection trusts, and those that it presents. */
export type Trust = {
  /** Node's authorities, NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and the host's directory in certs.d. */
  readonly usual: (host: string) => Promise<SecureContext>
  /** The same with the system's authorities. Used after `usual` has failed, because loading them takes about 150 ms (measured on Debian). */
  readonly wide: (host: string) => Promise<SecureContext>
}

/** Directories with `<host[:port]>/*.crt` (authorities) and `*.cert` with `*.key` (client certificates), in the format of Docker and Podman. */
function certificateFolders(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const home = env['HOME'] ?? homedir()
  return [
    '/etc/docker/certs.d',
    '/etc/containers/certs.d',
    join(home, '.docker', 'certs.d'),
    join(home, '.config', 'containers', 'certs.d'),
  ]
}

export function createTrust(
  env: Readonly<Record<string, string | undefined>>,
  folders: readonly string[] = certificateFolders(env),
): Trust {
  const contexts = new Map<string, Promise<SecureContext>>()
  const context = (host: string, system: boolean) => {
    const key = `${system} ${host}`
    const made = contexts.get(key) ?? makeContext(host, system, env, folders)
    contexts.set(key, made)
    return made
  }
  return { usual: (host) => context(host, false), wide: (host) => context(host, true) }
}

/** Creates the trust for the given certificates, the same for every host. */
export function trustOf({ ca, own }: TlsIdentity): Trust {
  const context = async () => createSecureContext({ ...own, ...(ca === undefined ? {} : { ca }) })
  return { usual: context, wide: context }
}

/** Returns the authorities of Node or of the system. Node before 22.15 supports only its own. */
function authorities(of: 'default' | 'system'): readonly string[] {
  if (typeof tls.getCACertificates === 'function') return tls.getCACertificates(of)
  return of === 'default' ? tls.rootCertificates : []
}

async function makeContext(
  host: string,
  system: boolean,
  env: Readonly<Record<string, string | undefined>>,
  folders: readonly string[],
): Promise<SecureContext> {
  const files = (await Promise.all(folders.map((folder) => filesFor(join(folder, host))))).flat()
  const read = (suffix: string) =>
    Promise.all(files.filter((file) => file.endsWith(suffix)).map((file) => readFileLimited(file, limits.configFile)))
  const named = env['SSL_CERT_FILE']
  const extra = [
    ...(await read('.crt')),
    ...(named ? [await readFileLimited(named, limits.configFile).catch(() => '')] : []),
  ]
  const [cert, key] = [await read('.cert'), await read('.key')]
  const own = cert.length > 0 && key.length > 0 ? { cert, key } : {}
  // Without `ca`, Node uses its own authorities, which are already parsed; a list is parsed again for each context.
  if (extra.length === 0 && !system) return createSecureContext(own)
  const ca = [...authorities('default'), ...(system ? authorities('system') : []), ...extra]
  return createSecureContext({ ...own, ca })
}

async function filesFor(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.sort().map((name) => join(folder, name))
}
