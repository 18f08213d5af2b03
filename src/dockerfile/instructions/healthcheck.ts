import { quoteFound, textError } from '../problem.ts'
import type { Flags } from '../read/flags.ts'
import type { Arguments } from '../read/statement.ts'
import { parseDuration } from './duration.ts'

/**
 * The configuration's Healthcheck: durations in nanoseconds, 0 if not set.
 * https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md
 */
export type Healthcheck = {
  /** `NONE`; `CMD` and the words; or `CMD-SHELL` and a command line. */
  readonly test: readonly string[]
  readonly interval: number
  readonly timeout: number
  readonly startPeriod: number
  readonly startInterval: number
  readonly retries: number
}

const none = { interval: 0, timeout: 0, startPeriod: 0, startInterval: 0, retries: 0 }
const shortest = 1e6

/**
 * Reads HEALTHCHECK.
 *
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function readHealthcheck(given: Arguments, readFlags: () => Flags): Healthcheck {
  if (given.form !== 'json' && given.form !== 'text') throw textError('HEALTHCHECK requires at least one argument')
  const words = given.form === 'json' ? given.words : given.text === '' ? [] : [given.text]
  const type = given.type?.toUpperCase()
  if (type === 'NONE') {
    if (words.length > 0) throw textError('HEALTHCHECK NONE takes no arguments')
    return { ...none, test: ['NONE'] }
  }
  const flags = readFlags()
  if (type !== 'CMD') throw textError(`unknown type ${quoteFound(type ?? '')} in HEALTHCHECK (try CMD)`)
  if (words.length === 0) throw textError('missing command after HEALTHCHECK CMD')
  return {
    test: [given.form === 'json' ? 'CMD' : 'CMD-SHELL', ...words],
    interval: readInterval('interval', flags),
    timeout: readInterval('timeout', flags),
    startPeriod: readInterval('start-period', flags),
    startInterval: readInterval('start-interval', flags),
    retries: readRetries(flags.text('retries') ?? ''),
  }
}

function readInterval(name: string, flags: Flags): number {
  const text = flags.text(name) ?? ''
  const interval = text === '' ? 0 : parseDuration(text)
  if (interval !== 0 && interval < shortest)
    throw textError(`--${name} cannot be less than 1ms, found ${quoteFound(text)}`)
  return interval
}

function readRetries(text: string): number {
  if (text === '') return 0
  const retries = Number(text)
  if (!/^[-+]?\d+$/.test(text) || Math.abs(retries) > 2 ** 31 - 1) {
    throw textError(`--retries is not a number: ${quoteFound(text)}`)
  }
  if (retries < 0) throw textError(`--retries cannot be negative (${retries})`)
  return retries
}
