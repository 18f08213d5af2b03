import { expect, it } from 'vitest'
import { declareOutputs } from '../../../src/report/declared-outputs.ts'
import { outputRows } from '../../../src/report/output-rows.ts'
import { createTestHost } from '../../support/host.ts'

it('declareOutputs() writes every declared output once, whatever the result of a stage', () => {
  const written: (readonly [string, string])[] = []
  const host = createTestHost()
  const declared = declareOutputs({ ...host.runner, setOutput: (name, value) => void written.push([name, value]) })
  declared.runner.setOutput('digest', 'sha256:0')
  declared.runner.setOutput('error-code', 'build-failed')
  declared.writeRest()
  declared.writeRest()
  const names = written.map(([name]) => name)
  expect([...names].sort()).toEqual(Object.keys(outputRows).sort())
  expect(Object.fromEntries(written)).toMatchObject({
    digest: 'sha256:0',
    'error-code': 'build-failed',
    attempts: '1',
    pushed: 'false',
    image: '',
    tags: '',
  })
})
