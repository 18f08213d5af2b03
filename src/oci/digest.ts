import { createHash } from 'node:crypto'
import { ActionError } from '../errors/action-error.ts'
import type { Descriptor, Digest } from './types.ts'

/**
 * The registered algorithms that can be verified, with the length of their hex text.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#registered-algorithms
 */
const hexLengths: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 }

/** Returns the SHA-256 digest of `bytes`. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/**
 * Whether `text` is a digest with a registered algorithm and lowercase hex of its length, which is also safe as a file
 * name.
 */
export function isDigest(text: string): text is Digest {
  const [, algorithm = '', hex = ''] = /^([a-z0-9]+):([0-9a-f]+)$/.exec(text) ?? []
  return hexLengths[algorithm] === hex.length
}

/** Splits a digest into its algorithm and hex text. */
export function splitDigest(digest: Digest): { readonly algorithm: string; readonly hex: string } {
  const colon = digest.indexOf(':')
  return { algorithm: digest.slice(0, colon), hex: digest.slice(colon + 1) }
}

/**
 * Returns the name of a blob's file in an OCI layout:
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#blobs
 */
export function blobName(digest: Digest): string {
  const { algorithm, hex } = splitDigest(digest)
  return `blobs/${algorithm}/${hex}`
}

/**
 * Returns the digest in the name of a file of an OCI layout; undefined for any other name. Docker 25 and later also
 * name layers in this form.
 */
export function digestIn(name: string): Digest | undefined {
  const [, hex] = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name) ?? []
  return hex === undefined ? undefined : `sha256:${hex}`
}

/**
 * Yields `source`. Throws `content-mismatch` if it is longer than `expected.size`, or, at its end, if the size or
 * digest does not match. `what` begins the message: "Cannot read blob sha256:… of ghcr.io/a/b".
 */
export async function* verified<T extends Uint8Array>(
  source: AsyncIterable<T>,
  expected: Pick<Descriptor, 'digest' | 'size'>,
  what: string,
): AsyncGenerator<T, void, void> {
  const hash = createHash(splitDigest(expected.digest).algorithm)
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    if (size > expected.size) throw mismatch(what, `it is longer than the expected ${expected.size} bytes`)
    hash.update(chunk)
    yield chunk
  }
  assertContent(expected, size, hash.digest('hex'), what)
}

/** Throws `content-mismatch` if `bytes` do not match `expected`. */
export function verify(bytes: Uint8Array, expected: Pick<Descriptor, 'digest' | 'size'>, what: string): void {
  const { algorithm } = splitDigest(expected.digest)
  assertContent(expected, bytes.length, createHash(algorithm).update(bytes).digest('hex'), what)
}

function assertContent(expected: Pick<Descriptor, 'digest' | 'size'>, size: number, hex: string, what: string): void {
  if (size !== expected.size) throw mismatch(what, `it has ${size} bytes, expected ${expected.size}`)
  const { algorithm } = splitDigest(expected.digest)
  const digest = `${algorithm}:${hex}`
  if (digest !== expected.digest) throw mismatch(what, `its digest is ${digest}, expected ${expected.digest}`)
}

function mismatch(what: string, found: string): ActionError {
  return new ActionError('content-mismatch', `${what}: ${found}`, {
    hint: 'Run the job again. If the error persists, check the proxy and the storage between the step and the registry.',
  })
}
