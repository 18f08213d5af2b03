import { describe, expect, test } from 'vitest'
import { parseInputs } from '../../../src/inputs/parse.ts'

function parse(given: Readonly<Record<string, string>>) {
  return parseInputs((name) => given[name] ?? '')
}

describe('attests', () => {
  test.each([
    { given: {}, provenance: undefined, sbom: undefined },
    { given: { attests: 'type=provenance' }, provenance: {}, sbom: undefined },
    { given: { attests: 'mode=max,type=provenance' }, provenance: { mode: 'max' }, sbom: undefined },
    {
      given: { attests: 'type=provenance,mode=min,version=v1\ntype=sbom,generator=a/b' },
      provenance: { mode: 'min', version: 'v1' },
      sbom: { generator: 'a/b' },
    },
    { given: { attests: 'type=sbom,disabled=true' }, provenance: undefined, sbom: undefined },
    { given: { attests: 'type=sbom', provenance: 'max' }, provenance: { mode: 'max' }, sbom: {} },
    { given: { attests: 'type=sbom', sbom: 'false' }, provenance: undefined, sbom: undefined },
  ])('of $given', ({ given, provenance, sbom }) => {
    const { inputs } = parse(given)
    expect(inputs.provenance).toEqual(provenance)
    expect(inputs.sbom).toEqual(sbom)
  })

  test('names the entry that the input of its type replaces', () => {
    expect(parse({ attests: 'type=provenance,mode=max\ntype=sbom', provenance: 'false' }).notices).toEqual([
      'attests: type=provenance is ignored, because the input provenance is given too',
    ])
  })

  test.each([
    ['mode=max', 'attests, line 1: expected one type= (provenance or sbom), found "mode=max"'],
    [
      'type=sbom\ntype=sbomb',
      'attests, line 2: expected type=provenance or type=sbom, found "sbomb"; did you mean sbom?',
    ],
    ['type=sbom\ntype=sbom', 'attests, line 2: has a second entry of type=sbom'],
    ['type=provenance,type=sbom', 'expected one type='],
    ['type=provenance,max', 'expected key=value attributes, found "max"'],
    ['type=provenance,mode=mx', 'expected the mode min or max, found "mx"'],
    ['type=sbom,disabled=yes', 'disabled: expected true or false'],
  ])('rejects %j', (attests, expected) => {
    expect(() => parse({ attests })).toThrow(expected)
  })
})
