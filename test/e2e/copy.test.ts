import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rowsOfColumn } from '../support/seeded-part.ts'
import { build, buildEmbedded, buildWithBuildKit, writeFiles } from './support/copy-case.ts'
import { type CopyRow, copyCases } from './support/copy-cases.ts'
import { missing, rig } from './support/rig.ts'
import type { FileSpec } from './support/write-files.ts'

const absent = missing('docker', 'plugins', 'registry', 'buildkitd', 'buildctl')

/** Contents of distributions: /bin as a link, directories with modes and owners of their own, users and groups. */
const baseFiles: Readonly<Record<string, FileSpec>> = {
  'usr/bin/tool': { data: 'tool', mode: 0o755 },
  bin: { link: 'usr/bin' },
  'etc/passwd': 'root:x:0:0::/:/bin/sh\napp:x:1001:1002::/home/app:/bin/sh\n',
  'etc/group': 'root:x:0:\napp:x:1002:\nstaff:x:50:\n',
  'run/keep': '',
  'var/run': { link: '/run' },
  tmp: { folder: 0o1777 },
  'srv/data/old': 'old',
  srv: { folder: 0o2750 },
  current: { link: 'releases/../srv/data' },
  'releases/1': '1',
  'link-to-file': { link: 'srv/data/old' },
  dangling: { link: 'nowhere/yet' },
}

describe.skipIf(absent !== undefined)('copyInto() creates the files that BuildKit creates', () => {
  const dir = mkdtempSync(join(tmpdir(), 'polyarch-copy-'))
  const base = `${rig.registry?.host}/polyarch-copy-base:1`
  const layout = join(dir, 'base')

  beforeAll(async () => {
    const context = writeFiles(baseFiles)
    const home = mkdtempSync(join(tmpdir(), 'polyarch-copy-'))
    writeFileSync(
      join(home, 'Dockerfile'),
      'FROM scratch\nCOPY . /\nCOPY --chown=7:8 srv/data /owned/\nCOPY usr /usr\n',
    )
    await build('docker', { context, home, output: `type=oci,tar=false,dest=${layout}` })
    await build('docker', { context, home, output: `type=image,name=${base},push=true` })
    for (const folder of [context, home]) rmSync(folder, { recursive: true })
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  // The archives of the rows take seconds to make.
  const rows: readonly CopyRow[] = absent === undefined ? copyCases(base) : [{ name: 'every row', steps: [] }]
  // Each row is compared with one of them, with the other the day after.
  const peers = ['docker', 'buildkitd'] as const
  for (const [column, peer] of peers.entries()) {
    describe(peer, () => {
      const ofPeer = rowsOfColumn(rows, column, peers.length).filter((row) => row.peers?.includes(peer) ?? true)
      test.for(ofPeer)('$name', async (row) => {
        const [theirs, ours] = await Promise.all([
          buildWithBuildKit(row, peer),
          buildEmbedded(row, row.base === undefined ? undefined : layout),
        ])
        if (row.refused) {
          expect({ theirs, ours }).toEqual({
            theirs: { refused: expect.any(String) },
            ours: { refused: expect.any(String) },
          })
        } else {
          expect(theirs).toHaveProperty('files')
          expect(ours).toEqual(theirs)
        }
      })
    })
  }
})
