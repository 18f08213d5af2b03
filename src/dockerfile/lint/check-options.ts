import { quoteFound, textError } from '../problem.ts'

/** Names of rules, or all of them. */
export type Rules = ReadonlySet<string> | 'all'

/**
 * The options of the directive `# check=` or BUILDKIT_DOCKERFILE_CHECK.
 * https://docs.docker.com/reference/dockerfile/#check
 */
export type CheckOptions = {
  readonly skip: Rules
  /** Rules that are checked only if they are enabled. */
  readonly experimental: Rules
  /** Whether findings are errors. */
  readonly error: boolean
}

/**
 * Parses check options such as `skip=A,B;error=true`.
 *
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function parseCheckOptions(text: string): CheckOptions {
  let options: CheckOptions = { skip: new Set(), experimental: new Set(), error: false }
  if (text.trim() === '') return options
  for (const part of text.split(';')) {
    const equals = part.indexOf('=')
    const key = (equals < 0 ? '' : part.slice(0, equals)).trim()
    const value = part.slice(equals + 1).trim()
    if (key === 'skip' || key === 'experimental') options = { ...options, [key]: readRules(value) }
    else if (key === 'error') options = { ...options, error: readBoolean(value, part) }
    else throw textError(`invalid check option ${quoteFound(part)}: expected skip=, experimental= or error=`)
  }
  return options
}

function readRules(value: string): Rules {
  return value === 'all' ? 'all' : new Set(value.split(',').map((rule) => rule.trim()))
}

function readBoolean(value: string, part: string): boolean {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(value)) return true
  if (/^(?:0|f|F|FALSE|false|False)$/.test(value)) return false
  throw textError(`invalid check option ${quoteFound(part)}: expected true or false`)
}

export function includes(rules: Rules, rule: string): boolean {
  return rules === 'all' || rules.has(rule)
}
