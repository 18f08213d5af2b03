import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startRegistry } from '../support/registry.ts'
import { createJob, runStepHere } from './support/action.ts'
import { baseOf, type EngineRow, engineRows } from './support/engine-rows.ts'
import { missing } from './support/rig.ts'

// `call` analyzes the Dockerfile: all engines give the same answer, and nothing is built or written.

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.splice(0)) await one()
})

// BuildKit lists arguments of one line in any order.
const dockerfileFrom = (base: string) => `# FROM_IMAGE is the base image
ARG FROM_IMAGE=${base}
ARG UNUSED=1
# VERSION is the version
ARG VERSION=9
FROM scratch AS other
ARG OTHER
# tools is a stage for tools
FROM $FROM_IMAGE AS tools
ARG VERSION
ARG X=$VERSION-x
RUN --mount=type=secret,id=npm,required=true --mount=type=ssh true
FROM scratch
MAINTAINER me
# final is it
FROM scratch AS final
ARG TARGETARCH
ARG A=1
ARG B
COPY --from=tools /etc/passwd /
CMD x
`

// Debian's buildx has no answer for the classic image store, whose BuildKit is the same.
const engines = engineRows.filter(({ name }) => !name.includes('classic'))
const present = engines.filter(({ needs }) => !missing(...needs))

describe.skipIf(missing('docker', 'base', 'cli', 'plugins'))('call', () => {
  const ask = async (question: string, row: EngineRow, more = {}) => {
    const { PATH: bin, ...others } = row.env()
    const path = bin === undefined ? {} : { PATH: `${bin}:${process.env['PATH']}` }
    const job = createJob({ Dockerfile: dockerfileFrom(baseOf(row)) }, { ...others, ...path })
    undo.push(job.remove)
    const result = await runStepHere(job, { ...more, ...row.inputs('registry.example'), call: question })
    const document = JSON.parse((result.outputs['call-result'] || '{}').replaceAll(baseOf(row), 'base'))
    return { ...result, job, document }
  }

  it.each(present)('check with $name annotates findings, fails, and writes nothing', async (row) => {
    const registry = await startRegistry()
    undo.push(registry.close)
    const { status, log, outputs, document, job, leftovers } = await ask('check', row, {
      images: `${registry.host}/app`,
      tags: '1.2',
      push: 'true',
      load: 'true',
      outputs: 'type=oci,dest=image.tar',
      'smoke-test': 'true',
      secrets: 'npm=canary',
    })
    expect(status, log).toBe(1)
    expect(outputs).toMatchObject({ 'error-code': 'dockerfile-invalid', pushed: 'false', digest: '', tags: '' })
    expect(log).toMatch(/^::warning title=Polyarch%3A build check,file=Dockerfile,line=14::.*MaintainerDeprecated/m)
    expect(log).toContain('Build checks found 2 problems in Dockerfile')
    expect(document.warnings).toMatchObject([
      { ruleName: 'MaintainerDeprecated', location: { ranges: [{ start: { line: 14 } }] } },
      { ruleName: 'JSONArgsRecommended', location: { ranges: [{ start: { line: 21 } }] } },
    ])
    expect(outputs['call-result']).not.toContain('sources')
    expect(registry.journal).toEqual([])
    expect(existsSync(join(job.workspace, 'image.tar'))).toBe(false)
    expect(leftovers).toEqual([])
  })

  it('outline and targets are the same from all engines', async () => {
    for (const question of ['outline', 'targets']) {
      const answers: Awaited<ReturnType<typeof ask>>[] = []
      for (const row of present) {
        answers.push(await ask(question, row, { 'build-args': 'A=canary', platforms: 'amd64, arm64' }))
      }
      const [ofBuildKit] = answers
      for (const { status, log, outputs, document } of answers) {
        expect(status, log).toBe(0)
        expect(document).toEqual(ofBuildKit?.document)
        expect(`${log}${outputs['call-result']}`).not.toContain('canary')
        expect(log).toMatch(question === 'outline' ? /^VERSION +9 +is the version$/m : /^final \(default\) +scratch/m)
      }
    }
  })
})
