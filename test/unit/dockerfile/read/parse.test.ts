import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseDockerfile, parseTrigger } from '../../../../src/dockerfile/read/parse.ts'
import { ActionError } from '../../../../src/errors/action-error.ts'
import { createRandom } from '../../../support/random.ts'
import { seededPart } from '../../../support/seeded-part.ts'

const golden = new URL('../../../golden/dockerfile/', import.meta.url)
const cases = readdirSync(golden).map((name) => {
  const file = (of: string) => new URL(`${name}/${of}`, golden)
  return { name, text: readFileSync(file('Dockerfile'), 'utf8'), file, isValid: existsSync(file('expected.json')) }
})
const valid = cases.filter(({ isValid }) => isValid)
const invalid = cases.filter(({ isValid }) => !isValid)

function refusal(text: string): ActionError {
  try {
    parseDockerfile(text, 'Dockerfile')
  } catch (thrown) {
    if (thrown instanceof ActionError) return thrown
    throw thrown
  }
  throw new Error('It was not refused')
}

describe('parseDockerfile()', () => {
  it.each(valid)('reads the golden case $name', ({ text, file }) => {
    const expected: object = JSON.parse(readFileSync(file('expected.json'), 'utf8'))
    expect(parseDockerfile(text, 'Dockerfile')).toEqual({ file: 'Dockerfile', ...expected })
  })

  it.each(invalid)('rejects the golden case $name', ({ text, file }) => {
    const { code, message, place } = refusal(text)
    expect(code).toBe('dockerfile-invalid')
    expect(`${message}\n`).toBe(readFileSync(file('expected-error.txt'), 'utf8'))
    expect(place?.line).toBe(Number(/Dockerfile:(\d+)/.exec(message)?.[1]))
  })

  it('rejects a line longer than BuildKit accepts, and accepts a shorter one', () => {
    const line = (length: number) => `FROM scratch\nLABEL a=${'x'.repeat(length - 8)}\n`
    expect(parseDockerfile(line(65_535), 'Dockerfile').stages).toHaveLength(1)
    expect(refusal(line(65_536))).toMatchObject({ place: { line: 2 } })
  })

  it('reads deep ONBUILD and many flags without a stack overflow', () => {
    expect(refusal(`FROM scratch\n${'ONBUILD '.repeat(8000)}`).message).toContain('ONBUILD ONBUILD')
    expect(refusal(`FROM scratch\nCOPY ${'--link '.repeat(9000)}a b`).message).toContain('duplicate flag')
  })

  it('returns the same for the texts of its instructions, one per line', () => {
    // Here-documents are not in the text of their instruction.
    for (const { text } of valid.filter((one) => !/<<|escape|\\\r?\n/.test(one.text))) {
      const { globalArguments, stages } = parseDockerfile(text, 'Dockerfile')
      const lines = [...globalArguments, ...stages.flatMap((stage) => [stage, ...stage.instructions])]
      const again = parseDockerfile(lines.map((one) => one.text).join('\n'), 'Dockerfile')
      expect(again.stages.map(placeless)).toEqual(stages.map(placeless))
    }
  })

  it('throws only its own error for any text', () => {
    let random = createRandom(20)
    const pick = <T>(from: ArrayLike<T>) => from[Math.floor(random() * from.length)]
    const pieces = [
      '\n',
      '\\',
      '\\\n',
      '"',
      "'",
      '=',
      '$',
      '${',
      '<<EOF',
      '\nEOF\n',
      '--',
      '[',
      '#',
      '`',
      '\r\n',
      '\u00a0',
      '😀',
      '\0',
    ]
    for (const round of seededPart([...Array(3000).keys()], 5)) {
      random = createRandom(round)
      let text = pick(cases)?.text ?? ''
      for (let change = 0; change < 4; change++) {
        const at = Math.floor(random() * (text.length + 1))
        text = text.slice(0, at) + pick(pieces) + text.slice(at + Math.floor(random() * 3))
      }
      if (round % 10 === 0) text = Array.from({ length: 80 }, () => String.fromCharCode(random() * 256)).join('')
      try {
        expect(parseDockerfile(text, 'Dockerfile').stages).not.toHaveLength(0)
      } catch (thrown) {
        expect(thrown, JSON.stringify(text)).toMatchObject({ code: 'dockerfile-invalid' })
      }
    }
  })
})

describe('parseTrigger()', () => {
  const from = { file: 'Dockerfile', line: 7 }

  it('places the instruction at the FROM that triggers it', () => {
    expect(parseTrigger('COPY <<EOF /x\nhello\nEOF', from)).toMatchObject({
      kind: 'copy',
      line: 7,
      endLine: 7,
      files: [{ name: 'EOF', content: 'hello\n' }],
    })
  })

  it.each([
    ['an unknown instruction', 'COPPY a b'],
    ['two instructions', 'LABEL a=b\nLABEL c=d'],
    ['nothing', ''],
  ])('rejects %s', (_, expression) => {
    expect(() => parseTrigger(expression, from)).toThrow(
      expect.objectContaining({ code: 'dockerfile-invalid', place: { file: 'Dockerfile', line: 7 } }),
    )
  })
})

function placeless(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner) => (key === 'line' || key === 'endLine' ? undefined : inner)))
}
