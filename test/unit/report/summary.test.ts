import { describe, expect, test } from 'vitest'
import type { Step } from '../../../src/engine/built.ts'
import { ActionError } from '../../../src/errors/action-error.ts'
import { summarizeEmulation } from '../../../src/report/emulated.ts'
import { summaryOf } from '../../../src/report/summary.ts'
import { foreignElements, render } from '../../support/rendered.ts'
import { fakeDigest, legPlan, resultOf } from '../../support/result.ts'

const step = (name: string, platform: string | undefined, cached: boolean, milliseconds: number): Step => ({
  name,
  platform,
  cached,
  milliseconds,
})
const steps = [
  step('[internal] load build definition', undefined, false, 90),
  step('[linux/amd64 1/2] FROM x', 'linux/amd64', true, 5000),
  step('[linux/amd64 2/2] RUN y', 'linux/amd64', false, 1250),
  step('[linux/arm/v7 2/2] RUN y', 'linux/arm/v7', false, 64_000),
  step('[linux/amd64->arm64 build 2/2] RUN y', 'linux/arm64', false, 2000),
]
function writtenOf(given: Parameters<typeof resultOf>[0]): ReturnType<typeof resultOf> {
  const result = resultOf(given)
  return { ...result, exported: { ...result.exported, outputs: result.plan.outputs } }
}

const images = 'ghcr.io/acme/app'

function partly(): ReturnType<typeof resultOf> {
  const result = resultOf({ images, tags: '1.2.3, 1.2.4, 1.2.5, 1.2.6, latest', push: 'true' })
  const hint = 'See what | says,\nand do it.'
  const error = new ActionError('registry-refused', 'Cannot push to https://me:secret@ghcr.io: no', { hint })
  const outcomes = [
    { outcome: 'written' },
    { outcome: 'unchanged' },
    { outcome: 'skipped', digest: fakeDigest('a') },
    { outcome: 'failed', error },
    { outcome: 'not attempted' },
  ] as const
  const tags = outcomes.flatMap((outcome, at) => {
    const reference = result.plan.references[at]
    return reference ? [{ reference, ...outcome }] : []
  })
  return { ...result, published: result.published && { ...result.published, tags, error } }
}

test.each([
  {
    name: 'published',
    result: resultOf({ images, tags: '1.2.3, latest', platforms: 'amd64, arm32, arm64', push: 'true' }),
  },
  { name: 'published-in-part', result: partly() },
  { name: 'built', result: resultOf({ images, load: 'false' }) },
  { name: 'written', result: writtenOf({ images, outputs: 'out\ntype=oci,dest=image.tar' }) },
  { name: 'loaded', result: resultOf({ images }) },
  { name: 'without-a-name', result: resultOf({ platforms: 'amd64, arm64' }) },
])('summaryOf() writes the golden summary $name', async ({ name, result }) => {
  const summary = summaryOf({ ...result, built: { ...result.built, steps } })
  await expect(summary).toMatchFileSnapshot(`../../golden/summary/${name}.md`)
})

/** Text that would be a link, a picture, a heading, a mention or an element. */
const hostile =
  '\n\n# x\n\n[a](https://evil.example) ![b](https://evil.example/x.png) <img src=x> </details> @someone #12 | www.evil.example ``` `y'

test('summaryOf() and its parts escape text from outside in every place', () => {
  const result = partly()
  const { plan, published } = result
  const error = new ActionError('registry-refused', `Cannot push: ${hostile}`, { hint: hostile })
  if (plan.engine.name !== 'buildx' || published === undefined) throw new Error('unexpected plan')
  const reference = { registry: 'a', repository: `b${hostile}`, tag: hostile }
  const problem = new ActionError('smoke-failed', hostile)
  const summary = summaryOf({
    ...result,
    plan: {
      ...plan,
      engine: { ...plan.engine, because: hostile, method: { name: 'layout', because: hostile } },
      references: [reference],
      listed: [reference],
    },
    built: { ...result.built, steps: [step(`[1/2] RUN ${hostile}`, undefined, false, 1)] },
    exported: {
      ...result.exported,
      outputs: [{ kind: 'files', form: 'folder', dest: hostile, platformSplit: undefined }],
    },
    smoked: [
      { platform: `linux/${hostile}`, emulated: false, milliseconds: 1, log: [hostile, '```', '</details>'], problem },
      { platform: `linux/${hostile}`, emulated: false, milliseconds: 1, log: [], problem: undefined },
    ],
    published: { ...published, tags: [{ reference, outcome: 'failed', error }] },
  })
  expect(foreignElements(render(summary))).toEqual([])
  const emulation = summarizeEmulation(
    [{ platform: 'linux/arm64', line: 1, text: hostile, milliseconds: 1 }],
    `Dockerfile${hostile}`,
  )
  expect(foreignElements(render(emulation.join('\n')))).toEqual([])
})

test('summaryOf() has the labels, folded, and at most as many as people read', () => {
  const summary = summaryOf(resultOf({ labels: 'a=b|c\nd=</details>`x`' }))
  expect(summary).toContain('<details><summary>Labels (2)</summary>\n\n| Label | Value |\n| --- | --- |\n| `a` | ')
  expect(summary).not.toContain('| b|c')
  expect(summary.match(/^<\/details>$/gm)).toHaveLength(1)
  const many = Array.from({ length: 60 }, (_, at) => `k${at}=v`).join('\n')
  expect(summaryOf(resultOf({ labels: many }))).toContain('10 more in the output `labels`')
})

describe('summaryOf() of a job that builds a part of the platforms', () => {
  const plan = legPlan()
  const { images: whole, published } = resultOf({
    images: 'acme/app',
    tags: '1',
    platforms: 'amd64, arm64',
    push: 'true',
  })
  const own = whole.slice(1)

  test('names the platforms that are missing', () => {
    const leg = { kind: 'waiting', images: own, missing: plan.leg?.platforms.slice(0, 1) ?? [] } as const
    const summary = summaryOf(resultOf({ images: 'acme/app' }, { plan, leg, images: own }))
    expect(summary).toContain('### Pushed linux/arm64 of `acme/app`')
    expect(summary).toContain(
      'No tag is written yet: the job that completes the image writes them. Missing: `linux/amd64`.',
    )
    expect(summary).not.toContain('docker pull')
  })

  test('says that another job wrote the tags', () => {
    const leg = { kind: 'joined elsewhere', images: own, digest: fakeDigest('f') } as const
    const summary = summaryOf(resultOf({ images: 'acme/app' }, { plan, leg, images: own }))
    expect(summary).toContain(`Another job joined the image \`${fakeDigest('f')}\` and wrote its tags.`)
  })

  test('shows which platforms other jobs have built', () => {
    if (published === undefined) throw new Error('Nothing was pushed')
    const leg = { kind: 'published', images: own, published, omitted: [] } as const
    const summary = summaryOf(resultOf({ images: 'acme/app' }, { plan, leg, published, images: whole }))
    expect(summary).toContain('This job built `linux/arm64` and joined the image from the results of all jobs.')
    expect(summary).toMatch(/`linux\/amd64` \|.*\| in another job \| in another job \|/)
    expect(summary).toMatch(/`linux\/arm64` \|.*\| no RUN steps \|/)
  })

  test('names the platforms of a job that was omitted, whether the image is complete or not', () => {
    if (published === undefined) throw new Error('Nothing was pushed')
    const [platform] = plan.build.platforms
    if (platform === undefined) throw new Error('The job has no platform')
    const empty = { ...plan, build: { ...plan.build, platforms: [] } }
    const omitted = [{ platform, code: 'build-failed', message: 'Cannot build', place: undefined }]
    const waiting = { kind: 'waiting', images: [], missing: [{ os: 'linux', architecture: 'amd64' }] } as const
    const before = summaryOf(resultOf({ images: 'acme/app' }, { plan: empty, leg: waiting, images: [], omitted }))
    expect(before).toContain('### Omitted linux/arm64 of `acme/app`')
    expect(before).toContain('- `linux/arm64` is optional and is not in the image: `Cannot build`')
    const unknown = { ...waiting, missing: [] } as const
    expect(summaryOf(resultOf({ images: 'acme/app' }, { plan: empty, leg: unknown, images: [], omitted }))).toContain(
      'writes the tags, or has already written them.',
    )
    const joined = { kind: 'published', images: [], published, omitted } as const
    const after = summaryOf(
      resultOf({ images: 'acme/app' }, { plan: empty, leg: joined, published, images: own, omitted }),
    )
    expect(after).toContain('This job joined the image from the results of all jobs.')
  })
})

test('summaryOf() names the node of each platform', () => {
  const result = resultOf({ images: 'ghcr.io/acme/app' })
  const lines = ['linux/amd64: node a, declared for it, native', 'linux/arm64: node b, declared for it']
  const summary = summaryOf({ ...result, built: { ...result.built, nodes: lines } })
  expect(summary).toContain(`Nodes:\n\n- \`${lines[0]}\`\n- \`${lines[1]}\`\n`)
  expect(summaryOf({ ...result, built: { ...result.built, nodes: [] } })).not.toContain('Nodes:')
})

test('summaryOf() lists what the verification found with `verify: warn`, as text', () => {
  const problems = Array.from(
    { length: 22 },
    (_, at) => new ActionError('platform-mismatch', `Cannot use the image: /bin/${at} is <b>\`ELF\`</b> for amd64`),
  )
  const verified = [{ platform: 'linux/arm64', layers: { read: 1, all: 1 }, programs: 22, notes: [], problems }]
  const text = summaryOf({ ...resultOf({ images, push: 'false' }), verified })
  expect(text).toContain('#### Problems\n\n- ``Cannot use the image: /bin/0 is <b>`ELF`</b> for amd64``\n')
  expect(text.match(/Cannot use the image/g)).toHaveLength(20)
  expect(text).toContain('- 2 more in the log\n')
  expect(foreignElements(render(text))).toEqual([])
  expect(summaryOf(resultOf({ images, push: 'false' }))).not.toContain('Problems')
})

test('summaryOf() collapses many tags, except for those that are not this image', () => {
  const names = Array.from({ length: 12 }, (_, at) => `1.${at}`)
  const result = resultOf({ images, tags: names.join(','), push: 'true' })
  const { published } = result
  if (published === undefined) throw new Error('The sample is not published')
  const all = summaryOf(result)
  expect(all).toContain('<details><summary>12 tags</summary>\n\n| Tag | Result |')
  expect(all.match(/\| `ghcr\.io\/acme\/app:1\.\d+` \| written \|/g)).toHaveLength(12)
  const tags = result.plan.references.map((reference, at) =>
    at === 3
      ? ({ reference, outcome: 'skipped', digest: fakeDigest('a') } as const)
      : ({ reference, outcome: 'written' } as const),
  )
  const [open = ''] = summaryOf({ ...result, published: { ...published, tags } }).split('<details>')
  expect(open).toContain('| `ghcr.io/acme/app:1.3` | skipped')
  expect(open).not.toContain('app:1.4')
  expect(summaryOf({ ...result, published: { ...published, tags } })).toContain('12 tags, 11 of them are this image')
})
