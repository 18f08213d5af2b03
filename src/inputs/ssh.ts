import type { SshAgent } from './inputs.ts'
import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { splitPair } from './read/value.ts'

/**
 * Reads the agents and keys of `ssh`: `id`, or `id=path` with the path of a socket or key. Messages never quote an
 * entry, because users sometimes write the key itself.
 */
export function readSsh(items: readonly ListItem[], report: ReportLine): readonly SshAgent[] {
  const key = items.find(({ text }) => /PRIVATE KEY/.test(text))
  if (key !== undefined) {
    report('contains a key; write it to a file and set its path, id=path', key.line)
    return []
  }
  const agents = new Map<string, SshAgent>()
  for (const { text, line } of items) {
    const { key: id, value } = splitPair(text)
    const paths = value === null ? [] : value.split(',')
    const first = agents.get(id)
    if (id === '' || /\s/.test(id))
      report(`expected default or id=path, found ${id === '' ? 'no id' : 'whitespace in the id'}`, line)
    else if (paths.some((path) => path.trim() === ''))
      report('expected id=path, found nothing after "="; the agent of SSH_AUTH_SOCK is the id alone', line)
    else if (first !== undefined) report(`has the same id as line ${first.line}`, line)
    else agents.set(id, { id, paths, line })
  }
  return [...agents.values()]
}
