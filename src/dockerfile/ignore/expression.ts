/** What one step of a match requires: a character, a position, or any number of directories, each with its slash. */
export type ExpressionStep =
  | {
      readonly kind: 'read'
      readonly test: Test
      readonly optional: boolean
      readonly repeats: boolean
      /** The text of the step: equal steps have equal texts. */
      readonly written: string
      /** The only character that passes the test, if it is known. */
      readonly literal?: string | undefined
    }
  | { readonly kind: 'look'; readonly holds: (before: string, after: string) => boolean; readonly written: string }
  | { readonly kind: 'folders' }

type Test = (character: string) => boolean

/** A regular expression of the subset that path patterns need: alternatives, each a sequence of steps. */
export type Expression = readonly (readonly ExpressionStep[])[]

const folders = '(.*/)?'
const digits = /\d/
const word = /\w/
const space = /[\t\n\f\r ]/
const most = 1000

/**
 * Parses a regular expression in Go's syntax without groups (except the one for directories); returns undefined if it
 * is invalid. https://pkg.go.dev/regexp/syntax
 */
export function parseExpression(text: string): Expression | undefined {
  const characters = [...text]
  const alternatives: ExpressionStep[][] = [[]]
  for (let at = 0; at < characters.length; ) {
    const steps = alternatives.at(-1) ?? []
    if (characters[at] === '|') {
      alternatives.push([])
      at++
      continue
    }
    if (readCount(characters, at) !== undefined) return undefined
    const read = readStep(characters, at)
    if (read === undefined) return undefined
    at = read.end
    const { step } = read
    const count = readCount(characters, at)
    if (count === undefined) steps.push(step)
    else {
      const repeated = repeat(step, count)
      if (repeated === undefined || readCount(characters, count.end) !== undefined) return undefined
      steps.push(...repeated)
      at = count.end
    }
  }
  return alternatives
}

/** Returns the kind of a character before a step of the kind `look`: characters of one kind have the same result. */
export function boundaryKind(character: string): 'word' | 'other' {
  return word.test(character) ? 'word' : 'other'
}

type Count = { readonly least: number; readonly most: number | undefined; readonly end: number }

/** Reads `{2}`, `{2,}` or `{2,3}`; anything else in braces is literal. */
function readCount(characters: readonly string[], at: number): Count | undefined {
  if (characters[at] !== '{') return undefined
  const close = characters.indexOf('}', at)
  const inside = /^(\d+)(?:(,)(\d*))?$/.exec(characters.slice(at + 1, close).join(''))
  if (close < 0 || inside === null) return undefined
  const [, least = '', comma, greatest = ''] = inside
  const given = comma === undefined ? Number(least) : greatest === '' ? undefined : Number(greatest)
  return { least: Number(least), most: given, end: close + 1 }
}

function repeat(step: ExpressionStep, { least, most: greatest }: Count): readonly ExpressionStep[] | undefined {
  if (least > most || (greatest !== undefined && (greatest > most || greatest < least))) return undefined
  if (step.kind === 'look') return least === 0 ? [] : [step]
  if (step.kind === 'folders' || step.optional) return undefined
  const optional = Array.from({ length: (greatest ?? least) - least }, () => ({ ...step, optional: true }))
  return [
    ...Array.from({ length: least }, () => step),
    ...(greatest === undefined ? [{ ...step, optional: true, repeats: true }] : optional),
  ]
}

type Parsed<T> = T & { readonly end: number }

function readStep(characters: readonly string[], at: number): Parsed<{ readonly step: ExpressionStep }> | undefined {
  const character = characters[at] ?? ''
  if (character === '(') return { step: { kind: 'folders' }, end: at + folders.length }
  if (character === '^') {
    return { step: { kind: 'look', written: '^', holds: (before) => before === '' }, end: at + 1 }
  }
  if (character === '$') return { step: { kind: 'look', written: '$', holds: (_, after) => after === '' }, end: at + 1 }
  if (character === '\\' && /^[AbBz]$/.test(characters[at + 1] ?? '')) {
    const letter = characters[at + 1] ?? ''
    return { step: { kind: 'look', written: `\\${letter}`, holds: readLook(letter) }, end: at + 2 }
  }
  const read = readTest(characters, at)
  if (read === undefined) return undefined
  const repeats = characters[read.end] === '*'
  const written = characters.slice(at, read.end).join('')
  const { test, literal } = read
  const step = { kind: 'read', test, optional: repeats, repeats, written, literal } as const
  return { step, end: read.end + (repeats ? 1 : 0) }
}

function readLook(letter: string): (before: string, after: string) => boolean {
  if (letter === 'A') return (before) => before === ''
  if (letter === 'z') return (_, after) => after === ''
  return (before, after) => (word.test(before) !== word.test(after)) === (letter === 'b')
}

function readTest(characters: readonly string[], at: number): Parsed<Escaped> | undefined {
  const character = characters[at] ?? ''
  if (character === '[') return readClass(characters, at + 1)
  if (character === '.') return { test: (other) => other !== '\n', end: at + 1 }
  if (character !== '\\') return { test: (other) => other === character, literal: character, end: at + 1 }
  const read = readEscape(characters[at + 1])
  return read && { ...read, end: at + 2 }
}

type Escaped = { readonly test: Test; readonly literal?: string }

function readEscape(letter: string | undefined): Escaped | undefined {
  if (letter === undefined || letter > '\x7f') return undefined
  const literal = /[a-z0-9]/i.test(letter) ? controls(letter) : letter
  if (literal !== undefined) return { literal, test: (other) => other === literal }
  const set = /[dw]/i.test(letter) ? (/d/i.test(letter) ? digits : word) : /s/i.test(letter) ? space : undefined
  return set && { test: (other) => set.test(other) === (letter === letter.toLowerCase()) }
}

function controls(letter: string): string | undefined {
  const at = 'aftnrv'.indexOf(letter)
  return at < 0 ? undefined : '\x07\f\t\n\r\v'[at]
}

function readClass(characters: readonly string[], start: number): Parsed<{ readonly test: Test }> | undefined {
  const tests: Test[] = []
  const negated = characters[start] === '^'
  let at = start + (negated ? 1 : 0)
  const readOne = (): Escaped | undefined => {
    const character = characters[at++]
    if (character === undefined) return undefined
    return character === '\\'
      ? readEscape(characters[at++])
      : { literal: character, test: (other) => other === character }
  }
  while (characters[at] !== ']' || tests.length === 0) {
    const low = readOne()
    if (low === undefined) return undefined
    if (low.literal === undefined || characters[at] !== '-' || characters[at + 1] === ']') {
      tests.push(low.test)
      continue
    }
    at++
    const [from, to] = [code(low.literal), code(readOne()?.literal)]
    if (to < from) return undefined
    tests.push((other) => from <= code(other) && code(other) <= to)
  }
  return { test: (character) => tests.some((one) => one(character)) !== negated, end: at + 1 }
}

function code(character: string | undefined): number {
  return character?.codePointAt(0) ?? -1
}
