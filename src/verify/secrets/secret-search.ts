import type { TarEntry } from '../../tree/archive/tar-entry.ts'
import { createFinder, type Match, type Patterns, preparePatterns } from './find-patterns.ts'
import { type Needle, patternsOf } from './patterns-of.ts'

/** A prepared search of an image for secrets. */
export type SecretSearch = {
  readonly needles: readonly Needle[]
  readonly patterns: Patterns
  /** The index of the needle for each pattern. */
  readonly owners: readonly number[]
}

/** A secret in a layer: in the content of a file, or in its name or attributes. */
export type Hit = { readonly needle: number; readonly path: string; readonly part: 'content' | 'header' }

/** Prepares the search; returns undefined if there is nothing to search for. */
export function prepareSearch(needles: readonly Needle[]): SecretSearch | undefined {
  const owned = needles.flatMap(({ text }, number) => patternsOf(text).map((pattern) => ({ pattern, number })))
  if (owned.length === 0) return undefined
  return {
    needles,
    patterns: preparePatterns(owned.map(({ pattern }) => pattern)),
    owners: owned.map(({ number }) => number),
  }
}

/** Returns the indexes of the needles in a text. */
export function needlesIn({ patterns, owners }: SecretSearch, text: string): ReadonlySet<number> {
  const finder = createFinder(patterns)
  finder.next(Buffer.from(text))
  return new Set(finder.matches().map(({ pattern }) => owners[pattern] ?? 0))
}

/** Returns the indexes of the needles in a stream. */
export async function needlesInStream(
  { patterns, owners }: SecretSearch,
  source: AsyncIterable<Uint8Array>,
): Promise<ReadonlySet<number>> {
  const finder = createFinder(patterns)
  for await (const piece of source) finder.next(piece)
  return new Set(finder.matches().map(({ pattern }) => owners[pattern] ?? 0))
}

/** Removes all needles from a text: a path, a key or an instruction may contain them. */
export function withoutSecrets({ needles, patterns }: SecretSearch, text: string): string {
  const shown = needles.map((needle) => needle.text.trim())
  const encoded = patterns.all.map((pattern) => Buffer.from(pattern).toString('utf8'))
  return [...shown, ...encoded].reduce((left, part) => (part === '' ? left : left.replaceAll(part, '***')), text)
}

/** The search of one layer while its entries are read. */
export type LayerSearch = {
  /** Called with each chunk of the uncompressed archive. */
  readonly onContent: (piece: Uint8Array) => void
  /** Called with each entry, in order, after its header has been read. */
  readonly onEntry: (entry: TarEntry) => void
  /** Returns the findings after everything has been read. */
  readonly hits: () => readonly Hit[]
}

export function searchLayer(search: SecretSearch): LayerSearch {
  const { patterns, owners } = search
  const finder = createFinder(patterns)
  const hits = new Map<string, Hit>()
  let current: { readonly path: string; readonly start: number; readonly end: number } | undefined
  let taken = 0
  // A chunk is searched before its entries are known: these are unordered matches of entries to come.
  let pending: readonly Match[] = []
  const add = (needle: number, path: string, part: Hit['part']): void => {
    const key = `${needle} ${path}`
    if (!hits.has(key)) hits.set(key, { needle, path, part })
  }
  /**
   * Matches before `limit` belong to the current entry, or precede the content of the next one and are in its header.
   */
  const place = (limit: number, next: string): void => {
    const open = [...pending, ...finder.matches().slice(taken)]
    taken = finder.matches().length
    pending = open.filter(({ offset }) => offset >= limit)
    for (const { pattern, offset } of open) {
      if (offset >= limit) continue
      const needle = owners[pattern] ?? 0
      if (current && offset < current.end) add(needle, current.path, offset < current.start ? 'header' : 'content')
      else add(needle, next, 'header')
    }
  }
  return {
    onContent: finder.next,
    onEntry: (entry) => {
      const { name, linkTo, node, offset } = entry
      if (pending.length > 0 || finder.matches().length > taken) place(offset, name)
      // A long name is split into two fields of the header.
      for (const text of [name, linkTo, node.target]) {
        if (text !== undefined && text.length > 100)
          for (const needle of needlesIn(search, text)) add(needle, name, 'header')
      }
      current = { path: name, start: offset, end: offset + node.size }
    },
    hits: () => {
      place(Number.POSITIVE_INFINITY, current?.path ?? '')
      return [...hits.values()]
    },
  }
}
