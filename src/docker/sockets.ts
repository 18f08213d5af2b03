import { posix } from 'node:path'
import type { Host } from '../host/host.ts'

/** What a socket usually belongs to. Whatever answers there says itself what it is. */
export type SocketProduct = 'docker' | 'colima' | 'podman'

export type Socket = { readonly path: string; readonly because: string }

/**
 * Returns the sockets at which an engine listens by default, in the order in which they are tried. `product` limits them to one
 * product. `profiles` are the names of Colima's profiles on this machine.
 */
export function socketsOf(
  { env, os }: Pick<Host, 'env' | 'os'>,
  {
    product,
    profiles = [],
  }: { readonly product?: SocketProduct | undefined; readonly profiles?: readonly string[] } = {},
): readonly Socket[] {
  if (os === 'win32') return []
  const own = env['XDG_RUNTIME_DIR']
  const home = env['HOME']
  const sockets: Readonly<Record<SocketProduct, readonly (Socket | undefined)[]>> = {
    docker: [
      { path: defaultSocket, because: 'the default socket' },
      own ? { path: `${own}/docker.sock`, because: "rootless Docker's socket" } : undefined,
      home ? { path: `${home}/.docker/run/docker.sock`, because: "Docker Desktop's socket" } : undefined,
    ],
    colima: colimaProfiles(env, profiles).flatMap((name) => {
      const folder = colimaHome(env)
      return folder === undefined ? [] : [{ path: posix.join(folder, name, 'docker.sock'), because: `Colima's socket` }]
    }),
    // https://docs.podman.io/en/stable/markdown/podman-system-service.1.html
    podman: [
      own ? { path: `${own}/podman/podman.sock`, because: "rootless Podman's socket" } : undefined,
      home
        ? {
            path: `${home}/.local/share/containers/podman/machine/podman.sock`,
            because: "the socket of Podman's machine",
          }
        : undefined,
      { path: '/run/podman/podman.sock', because: "Podman's socket" },
    ],
  }
  const wanted = product === undefined ? Object.values(sockets).flat() : sockets[product]
  return wanted.filter((socket) => socket !== undefined)
}

export const defaultSocket = '/var/run/docker.sock'

/** Returns the directory of Colima's profiles. https://github.com/abiosoft/colima/blob/main/docs/FAQ.md */
export function colimaHome(env: Host['env']): string | undefined {
  return env['COLIMA_HOME'] || (env['HOME'] ? posix.join(env['HOME'], '.colima') : undefined)
}

function colimaProfiles(env: Host['env'], found: readonly string[]): readonly string[] {
  const asked = env['COLIMA_PROFILE']
  if (asked) return [asked]
  // Colima keeps its own files in directories that begin with an underscore.
  return ['default', ...found.filter((name) => name !== 'default' && /^[^_.]/.test(name)).toSorted()]
}
