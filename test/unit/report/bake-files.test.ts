import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { writeBakeFiles } from '../../../src/report/bake-files.ts'
import { report, reportDryRun } from '../../../src/report/report.ts'
import { createTestHost } from '../../support/host.ts'
import { resultOf } from '../../support/result.ts'
import { tempFolder } from '../../support/temp.ts'

const given = {
  images: 'ghcr.io/acme/app, acme/app',
  tags: '1.2.3, latest',
  labels: 'a=b=c',
  annotations: 'd=e\nindex:f=g',
}

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

it('writeBakeFiles() writes the definitions of docker/metadata-action', () => {
  const host = createTestHost({ tempDir: tempFolder() })
  const files = writeBakeFiles(resultOf(given).plan, host)
  const tags = ['ghcr.io/acme/app:1.2.3', 'ghcr.io/acme/app:latest', 'acme/app:1.2.3', 'acme/app:latest']
  const args = { DOCKER_META_IMAGES: 'ghcr.io/acme/app,acme/app', DOCKER_META_VERSION: '1.2.3' }
  const labels = { a: 'b=c' }
  const annotations = ['manifest:d=e', 'index:f=g']
  expect(Object.fromEntries(Object.entries(files).map(([name, path]) => [name, read(path)]))).toEqual({
    'bake-file': { target: { 'docker-metadata-action': { tags, labels, args } } },
    'bake-file-tags': { target: { 'docker-metadata-action': { tags, args } } },
    'bake-file-labels': { target: { 'docker-metadata-action': { labels } } },
    'bake-file-annotations': { target: { 'docker-metadata-action': { annotations } } },
  })
})

it('writeBakeFiles() uses bake-target as the name of the target', () => {
  const host = createTestHost({ tempDir: tempFolder() })
  const files = writeBakeFiles(resultOf({ ...given, 'bake-target': 'app' }).plan, host)
  expect(Object.keys(read(files['bake-file']).target)).toEqual(['app'])
})

it('writeBakeFiles() escapes text that bake would interpret as an expression', () => {
  const host = createTestHost({ tempDir: tempFolder() })
  const text = '${A} %{ if B } $5 100%'
  const files = writeBakeFiles(resultOf({ ...given, labels: `a=${text}` }).plan, host)
  expect(read(files['bake-file-labels']).target['docker-metadata-action'].labels).toEqual({
    a: '$${A} %%{ if B } $5 100%',
  })
})

it('writeBakeFiles() warns if the files cannot be written', () => {
  const host = createTestHost({ tempDir: join(tempFolder(), 'gone') })
  expect(writeBakeFiles(resultOf(given).plan, host)['bake-file']).toBe('')
  expect(host.log.lines.join()).toContain('Cannot write the files of the outputs bake-file…: ENOENT')
})

it('report() and reportDryRun() set the paths, as outputs and for later steps', () => {
  const { plan, ...outcome } = resultOf({ ...given, push: 'true' })
  const real = createTestHost({ tempDir: tempFolder() })
  report({ plan, host: real }, outcome)
  const dry = createTestHost({ tempDir: tempFolder() })
  reportDryRun(
    { plan: resultOf({ ...given, 'dry-run': 'true' }).plan, host: dry },
    { checked: outcome.checked, omitted: [] },
  )
  for (const host of [real, dry]) {
    const path = host.outputs.get('bake-file-annotations') ?? ''
    expect(dirname(dirname(path))).toBe(host.tempDir)
    expect(read(path).target['docker-metadata-action'].annotations).toEqual(['manifest:d=e', 'index:f=g'])
  }
  expect(real.exported.get('DOCKER_METADATA_OUTPUT_BAKE_FILE_ANNOTATIONS')).toBe(
    real.outputs.get('bake-file-annotations'),
  )
})
