import { didYouMean, quote, type Read } from './read/problem.ts'
import type { TagEvent } from './tag-event.ts'

/**
 * Libraries that only some texts need: templates, dates, Python versions. `loadLibraries` loads those that a text
 * needs.
 */
export type Libraries = {
  readonly handlebars?: typeof import('handlebars')
  readonly moment?: typeof import('moment')
  readonly zones?: typeof import('moment-timezone')
  readonly pep440?: typeof import('@renovatebot/pep440')
}

/**
 * Loads the libraries that reading `text` needs: Handlebars for `{{`, Moment for dates, the abbreviations of time zones
 * for `z` in their format, pep440 for its rule.
 */
export async function loadLibraries(text: string): Promise<Libraries> {
  const hasExpressions = text.includes('{{')
  return {
    ...(hasExpressions ? { handlebars: (await import('handlebars')).default } : {}),
    ...(hasExpressions && text.includes('date') ? { moment: (await import('moment')).default } : {}),
    ...(hasExpressions && namesZone(text) ? { zones: (await import('moment-timezone')).default } : {}),
    ...(/pep440/i.test(text) ? { pep440: await import('@renovatebot/pep440') } : {}),
  }
}

/** Whether a date format contains the abbreviation of the time zone (`z`, `zz`), judging by the text alone. */
function namesZone(text: string): boolean {
  return text.split('date').some((after) => {
    const format = after.trimStart()
    const mark = format[0] ?? ''
    return `'"`.includes(mark) && format.slice(1, format.indexOf(mark, 1)).includes('z')
  })
}

export type Expanded = {
  readonly text: string
  /** The names of the expressions in it. */
  readonly uses: ReadonlySet<string>
}

/** The values of names of one rule, such as `version`. */
export type Names = Readonly<Record<string, string>>

/** Replaces the expressions of a text. An unknown name, or a date without a format, is a problem. */
export type Expand = (text: string, names?: Names) => Read<Expanded>

export type Surroundings = { readonly event: TagEvent; readonly now: Date; readonly libraries: Libraries }

// Longer than the limit for tags.
const longest = 1024

/** The names that are available in every expression, in addition to dates. */
export const globalExpressions = [
  'branch',
  'tag',
  'sha',
  'base_ref',
  'is_default_branch',
  'is_not_default_branch',
] as const

/** Creates the global expressions of docker/metadata-action for one event; `now` is the date of `{{date}}`. */
export function createExpand({ event, now, libraries: { handlebars, moment, zones } }: Surroundings): Expand {
  const globals: Names = globalNames(event)
  return (text, names = {}) => {
    if (!text.includes('{{')) return { value: { text, uses: new Set() } }
    if (text.length > longest) {
      return { problem: `expected at most ${longest} characters with expressions, found ${text.length}` }
    }
    if (handlebars === undefined) return { problem: 'expressions ("{{…}}") are not supported here' }
    const uses = new Set<string>()
    const known = { ...globals, ...names }
    try {
      const found = checkNodes(handlebars.parseWithoutProcessing(text).body, { known: Object.keys(known), uses })
      if (found !== undefined) return { problem: `${found}, in ${quote(text)}` }
    } catch {
      return { problem: `expected an expression such as {{branch}}, found ${quote(text)}` }
    }
    if (uses.has('sha')) {
      const length = readShortLength(event)
      if ('problem' in length) return length
    }
    if (uses.has('commit_date') && event.commitDate === undefined) {
      return {
        problem:
          "the date of the commit is unknown, which {{commit_date}} needs: the event has none, the commit is not checked out, and GitHub's API did not give it",
      }
    }
    const formatter =
      (date: Date) => (format: string, options: { readonly hash: Readonly<Record<string, string>> }) => {
        const zone = options.hash['tz'] ?? 'UTC'
        // Only its data has abbreviations such as CET: the runtime's Intl returns GMT+1.
        if (zones?.tz.zone(zone)) return zones.tz(date, zone).format(format)
        // Always defined here: `date` in a text loads the library.
        return moment === undefined ? '' : moment(date).utcOffset(offsetOf(date, zone)).format(format)
      }
    const context = {
      ...Object.fromEntries(Object.entries(known).map(([name, value]) => [name, () => value])),
      date: formatter(now),
      commit_date: formatter(new Date(event.commitDate ?? 0)),
    }
    return { value: { text: handlebars.compile(text, { noEscape: true })(context), uses } }
  }
}

/** Returns the number of digits of a short commit: that of metadata-action's variable. Default: 7. */
export function readShortLength({ shortShaLength = '7' }: TagEvent): Read<number> {
  if (/^\d{1,3}$/.test(shortShaLength) && Number(shortShaLength) > 0) return { value: Number(shortShaLength) }
  return {
    problem: `expected a number from 1 to 999 in DOCKER_METADATA_SHORT_SHA_LENGTH, found ${quote(shortShaLength)}`,
  }
}

function globalNames(event: TagEvent): Readonly<Record<(typeof globalExpressions)[number], string>> {
  const { ref, sha, name } = event
  const branch = /^refs\/heads\/(.*)$/s.exec(ref)?.[1] ?? ''
  const isDefault =
    ref !== '' &&
    (branch === event.defaultBranch ||
      // Events that metadata-action treats as runs for the default branch.
      /create|discussion|issues|schedule/.test(name))
  const length = readShortLength(event)
  return {
    branch,
    tag: /^refs\/tags\/(.*)$/s.exec(ref)?.[1] ?? '',
    sha: sha.slice(0, 'value' in length ? length.value : 7),
    base_ref: event.baseRef ?? '',
    is_default_branch: String(isDefault),
    is_not_default_branch: String(!isDefault),
  }
}

type Node = {
  readonly type: string
  readonly path?: Node
  readonly params?: readonly Node[]
  readonly hash?: { readonly pairs: readonly { readonly key: string; readonly value: Node }[] }
  readonly original?: unknown
  readonly value?: unknown
  readonly program?: { readonly body: readonly Node[] }
  readonly inverse?: { readonly body: readonly Node[] }
}

type Check = { readonly known: readonly string[]; readonly uses: Set<string> }

/**
 * Returns the problem of a template's nodes. Of Handlebars' helpers, only `if` and `unless` are allowed, and nothing
 * that calls code.
 */
function checkNodes(given: readonly unknown[], check: Check): string | undefined {
  const nodes = given as readonly Node[]
  for (const { type, path, params = [], hash, program, inverse } of nodes) {
    if (type === 'ContentStatement' || type === 'CommentStatement') continue
    const name = String(path?.original ?? '')
    if (type === 'BlockStatement') {
      if (name !== 'if' && name !== 'unless') return `expected if or unless, found "#${name.slice(0, 80)}"`
      const found = params.map((param) => checkName(param, check)).find((problem) => problem !== undefined)
      if (found !== undefined) return found
      const inner = checkNodes([...(program?.body ?? []), ...(inverse?.body ?? [])], check)
      if (inner !== undefined) return inner
      continue
    }
    if (type !== 'MustacheStatement' || path === undefined) return 'expected an expression such as {{branch}}'
    const found = isDate(name) ? checkDate(name, params, hash?.pairs ?? []) : checkName(path, check)
    if (found !== undefined) return found
    check.uses.add(name)
  }
  return undefined
}

function isDate(name: string): boolean {
  return name === 'date' || name === 'commit_date'
}

function checkName(node: Node, { known, uses }: Check): string | undefined {
  const name = String(node.original ?? node.value ?? '')
  if (node.type === 'PathExpression' && known.includes(name)) {
    uses.add(name)
    return undefined
  }
  const accepted = [...known, 'date', 'commit_date']
  return `expected an expression of ${accepted.join(', ')}, found ${quote(name)}${didYouMean(name, accepted)}`
}

function checkDate(
  name: string,
  params: readonly Node[],
  pairs: readonly { readonly key: string; readonly value: Node }[],
): string | undefined {
  if (params.length !== 1 || params[0]?.type !== 'StringLiteral') {
    return `expected a format, such as {{${name} 'YYYYMMDD'}}`
  }
  for (const { key, value } of pairs) {
    if (key !== 'tz') return `expected tz='Area/City', found ${quote(key)}`
    const zone = String(value.value ?? value.original ?? '')
    if (!isZone(zone)) return `expected a time zone such as Europe/Berlin, found ${quote(zone)}`
  }
  return undefined
}

function isZone(zone: string): boolean {
  try {
    return zone !== '' && zone.length < 100 && new Intl.DateTimeFormat('en-US', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}

/** Returns the offset of `zone` from UTC at `date`, in minutes. */
function offsetOf(date: Date, zone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const parts = Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  const local = Date.UTC(year, month - 1, day, hour, minute, second)
  return Math.round((local - date.getTime()) / 60_000)
}
