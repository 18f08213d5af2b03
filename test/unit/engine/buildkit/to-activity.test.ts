import { expect, it } from 'vitest'
import { toActivity } from '../../../../src/engine/buildkit/to-activity.ts'
import { parsePlatform } from '../../../../src/oci/platform.ts'

const [amd64, arm64] = ['amd64', 'arm64'].map(parsePlatform)

it.each([
  { name: '[linux/arm64 builder 3/7] RUN make', shown: 'linux/arm64 3/7 RUN make' },
  { name: '[linux/amd64->arm64 builder 3/7] RUN make', shown: 'linux/arm64 3/7 RUN make' },
  { name: '[linux/amd64 2/2] COPY a\n  b', shown: 'linux/amd64 2/2 COPY a b' },
  { name: '[internal] load build definition from Dockerfile', shown: 'load build definition from Dockerfile' },
  { name: 'exporting to image', shown: 'exporting to image' },
  { name: `[${'x'.repeat(300)}] RUN`, shown: `[${'x'.repeat(300)}] RUN` },
])('shows $name as $shown', ({ name, shown }) => {
  const platforms = amd64 && arm64 ? [amd64, arm64] : []
  expect(toActivity({ name, since: 5 }, platforms)).toEqual({ text: shown, since: 5 })
})

it('adds the platform if the build has only one', () => {
  expect(toActivity({ name: '[builder 2/5] RUN make', since: 0 }, arm64 ? [arm64] : []).text).toBe(
    'linux/arm64 2/5 RUN make',
  )
})
