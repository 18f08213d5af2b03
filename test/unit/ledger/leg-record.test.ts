import { expect, test } from 'vitest'
import { limits } from '../../../src/bounds/limits.ts'
import { type LegRecord, readRecord, recordDocument } from '../../../src/ledger/leg-record.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import { fakeDigest } from '../../support/result.ts'

const record: LegRecord = {
  platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
  manifests: [{ mediaType: mediaType.ociManifest, digest: fakeDigest('a'), size: 10 }],
  plan: { tags: 'acme/app:1.0', commit: 'abc' },
  annotations: { 'index:a': 'b' },
  attempt: 2,
  job: 'image 7',
  nonce: 'one',
  time: '2026-01-02T03:04:05.000Z',
}

test('readRecord() returns what recordDocument() wrote', () => {
  const { bytes, descriptor } = recordDocument(record)
  expect(descriptor).toMatchObject({ mediaType: mediaType.ociIndex, size: bytes.length })
  expect(readRecord(bytes)).toEqual(record)
})

test('readRecord() returns whether two jobs build the platform, and accepts a record without a nonce', () => {
  const ambiguous = { ...record, isAmbiguous: true } as const
  expect(readRecord(recordDocument(ambiguous).bytes)).toEqual(ambiguous)
  expect(readRecord(index({ ...said, nonce: undefined }))).toEqual({ ...record, nonce: '' })
})

test('readRecord() returns the record of an omitted platform, which refers to no manifest', () => {
  const omitted = { ...record, manifests: [], omitted: 'build-failed' }
  expect(readRecord(recordDocument(omitted).bytes)).toEqual(omitted)
})

test('recordDocument() has the media type of Docker for an image of Docker', () => {
  const manifests = [{ mediaType: mediaType.dockerManifest, digest: fakeDigest('a'), size: 10 }]
  expect(recordDocument({ ...record, manifests }).descriptor.mediaType).toBe(mediaType.dockerIndex)
})

test('recordDocument() throws for a record over the limit', () => {
  const annotations = { 'index:a': 'x'.repeat(limits.legRecord) }
  expect(() => recordDocument({ ...record, annotations })).toThrow('Cannot record linux/arm/v7: the record is larger')
})

const index = (said: unknown, manifests: unknown = record.manifests) =>
  Buffer.from(
    JSON.stringify({
      ...{ schemaVersion: 2, mediaType: mediaType.ociIndex, manifests },
      annotations: { 'dev.polyarch.leg': typeof said === 'string' ? said : JSON.stringify(said) },
    }),
  )
const { platform: _, manifests: __, ...rest } = record
const said = { format: 1, platform: 'linux/arm/v7', ...rest }

test.each([
  ['no JSON', Buffer.from('no')],
  ['an index without a record', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [] }))],
  ['a manifest', Buffer.from(JSON.stringify({ schemaVersion: 2, config: record.manifests[0], layers: [] }))],
  ['a record of another format', index({ ...said, format: 2 })],
  ['a platform that does not exist', index({ ...said, platform: 'linux/x' })],
  ['a plan that is not of texts', index({ ...said, plan: { tags: 1 } })],
  ['an attempt that is not a number', index({ ...said, attempt: '1' })],
  ['a record without manifests', index(said, [])],
  ['an omitted platform with manifests', index({ ...said, omitted: 'build-failed' })],
  ['an omitted platform for a reason that is not a code', index({ ...said, omitted: 'A secret' }, [])],
  ['an omitted platform without a reason', index({ ...said, omitted: false }, [])],
  ['text that is not JSON', index('{')],
  ['a record over the limit', index({ ...said, job: 'x'.repeat(limits.legRecord) })],
])('readRecord() returns undefined for %s', (_name, bytes) => {
  expect(readRecord(bytes)).toBeUndefined()
})

test('readRecord() reads the record that these tests change', () => {
  expect(readRecord(index(said))).toEqual(record)
})
