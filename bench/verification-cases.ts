import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { writeTar } from '../src/tree/archive/write-tar.ts'
import { rootNode } from '../src/tree/tree.ts'
import { createScan } from '../src/verify/scan.ts'
import { prepareSearch, type SecretSearch } from '../src/verify/secrets/secret-search.ts'
import type { Begun, Case } from './case.ts'

const megabyte = 1024 * 1024
const size = 1024 * megabyte
const rounds = 5
const kinds = [
  { name: 'text, gzip', piece: textOfBundle, compressed: true },
  { name: 'random, gzip', piece: () => () => randomBytes(megabyte), compressed: true },
  { name: 'random, not compressed', piece: () => () => randomBytes(megabyte), compressed: false },
]

/** The largest file of the bundle, read when it is needed: an empty clone has it too. */
function textOfBundle(): () => Buffer {
  const text = readFileSync(resolve(import.meta.dirname, '../dist/chunks/stages.js'))
  return () => text
}

/** A search for so many secrets of 40 characters, which are not in the layer. */
function searchFor(count: number): SecretSearch | undefined {
  return prepareSearch(
    Array.from({ length: count }, () => ({ role: 'a secret', text: `ghs_${randomBytes(27).toString('base64url')}` })),
  )
}

async function* contentOf(piece: () => Buffer): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; ) {
    const part = piece().subarray(0, left)
    left -= part.length
    yield part
  }
}

/** Verification of a layer of 1 GB with the search for so many secrets, against verification without it. */
export function verificationCases(): readonly Case[] {
  return kinds.flatMap((kind) =>
    [1, 10, 50].map((secrets) => {
      const name = `${kind.name}, ${secrets} ${secrets === 1 ? 'secret' : 'secrets'}`
      return { group: 'verification', name, needs: [], isLong: true, begin: () => begin(name, kind, secrets) } as const
    }),
  )
}

async function begin(name: string, { piece, compressed }: (typeof kinds)[number], secrets: number): Promise<Begun> {
  const folder = mkdtempSync(join(tmpdir(), 'polyarch-bench-'))
  const path = join(folder, 'layer')
  const content = piece()
  const entry = {
    path: 'data',
    node: { ...rootNode, type: 'file', mode: 0o644, size } as const,
    open: async () => contentOf(content),
  }
  const layer = writeTar([entry])
  const written = createWriteStream(path)
  await (compressed ? pipeline(layer, createGzip({ level: 1 }), written) : pipeline(layer, written))
  const search = searchFor(secrets)
  const verify = async (given: SecretSearch | undefined) => {
    const open = async () => createReadStream(path, { highWaterMark: 256 * 1024 })
    await createScan(given).treeOf([{ name: path, open }])
  }
  return {
    contest: {
      name,
      rounds,
      ours: () => verify(search),
      rivals: [{ name: 'without the search', run: () => verify(undefined) }],
    },
    end: async () => rmSync(folder, { recursive: true }),
  }
}
