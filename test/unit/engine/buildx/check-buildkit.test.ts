import { describe, expect, test } from 'vitest'
import { buildkitVersions, checkBuildkit } from '../../../../src/engine/buildx/check-buildkit.ts'
import type { Exec } from '../../../../src/host/host.ts'

const inspected = (...lines: readonly string[]) => `Name: b\nDriver: remote\n\nNodes:\n${lines.join('\n')}\n`

/** Checks a builder for which `buildx inspect` prints `stdout`. */
async function check(stdout: string, { minimum = '0.12.0', ok = true }: { minimum?: string; ok?: boolean } = {}) {
  const calls: (readonly string[])[] = []
  const exec: Exec = async (_, args) => {
    calls.push(args)
    return { ok, status: ok ? 0 : 1, stdout, stderr: 'ERROR: no builder "b" found' }
  }
  const failed = await checkBuildkit({ program: '/b', builder: 'b', env: {}, minimum }, { exec }).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { calls, failed }
}

test('buildkitVersions() reads each node in the output of all versions of buildx', () => {
  expect(
    buildkitVersions(
      inspected('BuildKit version: v0.32.2', 'Buildkit: v0.11.6', 'BuildKit version: v0.0.0+unknown', 'Labels:'),
    ),
  ).toEqual(['v0.32.2', 'v0.11.6', ''])
})

describe('checkBuildkit()', () => {
  test('starts the nodes and accepts those that are new enough', async () => {
    const { calls, failed } = await check(inspected('BuildKit version: v0.12.0', 'BuildKit version: v0.32.2'))
    expect({ calls, failed }).toEqual({ calls: [['inspect', '--bootstrap', 'b']], failed: undefined })
  })

  test.each([
    {
      name: 'an old node',
      lines: ['BuildKit version: v0.32.2', 'BuildKit version: v0.11.6'],
      found: ' v0.11.6: it is too old',
    },
    {
      name: 'a node without a version',
      lines: ['BuildKit version: v0.0.0+unknown'],
      found: ': its version is unknown (none given)',
    },
    { name: 'a builder without nodes', lines: [], found: ': its version is unknown (none given)' },
  ])('rejects $name', async ({ lines, found }) => {
    const { failed } = await check(inspected(...lines))
    expect(failed).toMatchObject({
      code: 'engine-too-old',
      message: `Cannot use BuildKit${found}, 0.12.0 or newer is required`,
      hint: expect.stringContaining('https://github.com/moby/buildkit/releases'),
    })
  })

  test('reports that the builder cannot be queried', async () => {
    const { failed } = await check('', { ok: false })
    expect(failed).toMatchObject({
      code: 'builder-not-found',
      message: expect.stringContaining('no builder "b" found'),
    })
  })
})
