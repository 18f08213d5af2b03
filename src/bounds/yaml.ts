import { limits } from './limits.ts'

/** Reads one YAML document. Throws an Error whose message's first line says what is wrong, and where. */
export type ParseYaml = (text: string) => unknown

/** A pair of a YAML mapping. Numbers and booleans are text, as written. Lines count from 1. */
export type YamlPair = { readonly key: string; readonly value: unknown; readonly line: number }

/** Reads the pairs of a YAML mapping, in order; undefined where the document is not a mapping. Throws as `ParseYaml`. */
export type ParseYamlPairs = (text: string) => readonly YamlPair[] | undefined

/** The parser, which only runs that are given YAML load. What it reads has a limit in size, depth and number of values. */
export async function loadYaml(): Promise<ParseYaml> {
  const { read } = await loadReader()
  return (text) => read(text, false).value
}

/** As `loadYaml`, for the pairs of a mapping. */
export async function loadYamlPairs(): Promise<ParseYamlPairs> {
  const { isMap, isScalar, read } = await loadReader()
  return (text) => {
    const { document, value, lineCounter } = read(text, true)
    const { contents } = document
    if (!isMap(contents)) return undefined
    const values = new Map(Object.entries(Object(value)))
    return contents.items.flatMap(({ key }) => {
      if (!isScalar(key)) return []
      const name = String(key.value)
      return [{ key: name, value: values.get(name), line: lineCounter.linePos(key.range?.[0] ?? 0).line }]
    })
  }
}

async function loadReader() {
  const { isMap, isScalar, LineCounter, parseDocument, visit } = await import('yaml')
  const read = (text: string, asWritten: boolean) => {
    if (text.length > limits.yaml) throw new Error(`it is larger than ${limits.yaml / 1024} KiB`)
    const lineCounter = new LineCounter()
    // Its own search for keys that are there twice compares each with each.
    const document = withoutOverflow(() => parseDocument(text, { logLevel: 'error', uniqueKeys: false, lineCounter }))
    const [error] = document.errors
    if (error) throw /^Maximum call stack/.test(error.message) ? tooDeep() : error
    withoutOverflow(() =>
      visit(document, {
        Map: (_, { items }) => {
          const seen = new Set<unknown>()
          for (const { key } of items) {
            const name: unknown = isScalar(key) ? String(key.value) : key
            if (seen.has(name)) throw duplicate(name, lineCounter.linePos(isScalar(key) ? (key.range?.[0] ?? 0) : 0))
            seen.add(name)
          }
        },
        Scalar: (key, node) => {
          // `1.10` is a version, and no number.
          const isTyped = typeof node.value === 'number' || typeof node.value === 'boolean'
          if (asWritten && key !== 'key' && isTyped && node.source !== undefined) node.value = node.source
        },
      }),
    )
    const value: unknown = withoutOverflow(() => document.toJS({ maxAliasCount: 100 }))
    assertPlain(value)
    return { document, value, lineCounter }
  }
  return { isMap, isScalar, read }
}

function duplicate(name: unknown, { line, col }: { readonly line: number; readonly col: number }): Error {
  return new Error(`Map keys must be unique: ${JSON.stringify(name).slice(0, 100)} at line ${line}, column ${col}`)
}

/** The parser calls itself for each level, and its stack ends before its text. */
function withoutOverflow<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof RangeError ? tooDeep() : error
  }
}

/** An anchor that contains itself has levels without an end, and one that is used by others many values. */
function assertPlain(root: unknown): void {
  let values = 0
  let level: readonly unknown[] = [root]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limits.yamlDepth) throw tooDeep()
    values += level.length
    if (values > limits.yamlValues) throw new Error(`it has more than ${limits.yamlValues} values`)
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []))
  }
}

function tooDeep(): Error {
  return new Error(`it is nested deeper than ${limits.yamlDepth} levels, or an anchor contains itself`)
}
