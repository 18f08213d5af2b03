import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { createScan } from '../src/prove/scan.ts'
import { prepareSearch, type SecretSearch } from '../src/prove/secrets/secret-search.ts'
import { rootNode } from '../src/tree/tree.ts'
import { writeTar } from '../src/tree/write-tar.ts'

// Verification of a layer of 1 GB, with and without the search for secrets: `node bench/verification.ts [megabytes]`.

const megabyte = 1024 * 1024
const size = Number(process.argv[2] ?? 1024) * megabyte
const rounds = 5
const folder = mkdtempSync(join(tmpdir(), 'polyarch-bench-'))
const text = readFileSync(resolve(import.meta.dirname, '../dist/main/index.js'))
const kinds = [
  { name: 'text, gzip', piece: () => text, compressed: true },
  { name: 'random, gzip', piece: () => randomBytes(megabyte), compressed: true },
  { name: 'random, not compressed', piece: () => randomBytes(megabyte), compressed: false },
]

/** A search for so many secrets of 40 characters, which are not in the layer. */
function searchFor(count: number): SecretSearch | undefined {
  return prepareSearch(
    Array.from({ length: count }, () => ({ role: 'a secret', text: `ghs_${randomBytes(27).toString('base64url')}` })),
  )
}

async function* content(piece: () => Buffer): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; ) {
    const part = piece().subarray(0, left)
    left -= part.length
    yield part
  }
}

async function milliseconds(path: string, search: SecretSearch | undefined): Promise<number> {
  const begun = performance.now()
  const open = async () => createReadStream(path, { highWaterMark: 256 * 1024 })
  await createScan(search).treeOf([{ name: path, open }])
  return performance.now() - begun
}

try {
  console.log(
    `| ${size / megabyte} MB | without | 1 secret | 10 secrets | 50 secrets |\n| --- | --- | --- | --- | --- |`,
  )
  for (const { name, piece, compressed } of kinds) {
    const path = join(folder, 'layer')
    const entry = {
      path: 'data',
      node: { ...rootNode, type: 'file', mode: 0o644, size } as const,
      open: async () => content(piece),
    }
    const written = createWriteStream(path)
    await (compressed
      ? pipeline(writeTar([entry]), createGzip({ level: 1 }), written)
      : pipeline(writeTar([entry]), written))
    const searches = [undefined, searchFor(1), searchFor(10), searchFor(50)]
    const best = searches.map(() => Number.POSITIVE_INFINITY)
    // They take turns, so that what slows the machine down slows all.
    for (let round = 0; round < rounds; round += 1) {
      for (const [at, search] of searches.entries()) {
        best[at] = Math.min(best[at] ?? 0, await milliseconds(path, search))
      }
    }
    const [without = 0] = best
    const cells = best.map((time, at) => {
      const more = Math.round((time / without - 1) * 100)
      return `${(time / 1000).toFixed(2)} s${at === 0 ? '' : ` (${more >= 0 ? '+' : ''}${more} %)`}`
    })
    console.log(`| ${name} | ${cells.join(' | ')} |`)
    rmSync(path)
  }
  console.log(`Peak memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`)
} finally {
  rmSync(folder, { recursive: true })
}
