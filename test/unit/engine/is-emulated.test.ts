import { expect, test } from 'vitest'
import { isEmulated } from '../../../src/engine/is-emulated.ts'

test.each([
  { platform: 'linux/arm64', natives: ['linux/amd64'], is: true },
  { platform: 'linux/amd64', natives: ['linux/amd64'], is: false },
  { platform: 'linux/arm/v7', natives: ['linux/arm'], is: false },
  { platform: 'linux/arm64', natives: ['linux/amd64', 'linux/arm64'], is: false },
  { platform: 'linux/386', natives: ['linux/amd64'], is: false },
  { platform: 'linux/arm64', natives: [], is: false },
])('isEmulated() of $platform on nodes of $natives is $is', ({ platform, natives, is }) => {
  expect(isEmulated(platform, natives)).toBe(is)
})
