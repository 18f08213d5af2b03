import type { BuildSecret, SecretSource } from './inputs.ts'
import type { ListItem } from './read/list.ts'
import type { Read, ReportProblem } from './read/problem.ts'
import { splitPair } from './read/value.ts'
import { secret } from './secret.ts'

type SecretInput = 'secrets' | 'secret-envs' | 'secret-files'

/** BuildKit's size limit for a secret in bytes. */
export const longestSecret = 500 * 1024

/** The input of each kind of secret source. */
export const inputOfSecret: Readonly<Record<SecretSource['kind'], SecretInput>> = {
  value: 'secrets',
  env: 'secret-envs',
  file: 'secret-files',
}

/** The likely cause of an empty value, for messages. */
export const whyEmpty = 'a secret of the workflow is empty when its name is wrong, and in pull requests of forks'

const inQuotes = '; put a value with several lines in quotes, from before its id to its end'

/** An event whose runs get no secrets, so that every secret of the workflow is empty. */
export type NoSecrets = {
  /** A sentence for the log. */
  readonly because: string
  /** Whether a variable of the step's environment is set to an empty value. */
  readonly isEmpty: (variable: string) => boolean
}

type SecretOptions = {
  readonly report: ReportProblem
  /** If set, empty values count as not set, with a notice. */
  readonly noSecrets: NoSecrets | undefined
  readonly notice: (message: string) => void
}

/**
 * Reads the build secrets, `id=…` each, of all three inputs; a duplicate ID is a problem. Messages never quote an
 * entry: text that looks like an ID or a path may be a line of a value without quotes.
 */
export function readBuildSecrets(
  given: Readonly<Record<SecretInput, readonly ListItem[]>>,
  { report, noSecrets, notice }: SecretOptions,
): readonly BuildSecret[] {
  const secrets = new Map<string, BuildSecret>()
  for (const input of Object.values(inputOfSecret)) {
    for (const item of given[input]) {
      const read = readers[input](item.text)
      if (noSecrets && isEmpty(item.text, read, noSecrets)) {
        notice(`${input}, line ${item.line}: the secret is empty and counts as not set: ${noSecrets.because}`)
        continue
      }
      if ('problem' in read) {
        report(input, read.problem, item.line)
        continue
      }
      const { id, source } = read.value
      const first = secrets.get(id)
      if (first === undefined) secrets.set(id, { id, source, line: item.line })
      else report(input, `has the same id as ${inputOfSecret[first.source.kind]}, line ${first.line}`, item.line)
    }
  }
  return [...secrets.values()]
}

function isEmpty(text: string, read: Read<Entry>, noSecrets: NoSecrets): boolean {
  if ('problem' in read) return /^\s*[^\s=]+\s*=\s*$/.test(text)
  const { source } = read.value
  return source.kind === 'env' && noSecrets.isEmpty(source.name)
}

type Entry = Pick<BuildSecret, 'id' | 'source'>

const readers: Readonly<Record<SecretInput, (text: string) => Read<Entry>>> = {
  secrets: (text) => {
    const pair = readPair(text, { form: 'id=value', empty: `; ${whyEmpty}`, lines: inQuotes })
    if ('problem' in pair) return pair
    const { id, value } = pair.value
    // The padding of Base64 is probably the last line of a value without quotes.
    if (/^=+\s*$/.test(value)) return { problem: `expected id=value, found nothing but "=" for a value${inQuotes}` }
    if (Buffer.byteLength(value) > longestSecret) return { problem: tooLarge }
    return { value: { id, source: { kind: 'value', value: secret(value) } } }
  },
  'secret-envs': (text) => {
    const form = 'id=NAME, the name of an environment variable'
    const pair = readPair(text, { form })
    if ('problem' in pair) return pair
    const { id, value } = pair.value
    if (/[=\s]/.test(value)) return { problem: `expected ${form}, found no name; set a value in the input secrets` }
    return { value: { id, source: { kind: 'env', name: value } } }
  },
  'secret-files': (text) => {
    const pair = readPair(text, { form: 'id=path' })
    if ('problem' in pair) return pair
    return { value: { id: pair.value.id, source: { kind: 'file', path: pair.value.value } } }
  },
}

/** The message for a secret that exceeds BuildKit's limit. */
export const tooLarge = "exceeds BuildKit's limit of 500 KiB for a secret"

/** `form` is the expected format; `empty` and `lines` are hints for a missing value and for a text that looks like a line of a value. */
function readPair(
  text: string,
  { form, empty = '', lines = '' }: { readonly form: string; readonly empty?: string; readonly lines?: string },
): Read<{ readonly id: string; readonly value: string }> {
  const { key, value } = splitPair(text)
  const id = key.trim()
  if (value === null) return { problem: `expected ${form}, found no "="${lines}` }
  if (id === '') return { problem: `expected ${form}, found nothing before "="` }
  if (/[\s\p{Cc}]/u.test(id)) return { problem: `expected ${form}, found whitespace in the id${lines}` }
  if (value.trim() === '') return { problem: `expected ${form}, found nothing after "="${empty}` }
  return { value: { id, value } }
}
