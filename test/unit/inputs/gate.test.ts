import { describe, expect, it } from 'vitest'
import { splitCommands } from '../../../src/inputs/read/command-line.ts'
import { inputsOf } from '../../support/plan.ts'

const gateOf = (text: string, variables = '') =>
  inputsOf({ 'before-tags': text, 'before-tags-env': variables }).beforeTags

describe('before-tags', () => {
  it('is one command per line, split into words', () => {
    const text = `./scan.sh --level "very high"\n\n  sh -c 'echo a\necho b' \\\n  x\n`
    expect(gateOf(text, 'A, B')).toEqual({
      commands: [
        { words: ['./scan.sh', '--level', 'very high'], line: 1 },
        { words: ['sh', '-c', 'echo a\necho b', 'x'], line: 3 },
      ],
      variables: ['A', 'B'],
    })
    expect(splitCommands(text)).toMatchObject({ value: [{ line: 1 }, { line: 3 }] })
  })

  it('is undefined if empty', () => {
    expect(gateOf(' \n')).toBeUndefined()
  })

  it.each([
    ['scan\ncheck | tee', '', 'before-tags, line 2: "|" needs a shell'],
    ["scan\n'open", '', 'before-tags, line 2: a quote is not closed'],
    ['scan', 'A\nB=1', 'before-tags-env, line 2: expected the name of a variable'],
    ['scan', 'INPUT_PASSWORD', 'before-tags-env, line 1: "INPUT_PASSWORD" is reserved for this step'],
    ['scan', 'ACTIONS_RUNTIME_TOKEN', '"ACTIONS_RUNTIME_TOKEN" is reserved for this step'],
    ['', 'A', 'before-tags-env, line 1: requires before-tags'],
  ])('rejects %j with %j', (text, variables, message) => {
    expect(() => gateOf(text, variables)).toThrow(message)
  })
})
