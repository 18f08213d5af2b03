import type { Mirror } from '../../inputs/inputs.ts'

/**
 * Returns a BuildKit configuration with the mirrors appended to the user's configuration; undefined if that has
 * registry tables, because TOML does not allow a table twice.
 * https://docs.docker.com/build/buildkit/toml-configuration/
 */
export function mirroredConfig(given: string, mirrors: readonly Mirror[]): string | undefined {
  if (mirrors.length === 0) return given
  if (/^[ \t]*(?:\[[ \t]*)?["']?registry["']?[ \t]*[.=\]]/m.test(given)) return undefined
  const registries = [...new Set(mirrors.map(({ of }) => of))]
  const tables = registries.map((of) => {
    const own = mirrors.filter((mirror) => mirror.of === of)
    return `[registry.${text(of)}]\n  mirrors = [${own.map(({ host, path }) => text(path === '' ? host : `${host}/${path}`)).join(', ')}]\n`
  })
  const plain = [...new Set(mirrors.filter(({ plainHttp }) => plainHttp).map(({ host }) => host))]
  const hosts = plain
    .filter((host) => !registries.includes(host))
    .map((host) => `[registry.${text(host)}]\n  http = true\n`)
  return [given, ...tables, ...hosts].filter((part) => part !== '').join('\n')
}

/** A TOML string. Hosts and paths contain no character that JSON escapes differently. */
function text(value: string): string {
  return JSON.stringify(value)
}
