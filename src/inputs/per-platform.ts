import { type ParsePlacedYaml, SilentYamlError } from '../bounds/yaml.ts'
import { formatPlatform, parsePlatform } from '../oci/platform.ts'
import type { Platform } from '../oci/types.ts'
import type { Inputs, PlatformSettings } from './inputs.ts'
import { didYouMean, quote, readWith } from './read/problem.ts'
import { readFile } from './read/value.ts'
import type { InputName } from './schema.ts'

const keys = ['file', 'target', 'build-args'] as const

export type PerPlatformOptions = {
  readonly parsePlacedYaml: ParsePlacedYaml | undefined
  /** The platforms of the image. */
  readonly platforms: readonly Platform[]
  readonly report: (message: string, line?: number) => void
}

/** Reads `per-platform`, a YAML mapping from platforms to settings that replace those of the build. */
export function readPerPlatform(text: string | undefined, options: PerPlatformOptions): readonly PlatformSettings[] {
  const { parsePlacedYaml, report } = options
  if (text === undefined || parsePlacedYaml === undefined) return []
  try {
    const { value, lineOf } = parsePlacedYaml(text)
    if (!isMapping(value)) {
      report('expected a YAML mapping from platforms to file, target or build-args')
      return []
    }
    const read = Object.entries(value).map(([name, settings]) =>
      readSettings(name, settings, {
        ...options,
        tell: (message, ...path) =>
          report(
            `${quote(name)}${message.startsWith('is ') ? ' ' : ': '}${message}`,
            lineOf([name, ...path]) ?? lineOf([name]) ?? 1,
          ),
      }),
    )
    const found = read.filter((one) => one !== undefined)
    const names = found.map(({ platform }) => formatPlatform(platform))
    const twice = names.find((name, at) => names.indexOf(name) !== at)
    if (twice !== undefined) report(`has ${twice} twice, under different names`)
    return found
  } catch (error) {
    if (!(error instanceof SilentYamlError)) throw error
    report(error.message, error.line)
    return []
  }
}

type Telling = PerPlatformOptions & { readonly tell: (message: string, ...path: readonly string[]) => void }

function readSettings(name: string, settings: unknown, { platforms, tell }: Telling): PlatformSettings | undefined {
  const read = readWith(name, parsePlatform)
  if ('problem' in read) return void tell(read.problem)
  const wanted = formatPlatform(read.value)
  const platform = platforms.find((one) => formatPlatform(one) === wanted)
  if (platform === undefined) {
    return void tell(`is not in platforms (${platforms.map(formatPlatform).join(', ')})`)
  }
  if (!isMapping(settings)) return void tell(`expected a mapping with ${keys.join(', ')}`)
  for (const key of Object.keys(settings)) {
    if (!keys.some((one) => one === key)) {
      tell(`unknown key ${quote(key)}; expected ${keys.join(', ')}${didYouMean(key, keys)}`, key)
    }
  }
  const textOf = (key: 'file' | 'target'): string | undefined => {
    const value = settings[key]
    if (value === undefined) return undefined
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
    return void tell(`${key}: expected text`, key)
  }
  const file = textOf('file')
  const problem = file === undefined ? undefined : readFile(file)
  if (problem !== undefined && 'problem' in problem) tell(`file: ${problem.problem}`, 'file')
  return { platform, file, target: textOf('target'), buildArgs: readArguments(settings['build-args'], tell) }
}

function readArguments(value: unknown, tell: Telling['tell']): Readonly<Record<string, string>> {
  if (value === undefined) return {}
  if (!isMapping(value)) {
    tell('build-args: expected a mapping from names to values', 'build-args')
    return {}
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => {
      if (/[\s=]/.test(name) || name === '') tell(`build-args: ${quote(name)} is not a name`, 'build-args', name)
      else if (['string', 'number', 'boolean'].includes(typeof one)) return [[name, String(one)]]
      else tell(`build-args: ${quote(name)} has no text, number or boolean as its value`, 'build-args', name)
      return []
    }),
  )
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Reports inputs that `per-platform` excludes. */
export function checkPerPlatform(
  { perPlatform, dockerfileInline }: Inputs,
  report: (input: InputName, message: string) => void,
): void {
  if (dockerfileInline !== undefined && perPlatform.some(({ file }) => file !== undefined)) {
    report('per-platform', 'file cannot be combined with dockerfile-inline')
  }
}
