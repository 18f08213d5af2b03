import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { tableText } from '../../../../src/engine/buildkit/retry-table.ts'
import { toPodmanError } from '../../../../src/engine/podman/failure.ts'
import { createPodmanProgress } from '../../../../src/engine/podman/progress.ts'
import { podmanTable } from '../../../../src/engine/podman/retry-table.ts'
import { classify } from '../../../../src/retry/classify.ts'
import { createFakeClock } from '../../../support/clock.ts'

/** The standard error of failed builds, one file per version, and the resulting error with its retries. */
const golden = new URL('../../../golden/podman-failures/', import.meta.url)

type Expected = {
  readonly code: string
  readonly message: string
  readonly hint: string
  /** Maximum number of attempts: of the policy, one more, or a count. */
  readonly attempts: number | string
}

function resultOf(stderr: string, status: number): Expected {
  const progress = createPodmanProgress(() => {}, {
    platform: 'linux/amd64',
    clock: createFakeClock(),
    stageName: () => undefined,
  })
  progress.onStdout('STEP 1/2: FROM base:1')
  for (const line of stderr.split('\n')) progress.onStderr(line)
  const error = toPodmanError({
    program: 'podman',
    status,
    platform: 'linux/amd64',
    isEmulated: false,
    error: progress.error(),
    step: progress.last(),
    place: undefined,
    explainMissing: () => undefined,
  })
  const { code, message, hint = '' } = error
  const { attempts } = classify({ kind: 'text', code, text: tableText(error) }, podmanTable, { answeredBefore: true })
  return { code, message, hint, attempts: attempts === Number.POSITIVE_INFINITY ? 'policy' : attempts }
}

describe.each(readdirSync(golden))('toPodmanError() and podmanTable read the golden case %s', (name) => {
  const folder = new URL(`${name}/`, golden)
  const expected: Readonly<Record<string, Expected>> = JSON.parse(
    readFileSync(new URL('expected.json', folder), 'utf8'),
  )

  test.each(readdirSync(folder).filter((file) => file.endsWith('.txt')))('%s', (file) => {
    // A process that is killed prints nothing.
    const status = name === 'killed' ? 137 : 125
    expect(resultOf(readFileSync(new URL(file, folder), 'utf8'), status)).toEqual(expected[file.replace('.txt', '')])
  })
})
