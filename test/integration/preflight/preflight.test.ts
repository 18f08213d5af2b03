import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makePlan, type Plan } from '../../../src/plan/plan.ts'
import { preflight } from '../../../src/preflight/preflight.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { startRegistry } from '../../support/registry.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { tempFolder } from '../../support/temp.ts'

function clientOf() {
  const client = createTestClient()
  onTestFinished(client.close)
  return client
}

function planOf(given: Parameters<typeof inputsOf>[0]): Plan {
  return makePlan(inputsOf(given), factsOf())
}

describe('preflight()', () => {
  test.each([
    { name: 'the Dockerfile of the context', files: ['Dockerfile'], given: {} },
    { name: 'a dockerfile in lower case, as buildx does', files: ['dockerfile'], given: {} },
    { name: 'another file', files: ['docker/app.Dockerfile'], given: { file: 'docker/app.Dockerfile' } },
    { name: 'a file that the builder fetches', files: [], given: { file: 'https://a.example/Dockerfile' } },
  ])('takes $name', async ({ files, given }) => {
    const root = tempFolder(Object.fromEntries(['./', ...files].map((file) => [file, ''])))
    const { build, ...plan } = planOf({ context: root, ...given })
    const file = files.length > 0 && build.file !== undefined ? join(root, build.file) : build.file
    await expect(preflight({ ...plan, build: { ...build, file } }, clientOf())).resolves.toBeUndefined()
  })

  test.each([
    { name: 'no context', files: [], context: 'gone', code: 'context-not-found' },
    { name: 'a file as context', files: ['app'], context: 'app', code: 'context-not-found' },
    { name: 'no Dockerfile', files: ['app/x'], context: 'app', code: 'dockerfile-not-found' },
    { name: 'a folder as Dockerfile', files: ['app/Dockerfile/x'], context: 'app', code: 'dockerfile-not-found' },
  ])('refuses $name', async ({ files, context, code }) => {
    const root = tempFolder(Object.fromEntries(files.map((file) => [file, ''])))
    await expect(preflight(planOf({ context: join(root, context) }), clientOf())).rejects.toMatchObject({ code })
  })

  test('leaves a context that the builder fetches to it', async () => {
    const plan = planOf({ context: 'https://a.example/b.git' })
    await expect(preflight(plan, clientOf())).resolves.toBeUndefined()
  })

  test('opens and cancels an upload in each repository, once', async () => {
    const registry = await startRegistry()
    onTestFinished(registry.close)
    const names = [`${registry.host}/a`, `${registry.host}/b`].join(',')
    const context = tempFolder({ Dockerfile: '' })
    await preflight(planOf({ context, images: names, tags: '1, 2', push: 'true' }), clientOf())
    const uploads = registry.journal.filter(({ kind }) => kind === 'upload-start' || kind === 'upload-cancel')
    expect(uploads.map(({ kind, repository }) => `${kind} ${repository}`).toSorted()).toEqual([
      'upload-cancel a',
      'upload-cancel b',
      'upload-start a',
      'upload-start b',
    ])
    expect(registry.store.uploads.size).toBe(0)
  })

  test('asks no registry when nothing is pushed', async () => {
    const registry = await startRegistry()
    onTestFinished(registry.close)
    const context = tempFolder({ Dockerfile: '' })
    await preflight(planOf({ context, images: `${registry.host}/a`, tags: '1' }), clientOf())
    expect(registry.journal).toEqual([])
  })

  test('refuses what the registry would', async () => {
    const registry = await startRegistry()
    onTestFinished(registry.close)
    registry.misbehave({ on: 'upload-start', do: 'answer', status: 403 })
    const context = tempFolder({ Dockerfile: '' })
    const plan = planOf({ context, images: `${registry.host}/a`, tags: '1', push: 'true' })
    await expect(preflight(plan, clientOf())).rejects.toMatchObject({ code: 'registry-denied' })
  })
})
