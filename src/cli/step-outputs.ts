import { parseJson } from '../bounds/json.ts'
import { type OutputKind, type OutputName, outputKinds, outputRows } from '../report/output-rows.ts'

/** The outputs shown to a person at the end. */
const shown = ['engine', 'digest', 'imageid', 'tags', 'refs', 'files'] as const satisfies readonly OutputName[]

type Outputs = ReadonlyMap<string, string>

/** Returns every output under its name: lists as arrays, objects as objects, and null for a document that does not exist. */
export function outputsAsJson(outputs: Outputs): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (Object.keys(outputRows) as OutputName[]).map((name) => [name, toJson(outputKinds[name], outputs.get(name) ?? '')]),
  )
}

/** Returns the outputs as lines of a table for people. */
export function outputLines(outputs: Outputs): readonly string[] {
  const rows = shown.flatMap((name) => {
    const values = (outputs.get(name) ?? '').split('\n').filter((value) => value !== '')
    return values.map((value, at) => ({ name: at === 0 ? name : '', value }))
  })
  const width = Math.max(0, ...rows.map(({ name }) => name.length))
  return rows.map(({ name, value }) => `${name.padEnd(width)}  ${value}`)
}

function toJson(kind: OutputKind, text: string): unknown {
  switch (kind) {
    case 'json':
      return text === '' ? null : parseJson(text)
    case 'lines':
      return text === '' ? [] : text.split('\n')
    case 'boolean':
      return text === 'true'
    case 'number':
      return Number(text)
    default:
      return text
  }
}
