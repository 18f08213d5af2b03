import { expect, test } from 'vitest'
import { recordDocument } from '../../../src/ledger/leg-record.ts'
import { openRegistryLedger } from '../../../src/ledger/registry-ledger.ts'
import { digestOf } from '../../../src/oci/digest.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'
import type { RegistryClient } from '../../../src/registry/client.ts'
import { createTestHost } from '../../support/host.ts'

const platforms = ['linux/amd64', 'linux/arm64', 'linux/s390x'].map(parsePlatform)
const bytes = Buffer.from('{}')
const image = { descriptor: { mediaType: mediaType.ociIndex, digest: digestOf(bytes), size: 2 }, bytes }

/** Clears three records of a registry; returns the most deletions and writes that ran at the same time. */
async function clear(problem: string | undefined) {
  const most = { delete: 0, put: 0 }
  const running = { delete: 0, put: 0 }
  const during = async <T>(kind: 'delete' | 'put', result: T): Promise<T> => {
    running[kind] += 1
    most[kind] = Math.max(most[kind], running[kind])
    await new Promise(setImmediate)
    running[kind] -= 1
    return result
  }
  const client = {
    getManifest: async (_: unknown, tag: string) => {
      const platform = platforms.find(({ architecture }) => tag.endsWith(architecture))
      if (platform === undefined) throw new Error(tag)
      const manifest = { mediaType: mediaType.ociManifest, digest: digestOf(Buffer.from(tag)), size: 1 }
      const record = {
        platform,
        manifests: [manifest],
        plan: {},
        annotations: {},
        attempt: 1,
        job: '1',
        nonce: '1',
        time: '1',
      }
      return recordDocument(record)
    },
    deleteManifest: () => during('delete', problem),
    putManifest: () => during('put', image.descriptor.digest),
  } as unknown as RegistryClient
  const host = createTestHost()
  const ledger = openRegistryLedger({
    ...{ client, repository: { registry: 'r.example', repository: 'app' }, key: '0123', host },
  })
  await ledger.collect(platforms)
  await ledger.clear(platforms, image)
  host.close()
  return { most, lines: host.log.lines }
}

test('clear() deletes the records at the same time', async () => {
  expect(await clear(undefined)).toMatchObject({ most: { delete: 3, put: 0 } })
})

test('clear() replaces records that the registry does not delete, at the same time, and names all of them', async () => {
  const { most, lines } = await clear('the registry answered 405')
  expect(most).toEqual({ delete: 3, put: 3 })
  const names = ['amd64', 'arm64', 's390x'].map((name) => `polyarch-leg-0123-linux-${name}`).join(', ')
  expect(lines.join('\n')).toContain(`r.example/app: the registry does not delete the temporary tags ${names}`)
})
