import { createHash } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { compress, type LayerCompression } from '../../src/engine/embedded/layer/compress.ts'

// Run by itself, prints what compressed samples are, one line a sample, so that other processors and other versions of Node.js can be asked.

const size = 3_000_000

/** Bytes of several kinds, the same everywhere: what deflate finds in them depends on how it looks. */
const samples: Readonly<Record<string, () => Buffer>> = {
  zeros: () => Buffer.alloc(size),
  noise: () => Buffer.from(Uint32Array.from({ length: size / 4 }, randomNumbers(1)).buffer),
  text: () =>
    words(
      2,
      [...'etaoinshrdlu'].flatMap((a) => ['', 'a', 'the', 'ing'].map((b) => `${a}${b} `)),
    ),
  code: () => {
    const next = randomNumbers(3)
    return Buffer.from(
      Array.from({ length: size }, (_, index) =>
        index % 4 === 3 ? 0xe5 : (next() >>> 16) & (index % 4 === 0 ? 0xff : 0x0f),
      ),
    )
  },
  mixed: () =>
    Buffer.concat(
      ['text', 'zeros', 'noise', 'code'].map((kind) => (samples[kind]?.() ?? Buffer.alloc(0)).subarray(0, size / 4)),
    ),
}

export const compressions: readonly LayerCompression[] = [
  ...[1, 4, 6, 9].map((level) => ({ kind: 'gzip', level }) as const),
  ...('zstdCompress' in (await import('node:zlib')) ? [{ kind: 'zstd', level: 3 } as const] : []),
]

/** Digests of all samples, by `kind level sample`. */
export async function compressedDigests(): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  for (const compression of compressions) {
    if (compression.kind === 'none') continue
    for (const [name, make] of Object.entries(samples)) {
      const hash = createHash('sha256')
      for await (const chunk of compress(inOne(make()), compression, 2)) hash.update(chunk)
      found[`${compression.kind} ${compression.level} ${name}`] = hash.digest('hex').slice(0, 16)
    }
  }
  return found
}

async function* inOne(content: Buffer): AsyncGenerator<Buffer> {
  yield content
}

function words(seed: number, list: readonly string[]): Buffer {
  const next = randomNumbers(seed)
  let text = ''
  while (text.length < size) text += list[(next() >>> 16) % list.length]
  return Buffer.from(text.slice(0, size))
}

/** A linear congruential generator: the same numbers on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [name, digest] of Object.entries(await compressedDigests())) console.log(`${name} ${digest}`)
}
