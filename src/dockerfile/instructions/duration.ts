import { quoteFound, textError } from '../problem.ts'

const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}

const longest = 2 ** 63

/**
 * Parses a duration in Go's format, such as `1m30s`, `1.5h` or `0`. Returns nanoseconds.
 * https://pkg.go.dev/time#ParseDuration
 *
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function parseDuration(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1
  const rest = text.replace(/^[-+]/, '')
  if (rest === '0') return 0
  let total = 0
  let at = 0
  while (at < rest.length) {
    const [all = '', whole = '', fraction = '', unit = ''] = /^(\d*)(?:\.(\d*))?([^\d.]*)/.exec(rest.slice(at)) ?? []
    if (whole === '' && fraction === '') throw textError(`invalid duration ${quoteFound(text)}`)
    if (unit === '') throw textError(`missing unit in duration ${quoteFound(text)}`)
    const size = Object.hasOwn(units, unit) ? units[unit] : undefined
    if (size === undefined) throw textError(`unknown unit ${quoteFound(unit)} in duration ${quoteFound(text)}`)
    // Each part is truncated to whole nanoseconds separately, as in Go.
    total += Number(whole) * size + Math.trunc(Number(`0.${fraction}0`) * size)
    at += all.length
  }
  if (rest === '' || !(total < longest)) throw textError(`invalid duration ${quoteFound(text)}`)
  return sign * total
}
