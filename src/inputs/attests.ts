import type { Attributes } from './inputs.ts'
import { type ListItem, parseList } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { didYouMean, quote } from './read/problem.ts'
import { readAttestation, splitPair } from './read/value.ts'

const types = ['provenance', 'sbom'] as const

/** Attributes of each named attestation; undefined if it is disabled. */
export type Attests = ReadonlyMap<(typeof types)[number], Attributes | undefined>

/** Modes of provenance. https://docs.docker.com/build/metadata/attestations/slsa-provenance/#mode */
export const provenanceModes = ['min', 'max'] as const

/** Reads the attestations of `attests`: `type=provenance,…` or `type=sbom,…`, one per line, each type once. */
export function readAttests(items: readonly ListItem[], report: ReportLine): Attests {
  const found = new Map<(typeof types)[number], Attributes | undefined>()
  for (const { text, line } of items) {
    const fields = parseList('list', text).items.map((item) => item.text)
    const named = fields.filter((field) => splitPair(field).key === 'type').map((field) => splitPair(field).value ?? '')
    const type = types.find((known) => known === named[0])
    if (named.length !== 1) report(`expected one type= (${types.join(' or ')}), found ${quote(text)}`, line)
    else if (type === undefined) {
      report(
        `expected type=${types.join(' or type=')}, found ${quote(named[0] ?? '')}${didYouMean(named[0] ?? '', types)}`,
        line,
      )
    } else if (found.has(type)) report(`has a second entry of type=${type}`, line)
    else {
      const attributes = fields.filter((field) => splitPair(field).key !== 'type')
      const bare = attributes.find((field) => !field.includes('='))
      if (bare !== undefined) {
        report(`expected key=value attributes, found ${quote(bare)}`, line)
        continue
      }
      const read = readAttestation(
        attributes.length === 0 ? 'true' : attributes.map(quoteField).join(','),
        type === 'provenance' ? provenanceModes : [],
      )
      if ('problem' in read) report(read.problem, line)
      else found.set(type, read.value)
    }
  }
  return found
}

function quoteField(field: string): string {
  return /[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
