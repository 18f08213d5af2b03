import { describe, expect, it } from 'vitest'
import { parseDockerfile } from '../../../../src/dockerfile/read/parse.ts'
import { planStages } from '../../../../src/dockerfile/stages/stages.ts'
import { withTriggers } from '../../../../src/dockerfile/stages/triggers.ts'

/** The stages of a Dockerfile whose images have these triggers, by their name. */
async function complete(
  text: string,
  triggers: Readonly<Record<string, readonly string[]>>,
  contexts: readonly string[] = [],
) {
  const file = 'Dockerfile'
  const plan = planStages(parseDockerfile(text, file), { globals: new Map(), contexts })
  const asked: number[] = []
  const done = await withTriggers(plan, {
    file,
    contexts,
    triggersOf: async ({ base, index }) => {
      asked.push(index)
      if (base.kind === 'context') return triggers[base.name] ?? []
      return (base.kind === 'image' && triggers[base.reference.replace('docker.io/library/', '')]) || []
    },
  })
  return { ...done, asked }
}

describe('withTriggers()', () => {
  it('inserts the triggers at the start, at the line of FROM, and names them', async () => {
    const { stages } = await complete('FROM scratch AS x\nFROM i:1\nLABEL a=b\n', {
      'i:1': ['COPY a /', 'ENV B=1'],
    })
    expect(stages[1]?.instructions.map(({ line, text }) => `${line} ${text}`)).toEqual([
      '2 ONBUILD COPY a /',
      '2 ONBUILD ENV B=1',
      '3 LABEL a=b',
    ])
  })

  it('resolves the stages that they copy from in this Dockerfile', async () => {
    const { stages, needed } = await complete('FROM scratch AS lib\nFROM scratch AS unused\nFROM i:1\n', {
      'i:1': ['COPY --from=Lib a /', 'COPY --from=0 b /', 'COPY --from=other c /'],
    })
    expect([...(stages[2]?.from ?? [])]).toEqual([
      ['Lib', { kind: 'stage', index: 0 }],
      ['0', { kind: 'stage', index: 0 }],
      ['other', { kind: 'image', reference: 'docker.io/library/other:latest' }],
    ])
    expect(needed).toEqual([0, 2])
  })

  it('reads the triggers of stages that triggers need, and of no others', async () => {
    const { stages, needed, asked } = await complete(
      'FROM scratch AS deep\nFROM j:1 AS lib\nFROM j:1 AS unused\nFROM i:1\n',
      { 'i:1': ['COPY --from=lib a /'], 'j:1': ['COPY --from=deep a /'] },
    )
    expect(needed).toEqual([0, 1, 3])
    expect(asked).toEqual([3, 1, 0])
    expect(stages[2]?.instructions).toEqual([])
  })

  it('reads those of a context that replaces an image, but not of one that replaces a stage', async () => {
    const triggers = { lib: ['ENV T=1'] }
    const ofImage = await complete('FROM lib AS a\n', triggers, ['lib'])
    expect(ofImage.stages[0]?.instructions).toHaveLength(1)
    const ofStage = await complete('FROM scratch AS lib\nCOPY x /\nFROM lib\nENV Q=1\n', triggers, ['lib'])
    expect(ofStage.stages.map(({ instructions }) => instructions.length)).toEqual([0, 1])
  })

  it.each([
    { name: 'a later stage', trigger: 'COPY --from=late a /', says: 'cannot copy from stage "late", it needs to be' },
    { name: 'the stage itself', trigger: 'COPY --from=0 a /', says: 'a stage cannot copy from itself' },
    { name: 'a stage that does not exist', trigger: 'COPY --from=7 a /', says: 'invalid stage index 7' },
    { name: 'FROM', trigger: 'FROM x', says: "FROM isn't allowed as an ONBUILD trigger" },
    { name: 'an unknown instruction', trigger: 'COPPY a /', says: 'in the ONBUILD trigger "COPPY a /"' },
  ])('rejects $name, at the line of FROM', async ({ trigger, says }) => {
    const done = complete('FROM i:1\nFROM scratch AS late\nFROM scratch\nCOPY --from=0 a /\n', { 'i:1': [trigger] })
    await expect(done).rejects.toMatchObject({
      code: 'dockerfile-invalid',
      message: expect.stringContaining(says),
      place: { file: 'Dockerfile', line: 1 },
    })
  })
})
