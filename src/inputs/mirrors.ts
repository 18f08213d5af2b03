import { formatReference, parseReference, type Reference } from '../oci/reference.ts'
import type { Mirror } from './inputs.ts'
import { type ListItem, parseList } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { quote, readWith } from './read/problem.ts'
import { readRegistry } from './registry-address.ts'

/**
 * Reads `mirrors`: `registry=host[:port][/path]` each, with `http://` before the host for plain HTTP; without a
 * registry, it is a mirror of Docker Hub.
 */
export function readMirrors(items: readonly ListItem[], report: ReportLine): readonly Mirror[] {
  const mirrors: Mirror[] = []
  for (const { text, line } of items) {
    const at = text.indexOf('=')
    const registry = at < 0 ? { value: { host: 'docker.io', namespace: '' } } : readRegistry(text.slice(0, at).trim())
    const mirror = readRegistry(text.slice(at + 1).trim())
    if (text.slice(at + 1).trim() === '') report('there is no mirror after "="', line)
    else if ('problem' in registry) report(registry.problem, line)
    else if ('problem' in mirror) report(mirror.problem, line)
    else if (registry.value.namespace !== '') {
      report(`expected a registry before "=", without a path, found ${quote(text.slice(0, at))}`, line)
    } else {
      const { host, namespace, plainHttp } = mirror.value
      const of = registry.value.host
      if (host === of) report(`${host} cannot be a mirror of itself`, line)
      else mirrors.push({ of, host, path: namespace, plainHttp })
    }
  }
  return mirrors
}

/**
 * Returns the references for pulling an image in the order in which they are tried: those of its registry's mirrors,
 * then its own.
 */
export function mirroredReferences(reference: string, mirrors: readonly Mirror[]): readonly string[] {
  const parsed = readWith(reference, parseReference)
  if ('problem' in parsed) return [reference]
  const at = ({ host, path }: Mirror): Reference => ({
    ...parsed.value,
    registry: host,
    repository: path === '' ? parsed.value.repository : `${path}/${parsed.value.repository}`,
  })
  const own = mirrors.filter(({ of }) => of === parsed.value.registry)
  return [...own.map((mirror) => formatReference(at(mirror))), reference]
}

/** Like `mirroredReferences`, for the text of `mirrors`; invalid entries are ignored. */
export function mirroredImages(reference: string, text: string): readonly string[] {
  return mirroredReferences(
    reference,
    readMirrors(parseList('list', text).items, () => undefined),
  )
}
