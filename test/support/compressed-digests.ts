import { createHash } from 'node:crypto'
import { compress, type LayerCompression } from '../../src/engine/embedded/layer/compress.ts'

// Prints digests of compressed samples as JSON, for a comparison of processors. zlib has separate code for each kind of processor.

/** More than one block of compress.ts. */
const size = 1_100_000
const samples: Readonly<Record<string, Buffer>> = { text: text(), code: code(), mixed: mixed() }
const compressions: readonly LayerCompression[] = [
  { kind: 'gzip', level: 1 },
  { kind: 'gzip', level: 4 },
  { kind: 'gzip', level: 6 },
  { kind: 'gzip', level: 9 },
  { kind: 'zstd', level: 3 },
]

const digests: Record<string, string> = {}
for (const compression of compressions) {
  for (const [name, content] of Object.entries(samples)) {
    const hash = createHash('sha256')
    for await (const chunk of compress(inOne(content), compression, 2)) hash.update(chunk)
    const level = 'level' in compression ? compression.level : ''
    digests[`${compression.kind} ${level} ${name}`] = hash.digest('hex').slice(0, 16)
  }
}
console.log(JSON.stringify(digests))

async function* inOne(content: Buffer): AsyncGenerator<Buffer> {
  yield content
}

/** Syllables in random order. */
function text(): Buffer {
  const next = randomNumbers(2)
  const syllables = ['the ', 'in', 'g ', 'a', 'tion', ' of ', '\n', 'er', 'q', 'z ']
  let made = ''
  while (made.length < size) made += syllables[next() % syllables.length] ?? ''
  return Buffer.from(made.slice(0, size))
}

/** Four-byte words with much in common, like instructions. */
function code(): Buffer {
  const next = randomNumbers(3)
  const made = Buffer.alloc(size)
  for (let at = 0; at < size; at += 4) made.writeUInt32LE(0xe5000000 + (next() & 0x0f0f0f), at)
  return made
}

/** Zeros, noise, text and code. */
function mixed(): Buffer {
  const next = randomNumbers(4)
  const noise = Buffer.from(Uint8Array.from({ length: size / 4 }, () => next() & 0xff))
  return Buffer.concat([Buffer.alloc(size / 4), noise, text().subarray(0, size / 4), code().subarray(0, size / 4)])
}

/** A linear congruential generator: the same numbers on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 8
  }
}
