import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { buildArguments, type Call, storeNames } from '../../../../src/engine/buildx/args.ts'
import { makePlan } from '../../../../src/plan/make-plan.ts'
import type { BuildSpec } from '../../../../src/plan/plan.ts'
import { factsOf, inputsOf } from '../../../support/plan.ts'

const golden = new URL('../../../golden/args/', import.meta.url)

const platforms = [{ os: 'linux', architecture: 'amd64' }]
const spec = specOf({})
const call: Call = {
  builder: 'b',
  platforms,
  outputs: [{ kind: 'layout', dir: '/t/layout' }],
  metadataFile: '/t/metadata.json',
  imageIdFile: '/t/image-id',
  addHosts: [],
  progress: 'rawjson',
}

/** A case lists what differs from the minimum: inputs as a workflow sets them, or parsed values. */
type Case = {
  readonly inputs?: Parameters<typeof inputsOf>[0]
  readonly spec?: Partial<BuildSpec>
  readonly call?: Partial<Call>
}

test.each(readdirSync(golden))('buildArguments() returns those of the golden case %s', (name) => {
  const read = (file: string) => JSON.parse(readFileSync(new URL(`${name}/${file}`, golden), 'utf8'))
  const given: Case = read('case.json')
  const ofInputs = given.inputs === undefined ? spec : specOf(given.inputs)
  expect(buildArguments({ ...ofInputs, ...given.spec }, { ...call, ...given.call })).toEqual(read('expected.json'))
})

test('storeNames() returns complete references', () => {
  expect(storeNames([{ registry: 'docker.io', repository: 'library/app', tag: '1' }])).toEqual([
    'docker.io/library/app:1',
  ])
})

function specOf(inputs: Parameters<typeof inputsOf>[0]): BuildSpec {
  return { ...makePlan(inputsOf(inputs), factsOf()).build, context: '/w' }
}
