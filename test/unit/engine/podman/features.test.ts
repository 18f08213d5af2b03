import { describe, expect, test } from 'vitest'
import { checkFeatures } from '../../../../src/engine/podman/features.ts'

const check = (name: 'podman' | 'buildah', version: string, line: string) => () =>
  checkFeatures({ file: 'Dockerfile', text: `FROM a\n${line}\nEND\n` }, { name, version })

describe('checkFeatures()', () => {
  test.each([
    ['podman', '4.3.1', 'RUN <<END', 'here-documents'],
    ['podman', '4.3.1', 'COPY --chmod=0640 <<END /a', 'here-documents'],
    ['buildah', '1.28.2', 'RUN <<END', 'here-documents'],
    ['podman', '5.4.2', 'COPY --link a /a', '--link'],
    ['podman', '5.4.2', 'COPY --parents a /a', '--parents'],
    ['buildah', '1.28.2', 'COPY --exclude=a . /a', '--exclude'],
    ['podman', '4.3.1', 'RUN --network=none true', 'RUN --network'],
    ['podman', '5.8.6', 'RUN --security=insecure true', 'RUN --security'],
  ] as const)('refuses for %s %s: %s', (name, version, line, feature) => {
    expect(check(name, version, line)).toThrow(
      expect.objectContaining({
        code: 'feature-missing',
        message: expect.stringContaining(`\nDockerfile:2: ${feature}`),
        place: { file: 'Dockerfile', line: 2 },
      }),
    )
  })

  test.each([
    ['podman', '5.4.2', 'RUN <<END'],
    ['podman', '5.8.6', 'COPY --link --parents a /a'],
    ['podman', '4.3.1', 'RUN a --network=none'],
    ['podman', '5.0.0-dev', 'RUN <<END'],
  ] as const)('accepts for %s %s: %s', (name, version, line) => {
    expect(check(name, version, line)).not.toThrow()
  })
})
