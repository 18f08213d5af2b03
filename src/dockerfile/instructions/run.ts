import { CsvError, parse } from 'csv-parse/sync'
import { quoteFound, textError } from '../problem.ts'
import { readFlags } from '../read/flags.ts'
import type { InstructionOf } from '../read/instruction.ts'
import type { PlacedStatement } from '../read/statements.ts'
import { readCacheMount } from './cache-mount.ts'
import { readSecretMount } from './secret-mount.ts'

const kinds = { mount: 'list', network: 'text', security: 'text', device: 'list' } as const
const networks = ['default', 'none', 'host']
const securities = ['sandbox', 'insecure']

/**
 * Reads RUN: only its presence, and the stages, secrets, SSH agents and caches that its mounts need.
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function readRun({
  flags: given,
  arguments: words,
}: PlacedStatement): Omit<InstructionOf<'run'>, 'line' | 'endLine' | 'text'> {
  const flags = readFlags(given, kinds)
  const network = flags.text('network') ?? 'default'
  if (!networks.includes(network)) throw textError(`invalid network mode ${quoteFound(network)}`)
  const security = flags.text('security') ?? 'sandbox'
  if (!securities.includes(security)) throw textError(`security ${quoteFound(security)} is not valid`)
  const mounts = flags.list('mount').map(readFields)
  return {
    kind: 'run',
    command:
      words.form === 'json'
        ? { form: 'exec', words: words.words }
        : { form: 'shell', text: words.form === 'text' ? words.text : '' },
    mountsFrom: mounts.flatMap(readMountFrom),
    secrets: mounts.map(readSecretMount).filter((secret) => secret !== undefined),
    caches: mounts.map(readCacheMount).filter((cache) => cache !== undefined),
  }
}

function readMountFrom(fields: readonly string[]): readonly string[] {
  const sources = fields.filter((field) => /^from=/i.test(field)).map((field) => field.slice('from='.length))
  if (sources.some((source) => /\$./s.test(source))) {
    throw textError("'from' doesn't support variable expansion, define alias stage instead")
  }
  return sources.filter((source) => source !== '')
}

function readFields(mount: string): readonly string[] {
  try {
    const [fields = []]: readonly (readonly string[])[] = parse(mount, { relax_column_count: true })
    return fields
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown
    throw textError(`failed to parse csv mounts: ${quoteFound(mount)}`)
  }
}
