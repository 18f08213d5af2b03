import { ActionError } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'

// The years 0 to 9999, which a configuration can express.
const earliest = -62_167_219_200
const end = 253_402_300_800

/**
 * Returns the maximum time of the image's files, in seconds since 1970: `given`, the value of SOURCE_DATE_EPOCH, else
 * the time of the commit that is checked out in the context; undefined without either.
 * https://reproducible-builds.org/specs/source-date-epoch/
 *
 * @throws ActionError `input-invalid` for an epoch that is not a number, or outside the years that a configuration can
 * express
 */
export async function readEpoch(
  given: string | undefined,
  commit: () => Promise<number | undefined>,
): Promise<number | undefined> {
  if (!given) return commit()
  const seconds = /^[-+]?\d+$/.test(given) ? Number(given) : Number.NaN
  if (seconds >= earliest && seconds < end) return seconds
  throw new ActionError(
    'input-invalid',
    `Cannot read SOURCE_DATE_EPOCH: expected seconds since 1970, up to the year 9999, found "${given}"`,
  )
}

/**
 * Returns the time of the commit that is checked out in a directory, in seconds since 1970; undefined without a commit
 * or without Git.
 */
export async function commitTime(host: Pick<Host, 'exec'>, folder: string): Promise<number | undefined> {
  const git = await host.exec('git', ['-C', folder, 'log', '-1', '--format=%ct'], { timeout: 30_000 })
  return git.ok && /^\d+\s*$/.test(git.stdout) ? Number(git.stdout) : undefined
}
