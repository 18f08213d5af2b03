import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../../bounds/limits.ts'
import { readFileLimitedSync } from '../../bounds/read-limited.ts'
import type { Host } from '../../host/host.ts'
import type { Mirror } from '../../inputs/inputs.ts'

/** What the step adds to the registries of the machine. */
export type AddedRegistries = { readonly plainHttp: readonly string[]; readonly mirrors: readonly Mirror[] }

/**
 * Writes a `registries.conf` of this step with plain HTTP and mirrors, and returns the variable that names it; nothing if the machine's own is
 * enough. The user's files are read, and never changed. https://github.com/containers/image/blob/v5.24.0/docs/containers-registries.conf.5.md
 */
export function writeRegistries(
  added: AddedRegistries,
  { env, tempDir }: Pick<Host, 'env' | 'tempDir'>,
): Readonly<Record<string, string>> {
  const main = mainFile(env)
  const text = registriesText(main.text, main.dropIns, added)
  if (text === undefined) return {}
  const path = join(tempDir, 'registries.conf')
  writeFileSync(path, text, { mode: 0o600 })
  return { CONTAINERS_REGISTRIES_CONF: path }
}

/**
 * The text of the step's file: the machine's, and an entry for each registry that it does not name itself. Undefined if there is nothing to add.
 * Of drop-in files only their `[[registry]]` tables count.
 */
export function registriesText(
  main: string,
  dropIns: readonly string[],
  { plainHttp, mirrors }: AddedRegistries,
): string | undefined {
  const known = [main, ...dropIns].join('\n')
  const isKnown = (host: string) => known.includes(`"${host}"`) || known.includes(`'${host}'`)
  const hosts = [...new Set([...plainHttp, ...mirrors.map(({ of }) => of)])].filter((host) => !isKnown(host))
  const entries = hosts.map((host) =>
    [
      '[[registry]]',
      `location = ${JSON.stringify(host)}`,
      ...(plainHttp.includes(host) ? ['insecure = true'] : []),
      ...mirrors.flatMap(({ of, host: mirror, path, plainHttp: insecure }) =>
        of === host
          ? [
              '[[registry.mirror]]',
              `location = ${JSON.stringify(path === '' ? mirror : `${mirror}/${path}`)}`,
              ...(insecure ? ['insecure = true'] : []),
            ]
          : [],
      ),
    ].join('\n'),
  )
  if (entries.length === 0) return undefined
  return `${[main.trimEnd(), ...dropIns.map(registryTables), ...entries].filter((part) => part !== '').join('\n\n')}\n`
}

/** The `[[registry]]` tables of a file: a second value for a top-level key would be an error. */
function registryTables(text: string): string {
  const kept: string[] = []
  let isKept = false
  for (const line of text.split('\n')) {
    if (/^\s*\[/.test(line)) isKept = /^\s*\[\[registry(?:\.mirror)?\]\]/.test(line)
    if (isKept) kept.push(line)
  }
  return kept.join('\n').trimEnd()
}

/** What Podman would read without the step's file. */
function mainFile(env: Host['env']): { readonly text: string; readonly dropIns: readonly string[] } {
  const given = env['CONTAINERS_REGISTRIES_CONF'] ?? env['REGISTRIES_CONFIG_PATH']
  if (given) return { text: readText(given) ?? '', dropIns: [] }
  const config = env['XDG_CONFIG_HOME'] || (env['HOME'] ? join(env['HOME'], '.config') : undefined)
  const folders = ['/etc/containers', ...(config === undefined ? [] : [join(config, 'containers')])]
  const texts = folders.toReversed().map((folder) => readText(join(folder, 'registries.conf')))
  return { text: texts.find((text) => text !== undefined) ?? '', dropIns: folders.flatMap(dropInsOf) }
}

function dropInsOf(folder: string): readonly string[] {
  const directory = join(folder, 'registries.conf.d')
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.conf'))
    return names.sort().flatMap((name) => readText(join(directory, name)) ?? [])
  } catch {
    return []
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileLimitedSync(path, limits.configFile)
  } catch {
    return undefined // It does not exist, or Podman itself reports what is wrong with it.
  }
}
