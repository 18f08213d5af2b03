import { expect, test } from 'vitest'
import { isCacheFailure } from '../../../../src/engine/buildkit/cache-failure.ts'

// Messages of BuildKit 0.32 for a cache that returns wrong, too few or no bytes.
test.each([
  'Cannot build: failed to push 127.0.0.1:5000/a: failed commit on ref "layer-sha256:03": unexpected commit digest sha256:b0, expected sha256:03: failed precondition',
  'Cannot build: failed to push 127.0.0.1:5000/a: short read: expected 159 bytes but got 79: unexpected EOF',
  'Cannot build: failed to compute cache key: failed to copy: httpReadSeeker: failed open: could not fetch content descriptor sha256:bb (application/vnd.oci.image.layer.v1.tar+gzip) from remote: not found',
])('isCacheFailure() recognizes: %s', (message) => {
  expect(isCacheFailure(new Error(message))).toBe(true)
})

test.each(['Dockerfile:3: RUN make: exit code: 2', 'Cannot push to ghcr.io: denied'])(
  'isCacheFailure() ignores: %s',
  (message) => {
    expect(isCacheFailure(new Error(message))).toBe(false)
  },
)
