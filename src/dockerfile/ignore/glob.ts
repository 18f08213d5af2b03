import { quoteFound, textError } from '../problem.ts'

type Test = (character: string) => boolean
/** An optional `*` and the tests that follow it. */
type Chunk = { readonly star: boolean; readonly tests: readonly Test[] }

/** A pattern of Go's filepath.Match. */
export type Glob = { readonly chunks: readonly Chunk[] }

/**
 * Parses a pattern of COPY and ADD: `*` and `?` match any characters except "/", `[a-z]` and `[^a-z]` one of a class,
 * and "\" escapes the next character. `**` is equivalent to `*`. https://pkg.go.dev/path/filepath#Match
 *
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function parseGlob(pattern: string): Glob {
  const characters = [...pattern]
  const chunks: { readonly star: boolean; readonly tests: Test[] }[] = [{ star: false, tests: [] }]
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    if (character === '*') {
      chunks.push({ star: true, tests: [] })
      continue
    }
    const tests = chunks.at(-1)?.tests
    if (character === '?') tests?.push((other) => other !== '/')
    else if (character === '[') {
      const read = readClass(characters, at + 1, pattern)
      tests?.push(read.test)
      at = read.end
    } else {
      const literal = character === '\\' ? characters[++at] : character
      if (literal === undefined) throw badPattern(pattern)
      tests?.push((other) => other === literal)
    }
  }
  return { chunks: chunks.filter(({ star, tests }, index) => index === 0 || star || tests.length > 0) }
}

/** Whether the pattern matches all of `path`. Takes the first match of each part without backtracking, as Go does. */
export function matchGlob({ chunks }: Glob, path: string): boolean {
  const characters = [...path]
  let at = 0
  for (const [index, chunk] of chunks.entries()) {
    const last = index === chunks.length - 1
    const next = place(chunk, characters, { at, last })
    if (next === undefined) return false
    at = next
  }
  return at === characters.length
}

function place(
  { star, tests }: Chunk,
  characters: readonly string[],
  { at, last }: { readonly at: number; readonly last: boolean },
): number | undefined {
  for (let start = at; start <= characters.length; start++) {
    const end = start + tests.length
    const fits = end <= characters.length && tests.every((test, index) => test(characters[start + index] ?? ''))
    if (fits && (!last || end === characters.length)) return end
    if (!star || characters[start] === '/') return undefined
  }
  return undefined
}

function readClass(characters: readonly string[], start: number, pattern: string) {
  let at = start
  const negated = characters[at] === '^'
  if (negated) at++
  const readOne = () => {
    const first = characters[at]
    if (first === '-' || first === ']') throw badPattern(pattern)
    if (first === '\\') at++
    const character = characters[at++]
    // The class must be closed, so more characters must follow.
    if (character === undefined || at >= characters.length) throw badPattern(pattern)
    return character.codePointAt(0) ?? 0
  }
  const ranges: { readonly low: number; readonly high: number }[] = []
  while (characters[at] !== ']' || ranges.length === 0) {
    const low = readOne()
    let high = low
    if (characters[at] === '-') {
      at++
      high = readOne()
    }
    ranges.push({ low, high })
  }
  const test: Test = (character) => {
    const code = character.codePointAt(0) ?? 0
    return ranges.some(({ low, high }) => low <= code && code <= high) !== negated
  }
  return { test, end: at }
}

function badPattern(pattern: string) {
  return textError(`syntax error in pattern ${quoteFound(pattern)}`)
}
