import type { Document, SchemaOptions, visitor } from 'yaml'
import { limits } from './limits.ts'

/** Reads one YAML document. Throws an Error whose message's first line says what is wrong, and where. */
export type ParseYaml = (text: string) => unknown

/** A pair of a YAML mapping. Numbers and booleans are text, as written. Lines count from 1. */
export type YamlPair = { readonly key: string; readonly value: unknown; readonly line: number }

/** Reads the pairs of a YAML mapping, in order; undefined where the document is not a mapping. Throws as `ParseYaml`. */
export type ParseYamlPairs = (text: string) => readonly YamlPair[] | undefined

/** A YAML document whose scalars are the texts that were written, whatever they look like. */
export type PlacedYaml = {
  readonly value: unknown
  /** The line of a key or an item, from 1. */
  readonly lineOf: (path: readonly (string | number)[]) => number | undefined
}

/** Reads one YAML document that may hold secrets. Throws SilentYamlError. */
export type ParsePlacedYaml = (text: string) => PlacedYaml

/** Thrown for a text that is not YAML; does not quote the text. */
export class SilentYamlError extends Error {
  override readonly name = 'SilentYamlError'
  /** The line, from 1, if the parser reports it. */
  readonly line: number | undefined

  constructor(message: string, line?: number) {
    super(message)
    this.line = line
  }
}

/** Loads the parser for documents with secrets, only when a run needs it. The limits are those of `loadYaml`. */
export async function loadPlacedYaml(): Promise<ParsePlacedYaml> {
  const { read, isMap, isScalar, isSeq, YAMLParseError } = await loadReader()
  const parse: ParsePlacedYaml = (text) => {
    const { document, value, lineAt } = read(text, { schema: 'failsafe' }, (reading) => ({
      Alias: (_, alias) => {
        if (alias.resolve(reading.document) === undefined) {
          throw new SilentYamlError('a value begins with "*", and no quotes around it', reading.lineAt(alias))
        }
      },
    }))
    const lineOf: PlacedYaml['lineOf'] = (path) => {
      let node: unknown = document.contents
      let line = lineAt(node)
      for (const part of path) {
        if (isSeq(node)) node = node.items[Number(part)]
        else if (isMap(node)) {
          const pair = node.items.find(({ key }) => isScalar(key) && key.value === part)
          line = lineAt(pair?.key) ?? line
          node = pair?.value
          continue
        } else return line
        line = lineAt(node) ?? line
      }
      return line
    }
    return { value, lineOf }
  }
  return (text) => {
    try {
      return parse(text)
    } catch (error) {
      if (error instanceof SilentYamlError) throw error
      if (error instanceof DuplicateKey) throw new SilentYamlError('a mapping has the same key twice', error.line)
      if (error instanceof YAMLParseError) throw new SilentYamlError(describe(error.code), error.linePos?.[0].line)
      // Our own limit errors are safe to show. Messages of the parser may quote the text.
      throw new SilentYamlError(error instanceof OutOfBounds ? error.message : 'it is not valid YAML')
    }
  }
}

function describe(code: string): string {
  const known: Readonly<Record<string, string>> = {
    BAD_INDENT: 'the indentation is wrong',
    BAD_SCALAR_START: 'a value begins with a character that only a quoted text may begin with',
    MISSING_CHAR: 'a quote or a bracket is not closed',
    MULTILINE_IMPLICIT_KEY: 'a key spans several lines',
    TAB_AS_INDENT: 'tabs are not allowed as indentation',
    BLOCK_AS_IMPLICIT_KEY: 'a value that contains ": " is not quoted',
    UNEXPECTED_TOKEN: 'unexpected character',
  }
  return known[code] ?? `it is not valid YAML (${code})`
}

/** Thrown when a document exceeds a limit. */
class OutOfBounds extends Error {
  override readonly name = 'OutOfBounds'
}

/** Thrown for a duplicate key in a mapping. */
class DuplicateKey extends Error {
  override readonly name = 'DuplicateKey'
  /** From 1. */
  readonly line: number

  constructor(key: unknown, { line, col }: { readonly line: number; readonly col: number }) {
    super(`Map keys must be unique: ${JSON.stringify(key).slice(0, 100)} at line ${line}, column ${col}`)
    this.line = line
  }
}

/** Loads the YAML parser, only when a run needs it. Size (`most` characters), depth and number of values of a document are limited. */
export async function loadYaml(most: number = limits.yaml): Promise<ParseYaml> {
  const { read } = await loadReader(most)
  return (text) => read(text).value
}

/** As `loadYaml`, for the pairs of a mapping. */
export async function loadYamlPairs(): Promise<ParseYamlPairs> {
  const { read, isMap, isScalar } = await loadReader()
  // `1.10` is a version, not a number.
  const asWritten: Visitors = {
    Scalar: (key, node) => {
      const isTyped = typeof node.value === 'number' || typeof node.value === 'boolean'
      if (key !== 'key' && isTyped && node.source !== undefined) node.value = node.source
    },
  }
  return (text) => {
    const { document, value, lineAt } = read(text, {}, () => asWritten)
    const { contents } = document
    if (!isMap(contents)) return undefined
    const values = new Map(Object.entries(Object(value)))
    return contents.items.flatMap(({ key }) => {
      if (!isScalar(key)) return []
      const name = String(key.value)
      return [{ key: name, value: values.get(name), line: lineAt(key) ?? 1 }]
    })
  }
}

type Visitors = Exclude<visitor, (...args: never) => unknown>

type Reading = {
  readonly document: Document
  /** The line of a node, from 1. */
  readonly lineAt: (node: unknown) => number | undefined
}

/** Reads a document within the limits; `look` returns an additional check for each node. */
async function loadReader(most: number = limits.yaml) {
  const { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, YAMLParseError } = await import('yaml')
  const read = (text: string, options: SchemaOptions = {}, look: (reading: Reading) => Visitors = () => ({})) => {
    if (text.length > most) throw new OutOfBounds(`it is larger than ${most / 1024} KiB`)
    const lineCounter = new LineCounter()
    // The parser's own check for duplicate keys takes quadratic time.
    const own = { logLevel: 'error', uniqueKeys: false, lineCounter } as const
    const document = withoutOverflow(() => parseDocument(text, { ...options, ...own }))
    const [error] = document.errors
    if (error) throw /^Maximum call stack/.test(error.message) ? tooDeep() : error
    const placeAt = (node: unknown) => (isNode(node) && node.range ? lineCounter.linePos(node.range[0]) : undefined)
    const lineAt: Reading['lineAt'] = (node) => placeAt(node)?.line
    withoutOverflow(() =>
      visit(document, {
        Map: (_, { items }) => {
          const seen = new Set<unknown>()
          for (const { key } of items) {
            const name: unknown = isScalar(key) ? String(key.value) : key
            if (seen.has(name)) throw new DuplicateKey(name, placeAt(key) ?? { line: 1, col: 1 })
            seen.add(name)
          }
        },
        ...look({ document, lineAt }),
      }),
    )
    const value: unknown = withoutOverflow(() => document.toJS({ maxAliasCount: 100 }))
    assertPlain(value)
    return { document, value, lineAt }
  }
  return { read, isMap, isScalar, isSeq, YAMLParseError }
}

/** Runs `work`, and reports a stack overflow of the recursive parser as too deep nesting. */
function withoutOverflow<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof RangeError ? tooDeep() : error
  }
}

/** Throws if a document exceeds the limits with its aliases expanded: an anchor that contains itself nests endlessly, and nested aliases multiply values. */
function assertPlain(root: unknown): void {
  let values = 0
  let level: readonly unknown[] = [root]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limits.yamlDepth) throw tooDeep()
    values += level.length
    if (values > limits.yamlValues) throw new OutOfBounds(`it has more than ${limits.yamlValues} values`)
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []))
  }
}

function tooDeep(): Error {
  return new OutOfBounds(`it is nested deeper than ${limits.yamlDepth} levels, or an anchor contains itself`)
}
