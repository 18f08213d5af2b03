import { type ParsePlacedYaml, SilentYamlError } from '../bounds/yaml.ts'
import type { NodeInput, NodeTls } from './inputs.ts'
import { readPlatforms } from './platforms.ts'
import { parseList } from './read/list.ts'
import { didYouMean, quote } from './read/problem.ts'
import { secret } from './secret.ts'

/** The values of the variables with the certificates of a node. */
export type CertificateTexts = { readonly cacert?: string; readonly cert?: string; readonly key?: string }

/** By the index of the node: 0 is the first, the others are in the order of `append`. */
export type NodeCertificates = ReadonlyMap<number, CertificateTexts>

/** Reads `BUILDER_NODE_<index>_AUTH_TLS_CACERT`, `…_CERT` and `…_KEY` like docker/setup-buildx-action. */
export function certificatesIn(env: Readonly<Record<string, string | undefined>>): NodeCertificates {
  const found = new Map<number, CertificateTexts>()
  for (const [name, text] of Object.entries(env)) {
    const [, number, kind = ''] = /^BUILDER_NODE_(\d{1,4})_AUTH_TLS_(CACERT|CERT|KEY)$/.exec(name) ?? []
    if (number === undefined || text === undefined || text.trim() === '') continue
    found.set(Number(number), { ...found.get(Number(number)), [kind.toLowerCase()]: text })
  }
  return found
}

type Report = (message: string, line?: number) => void

/** Reads the certificates of one node, which only apply to buildkitd over TCP. */
export function readNodeTls(
  number: number,
  certificates: NodeCertificates,
  node: { readonly endpoint: string | undefined; readonly takesTls: boolean; readonly report: Report },
): NodeTls | undefined {
  const found = certificates.get(number)
  if (found === undefined) return undefined
  const { endpoint = '', takesTls, report } = node
  const name = (kind: string): string => `BUILDER_NODE_${number}_AUTH_TLS_${kind}`
  const given = Object.keys(found).map((kind) => name(kind.toUpperCase()))
  const problem = (message: string): undefined => {
    report(message)
    return undefined
  }
  if (!takesTls || !endpoint.startsWith('tcp://')) {
    return problem(`${given.join(', ')} is for driver remote with an endpoint tcp://host:port`)
  }
  for (const [kind, text] of Object.entries(found)) {
    if (!text.includes('-----BEGIN ')) return problem(`${name(kind.toUpperCase())} is not in PEM form`)
  }
  const { cacert: ca, cert, key } = found
  if (ca === undefined) return problem(`${name('CACERT')} is required with ${given.join(' and ')}`)
  if ((cert === undefined) !== (key === undefined)) {
    return problem(`${name('CERT')} and ${name('KEY')} are required together, and only one is set`)
  }
  return { ca, own: cert === undefined || key === undefined ? undefined : { cert, key: secret(key) } }
}

const keys = ['name', 'endpoint', 'platforms', 'driver-opts', 'buildkitd-flags'] as const
type Key = (typeof keys)[number]

export type NodeOptions = {
  readonly parsePlacedYaml: ParsePlacedYaml | undefined
  readonly certificates: NodeCertificates
  /** Whether the driver connects to buildkitd with TLS. */
  readonly takesTls: boolean
  readonly needsEndpoint: boolean
  readonly report: Report
}

/** Reads `append`, a YAML list of the additional nodes of a builder. */
export function readNodes(text: string | undefined, options: NodeOptions): readonly NodeInput[] {
  const { parsePlacedYaml, report } = options
  if (text === undefined || parsePlacedYaml === undefined) return []
  try {
    const { value, lineOf } = parsePlacedYaml(text)
    if (!Array.isArray(value)) {
      report('expected a YAML list, each entry "- endpoint: …"')
      return []
    }
    return value.flatMap((entry: unknown, index) => {
      const tell: Tell = (message, key) =>
        report(message, lineOf(key === undefined ? [index] : [index, key]) ?? lineOf([index]) ?? 1)
      return readNode(entry, index + 1, { ...options, tell }) ?? []
    })
  } catch (error) {
    if (!(error instanceof SilentYamlError)) throw error
    report(error.message, error.line)
    return []
  }
}

type Tell = (message: string, key?: string) => void

function readNode(
  found: unknown,
  number: number,
  { certificates, takesTls, needsEndpoint, tell }: NodeOptions & { readonly tell: Tell },
): NodeInput | undefined {
  if (typeof found !== 'object' || found === null || Array.isArray(found)) {
    tell(`expected a mapping with ${keys.join(', ')}`)
    return undefined
  }
  const given: Partial<Record<Key, readonly string[]>> = {}
  for (const [written, value] of Object.entries(found)) {
    const name = keys.find((key) => key === written)
    const texts = listOf(value)
    if (name === undefined)
      tell(`unknown key ${quote(written)}; expected ${keys.join(', ')}${didYouMean(written, keys)}`, written)
    else if (texts === undefined) tell(`${name}: expected a text or a list of texts`, written)
    else if (texts.length > 1 && name !== 'platforms' && name !== 'driver-opts')
      tell(`${name}: expected one text`, written)
    else given[name] = texts
  }
  const one = (name: Key): string | undefined => given[name]?.[0]?.trim() || undefined
  const endpoint = one('endpoint')
  if (endpoint === undefined && needsEndpoint) tell('endpoint is required: the address of the node', 'endpoint')
  const options = (given['driver-opts'] ?? []).flatMap((text) => parseList('options', text).items)
  for (const { text } of options) {
    if (!/^[^=]+=/.test(text)) tell(`driver-opts: expected key=value, found ${quote(text)}`, 'driver-opts')
  }
  const platforms = (given.platforms ?? []).flatMap((text) => parseList('list', text).items)
  return {
    name: one('name'),
    endpoint,
    platforms: readPlatforms(platforms, (message) => tell(`platforms: ${message}`, 'platforms')),
    driverOpts: options.map(({ text }) => text),
    buildkitdFlags: one('buildkitd-flags'),
    tls: readNodeTls(number, certificates, { endpoint, takesTls, report: (message) => tell(message) }),
  }
}

function listOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined
}
