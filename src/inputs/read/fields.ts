import { type BuildField, type InputName, type InputRow, inputRows, type PlainFields } from '../schema.ts'
import type { Read } from './problem.ts'
import type { Reader } from './reader.ts'
import { readBoolean, readChoice, readCount } from './value.ts'

const rows = Object.entries<InputRow>(inputRows)

/** Reads the inputs that their rows fully describe. Invalid values are reported and undefined in the result. */
export function readPlainFields({ value }: Pick<Reader, 'value'>): PlainFields {
  const fields = rows.flatMap(([name, row]) => {
    const read = readerOf(row)
    return read === undefined ? [] : [[fieldOf(name), value(name as InputName, read)]]
  })
  return Object.fromEntries(fields)
}

function readerOf(row: InputRow): ((text: string) => Read<unknown>) | undefined {
  switch (row.kind) {
    case 'text':
      return (text) => ({ value: text })
    case 'boolean':
      return readBoolean
    case 'count':
      return readCount
    case 'choice':
      return (text) => readChoice(text, row.choices)
    default:
      return undefined
  }
}

/** The fields that are passed to the engine unchanged. */
export const buildFields = rows.flatMap(([name, { build }]) => (build ? [fieldOf(name) as BuildField] : []))

/** Converts a name such as `no-cache` to `noCache`. */
function fieldOf(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}
