import { onTestFinished } from 'vitest'
import { toActionError } from '../../src/errors/action-error.ts'
import type { Host } from '../../src/host/host.ts'
import { inputRows } from '../../src/inputs/schema.ts'
import { run } from '../../src/run.ts'
import { createTestHost } from './host.ts'
import { tempFolder } from './temp.ts'

/** A build context, and more inputs. */
export type EmbeddedStep = {
  readonly context: string
  readonly tempDir?: string
  readonly given?: Readonly<Record<string, string>>
  readonly more?: Partial<Host>
}

/** Builds with the embedded engine and pushes `app:1` to the registry at `host`, in the process of the test. */
export async function runEmbedded(
  host: string,
  { context, tempDir = tempFolder(), given = {}, more = {} }: EmbeddedStep,
) {
  const end = new AbortController()
  const created = createTestHost({ env: { HOME: tempFolder() }, tempDir, signal: end.signal, ...more })
  onTestFinished(created.close)
  const rows: Readonly<Record<string, { readonly default: string }>> = inputRows
  const texts: Readonly<Record<string, string>> = {
    ...{ 'github-token': '', retries: '2', engine: 'embedded', platforms: 'linux/amd64', push: 'true', context },
    // Random content takes longest to compress.
    ...{ tags: `${host}/app:1`, 'build-args': 'SOURCE_DATE_EPOCH=1', compression: 'uncompressed', ...given },
  }
  const later: (() => Promise<void>)[] = []
  const readInput = (name: string) => texts[name] ?? rows[name]?.default ?? ''
  const error = await run(created, readInput, (work) => void later.push(work)).then(
    () => undefined,
    (thrown: unknown) => toActionError(thrown),
  )
  for (const work of later) await work()
  return { error, log: created.log.lines }
}
