import { describe, expect, it } from 'vitest'
import { lintText } from '../../support/lint.ts'
import { sizeOf } from '../../support/seeded-part.ts'

function rules(text: string): readonly string[] {
  return lintText({ text }).map(({ line, rule }) => `${line} ${rule}`)
}

// test/e2e/lint.test.ts compares the findings with those of BuildKit.
describe('lint()', () => {
  it('treats variables that an image may set as set', () => {
    expect(rules('FROM image\nENV A=$B\nWORKDIR $HOME\nCOPY $C /\n')).toEqual([])
    expect(rules('FROM image AS a\nFROM a\nWORKDIR ${X#y}\nWORKDIR z\n')).toEqual([])
    expect(rules('FROM image\nARG D=\nWORKDIR ${D}x\n')).toEqual(['3 WorkdirRelativePath'])
    expect(rules('FROM scratch\nWORKDIR $D\n')).toEqual(['2 UndefinedVar', '2 WorkdirRelativePath'])
  })

  it('finds the other problems of an instruction whose variable must be set and may be', () => {
    expect(rules('FROM image\nENV A=${B:?}\nCMD x\n')).toEqual(['3 JSONArgsRecommended'])
  })

  it('omits rules that are skipped, by name or all', () => {
    const text = 'FROM scratch\nMAINTAINER me\nCMD x\n'
    expect(rules(`# check=skip=MaintainerDeprecated\n${text}`)).toEqual(['4 JSONArgsRecommended'])
    expect(rules(`# check=error=true; skip=all\n${text}`)).toEqual([])
  })

  it('handles a file of thousands of invalid lines', () => {
    const count = sizeOf(10_000, 2_500)
    const names = Array.from({ length: count }, (_, index) => `ENV A${index}=$B${index}`).join('\n')
    expect(rules(`FROM scratch\n${names}\n`)).toHaveLength(count)
    expect(rules(`# c\nFROM scratch\n${'CMD x\n'.repeat(3 * count)}`)).toHaveLength(6 * count - 1)
    expect(rules(`${'# c\n'.repeat(6 * count)}FROM scratch\n`)).toEqual([])
  })
})

it('the shell form is accepted if the image has a SHELL, also inherited from a stage', () => {
  const text = 'FROM a AS one\nCMD x\nFROM one\nENTRYPOINT y\nFROM b\nCMD z\n'
  const rules = (withShell: readonly number[]) =>
    lintText({ text, withShell }).map(({ rule, line }) => `${rule} ${line}`)
  expect(rules([0])).toEqual(['JSONArgsRecommended 6'])
  expect(rules([])).toEqual(['JSONArgsRecommended 2', 'JSONArgsRecommended 4', 'JSONArgsRecommended 6'])
})
