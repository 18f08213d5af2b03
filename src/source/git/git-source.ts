import { sourceKind } from '../../dockerfile/instructions/source-kind.ts'
import { ActionError } from '../../errors/action-error.ts'
import { cutCredentials, type UrlCredentials } from '../../inputs/url-credentials.ts'
import { trimEnd } from '../../text/trim-end.ts'

/** A Git repository with the ref and directory to use. */
export type GitSource = {
  /** Without credentials, query and fragment. */
  readonly remote: string
  /** User and password of the URL. */
  readonly credentials: UrlCredentials | undefined
  /** Branch, tag, full name (`refs/…`) or commit. Undefined: the repository's HEAD. */
  readonly ref: string | undefined
  /** The required prefix of the commit. */
  readonly commit: string | undefined
  /** Path in the repository, or "". */
  readonly subdir: string
  /** Undefined: not set. */
  readonly keepGitDir: boolean | undefined
  readonly submodules: boolean
}

const booleans: Readonly<Record<string, boolean>> = {
  ...{ '': true, 1: true, t: true, T: true, true: true, TRUE: true, True: true },
  ...{ 0: false, f: false, F: false, false: false, FALSE: false, False: false },
}

/**
 * Parses a Git URL like BuildKit, in both forms: `…#ref:subdir` and `…?branch=…&tag=…&commit=…&subdir=…`. Returns
 * undefined if it is not a Git URL. https://docs.docker.com/build/concepts/context/#git-repositories
 *
 * @throws ActionError `input-invalid` for an unknown or contradictory query
 */
export function parseGitSource(text: string): GitSource | undefined {
  const { url: bare, credentials } = cutCredentials(text)
  const url = bare.startsWith('github.com/') ? `https://${bare}` : bare
  const [address = '', fragment = ''] = splitAt(url, '#')
  const [location = '', query = ''] = splitAt(address, '?')
  if (!text.startsWith('github.com/') && sourceKind(location) !== 'git') return undefined
  const [ref = '', subdir = ''] = splitAt(decode(fragment), ':')
  const asked = readQuery(text, query)
  const wanted = agree(text, 'ref', [ref, ...asked.refs])
  return {
    remote: location,
    credentials,
    ref: wanted ?? asked.commit,
    commit: asked.commit,
    subdir: trimEnd((agree(text, 'subdir', [subdir, ...asked.subdirs]) ?? '').replace(/^\/+/, ''), '/'),
    keepGitDir: asked.keepGitDir,
    submodules: asked.submodules ?? true,
  }
}

type Query = {
  refs: string[]
  subdirs: string[]
  commit: string | undefined
  keepGitDir: boolean | undefined
  submodules: boolean | undefined
}

function readQuery(text: string, query: string): Readonly<Query> {
  const found: Query = { refs: [], subdirs: [], commit: undefined, keepGitDir: undefined, submodules: undefined }
  const parameters = new URLSearchParams(query)
  for (const [name, value] of parameters) {
    if (parameters.getAll(name).length > 1) throw invalid(text, `${name} is given more than once`)
    if (value === '' && !/^(?:keep-git-dir|submodules)$/.test(name)) throw invalid(text, `${name} has no value`)
    switch (name) {
      case 'ref':
        found.refs.push(value)
        break
      case 'tag':
        found.refs.push(prefixed('refs/tags/', value))
        break
      case 'branch':
        found.refs.push(prefixed('refs/heads/', value))
        break
      case 'subdir':
        found.subdirs.push(value)
        break
      case 'commit':
      case 'checksum':
        found.commit = value
        break
      case 'keep-git-dir':
        found.keepGitDir = readBoolean(text, name, value)
        break
      case 'submodules':
        found.submodules = readBoolean(text, name, value)
        break
      default:
        throw invalid(text, `${name} is unknown in its query`)
    }
  }
  return found
}

/** The single distinct value of a parameter that may be repeated. */
function agree(text: string, what: string, given: readonly string[]): string | undefined {
  const [first, second] = new Set(given.filter((value) => value !== ''))
  if (second !== undefined) throw invalid(text, `it has two values for ${what}, ${first} and ${second}`)
  return first
}

function readBoolean(text: string, name: string, value: string): boolean {
  const read = booleans[value]
  if (read === undefined) throw invalid(text, `${name} must be true or false, found ${value}`)
  return read
}

function prefixed(prefix: string, name: string): string {
  return name.startsWith(prefix) ? name : `${prefix}${name}`
}

function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function invalid(text: string, found: string): ActionError {
  return new ActionError('input-invalid', `Cannot read the Git URL ${redactUrl(text)}: ${found}`, {
    hint: 'A Git URL ends in .git and is followed by #ref:subdir, or by ?branch=…, ?tag=…, ?commit=…, ?subdir=… https://docs.docker.com/build/concepts/context/#git-repositories',
  })
}

/** Returns the URL without its password for a message or a log. */
export function redactUrl(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1')
}
