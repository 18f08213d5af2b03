import { expect, test } from 'vitest'
import { ActionError } from '../../../src/errors/action-error.ts'
import { parseInputs } from '../../../src/inputs/parse.ts'
import { type InputName, inputRows } from '../../../src/inputs/schema.ts'
import { parseReference } from '../../../src/oci/reference.ts'
import { rowsOfColumn, seededPart } from '../../support/seeded-part.ts'

const words = [
  ...[
    '"',
    '""',
    ',',
    '\n',
    '\r\n',
    '=',
    '#',
    ' ',
    '\t',
    '/',
    '//',
    ':',
    '@',
    '[',
    ']',
    '{{',
    '}}',
    '.',
    '-',
    '\\',
    '\0',
    'é',
    '😀',
  ],
  ...[
    'a',
    'A',
    '1',
    'acme/app',
    'ghcr.io',
    'localhost:5000',
    'latest',
    'v1.2.3',
    'type=raw',
    'KEY=value',
    'true',
    'false',
  ],
  ...[
    'linux',
    'arm64',
    'windows(1)/amd64',
    'index:',
    'manifest[',
    'mode=max',
    'sha256:',
    'https://',
    '__proto__',
    'defaultContext',
  ],
]
const names = Object.keys(inputRows) as readonly InputName[]

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function randomText(random: () => number): string {
  const pieces = Array.from({ length: Math.floor(random() * 12) }, () => {
    if (random() < 0.2) return String.fromCharCode(Math.floor(random() * 0x10000))
    return words[Math.floor(random() * words.length)] ?? ''
  })
  return pieces.join('')
}

/** The parsed inputs, or undefined if they are rejected with an expected error. */
function parse(texts: Partial<Record<InputName, string>>) {
  try {
    return parseInputs((name) => texts[name] ?? '')
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) throw thrown
    expect(thrown.code).toBe('input-invalid')
    expect(thrown.message).not.toBe('')
    return undefined
  }
}

// A minute and more if other tests keep both cores busy.
const patient = { timeout: 300_000 }

test('parseInputs() returns inputs or input-invalid for any text of one input', patient, () => {
  const rounds = seededPart([...Array(400).keys()], 80)
  let accepted = 0
  for (const round of rounds) {
    const random = randomNumbers(round)
    for (const name of names) if (parse({ [name]: randomText(random) })) accepted++
  }
  // Otherwise the texts would be too random to pass the first check.
  expect(accepted).toBeGreaterThan(rounds.length)
})

test('parseInputs() returns inputs or input-invalid for any text of all inputs, one problem per line', patient, () => {
  for (const round of seededPart([...Array(400).keys()], 20)) {
    const random = randomNumbers(1_000 + round)
    const texts = Object.fromEntries(names.map((name) => [name, randomText(random)]))
    try {
      parseInputs((name) => texts[name] ?? '')
    } catch (thrown) {
      if (!(thrown instanceof ActionError)) throw thrown
      const [title = '', ...lines] = thrown.message.split(/\r\n|[\n\r]/)
      if (lines.length === 0) expect(title).toMatch(/^Invalid input: [a-z-]+/)
      for (const line of lines) expect(line).toMatch(/^(?:[a-z-]+(?:, line \d+)?: .|and \d+ more$)/)
    }
  }
})

test('parseInputs() returns names that parse again', patient, () => {
  for (const round of seededPart([...Array(3000).keys()], 15)) {
    const parsed = parse({ images: randomText(randomNumbers(10_000 + round)) })
    for (const { registry, repository } of parsed?.inputs.images ?? []) {
      expect(parseReference(`${registry}/${repository}`)).toEqual({ registry, repository })
    }
  }
})

const pieces = [
  'a',
  '/',
  '"',
  ',',
  '\n',
  'a,',
  'a\n',
  '"\n',
  '=',
  '#',
  ' ',
  '-',
  '{{',
  'a/',
  'type=a,',
  'a=1,"b"\n',
  'index:[',
]

test.each(pieces.map((piece, column) => ({ piece, column })))(
  'parseInputs() terminates for 10 000 times $piece in any input',
  ({ piece, column }) => {
    const text = piece.repeat(10_000)
    for (const name of rowsOfColumn(names, column % 8, 8)) expect(() => parse({ [name]: text })).not.toThrow()
  },
)
