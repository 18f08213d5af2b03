import { describe, expect, test } from 'vitest'
import { toImageConfig } from '../../../../src/engine/podman/image-config.ts'

const arm64 = { os: 'linux', architecture: 'arm64' }
const given = {
  created: '2026-01-02T03:04:05Z',
  container: 'c',
  container_config: {},
  parent: 'sha256:p',
  architecture: 'amd64',
  os: 'linux',
  config: {
    ...{ Hostname: 'h', Env: ['A=b'], Cmd: ['x'], Entrypoint: [], OnBuild: [], Volumes: {}, WorkingDir: '' },
    ...{ Labels: { a: '1', b: '2' }, Healthcheck: { Test: ['CMD-SHELL', 'true'] }, AttachStdin: false },
  },
  history: [
    { created_by: '/bin/sh -c #(nop) CMD x', comment: 'FROM localhost/polyarch-abc:1', empty_layer: true },
    { created_by: 'COPY a b # buildkit', comment: 'buildkit.dockerfile.v0' },
  ],
  rootfs: { type: 'layers', diff_ids: ['sha256:1'] },
}
const convert = (document: unknown, fromScratch = false, epoch?: number) =>
  JSON.parse(
    toImageConfig(Buffer.from(JSON.stringify(document)), {
      platform: arm64,
      labels: { b: '3' },
      fromScratch,
      epoch,
    }).toString(),
  )

describe('toImageConfig()', () => {
  test("has BuildKit's fields, the platform and the labels of the build, and nothing of this machine", () => {
    expect(convert(given)).toEqual({
      architecture: 'arm64',
      os: 'linux',
      created: '2026-01-02T03:04:05Z',
      config: {
        Env: ['A=b'],
        Cmd: ['x'],
        Labels: { a: '1', b: '3' },
        Healthcheck: { Test: ['CMD-SHELL', 'true'] },
      },
      history: [
        { created_by: '/bin/sh -c #(nop) CMD x', empty_layer: true },
        { created_by: 'COPY a b # buildkit', comment: 'buildkit.dockerfile.v0' },
      ],
      rootfs: { type: 'layers', diff_ids: ['sha256:1'] },
    })
  })

  test('has PATH and a working directory for FROM scratch', () => {
    expect(convert(given, true).config).toMatchObject({
      Env: [expect.stringMatching(/^PATH=/), 'A=b'],
      WorkingDir: '/',
    })
  })

  test('has no time later than SOURCE_DATE_EPOCH', () => {
    const history = [
      { created: '1970-01-01T00:00:02Z', created_by: 'a' },
      { created: '2026-01-02T03:04:05Z', created_by: 'b' },
    ]
    expect(convert({ ...given, history }, false, 7)).toMatchObject({
      created: '1970-01-01T00:00:07.000Z',
      history: [{ created: '1970-01-01T00:00:02Z' }, { created: '1970-01-01T00:00:07.000Z' }],
    })
  })

  test('refuses what is not a configuration', () => {
    expect(() => convert([])).toThrow(expect.objectContaining({ code: 'content-mismatch' }))
  })
})
