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

// Verification of a layer of 1 GB, with and without the search for secrets: `node bench/verification.ts [megabytes] [rounds]`.

const megabyte = 1024 * 1024
const size = Number(process.argv[2] ?? 1024) * megabyte
const rounds = Number(process.argv[3] ?? 5)
const folder = mkdtempSync(join(tmpdir(), 'polyarch-bench-'))
const text = readFileSync(resolve(import.meta.dirname, '../dist/chunks/stages.js'))
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

/** Milliseconds of the clock, and CPU time of all threads. */
type Time = { readonly clock: number; readonly processor: number }

async function timeOf(path: string, search: SecretSearch | undefined): Promise<Time> {
  const used = process.cpuUsage()
  const begun = performance.now()
  const open = async () => createReadStream(path, { highWaterMark: 256 * 1024 })
  await createScan(search).treeOf([{ name: path, open }])
  const clock = performance.now() - begun
  const { user, system } = process.cpuUsage(used)
  return { clock, processor: (user + system) / 1000 }
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
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
    const times = searches.map((): Time[] => [])
    // They take turns, so that a slow machine slows all of them down.
    for (let round = 0; round < rounds; round += 1) {
      for (const [at, search] of searches.entries()) times[at]?.push(await timeOf(path, search))
    }
    for (const unit of ['clock', 'processor'] as const) {
      const cells = times.map((own, at) => {
        const shown = `${(median(own.map((time) => time[unit])) / 1000).toFixed(2)} s`
        if (at === 0) return shown
        // Each round is compared with the run without a search before it.
        const more = median(own.map((time, round) => (time[unit] / (times[0]?.[round]?.[unit] ?? 1) - 1) * 100))
        return `${shown} (${more >= 0 ? '+' : ''}${Math.round(more)} %)`
      })
      console.log(`| ${name}, ${unit} | ${cells.join(' | ')} |`)
    }
    rmSync(path)
  }
  console.log(`Peak memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`)
} finally {
  rmSync(folder, { recursive: true })
}
