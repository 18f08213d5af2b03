import { ActionError } from '../../errors.ts'
import type { Host } from '../../host/host.ts'

/**
 * The time, in seconds since 1970, that no file of the image is newer than: SOURCE_DATE_EPOCH as a build argument or in
 * the environment, else that of the commit that the context is at; undefined where there is none of these.
 * https://reproducible-builds.org/specs/source-date-epoch/
 *
 * @throws ActionError `input-invalid` for an epoch that is no number
 */
export async function readEpoch(
  host: Pick<Host, 'env'>,
  { given, commit }: { readonly given: string | undefined; readonly commit: () => Promise<number | undefined> },
): Promise<number | undefined> {
  const text = given || host.env['SOURCE_DATE_EPOCH']
  if (text) {
    if (/^\d{1,12}$/.test(text)) return Number(text)
    throw new ActionError(
      'input-invalid',
      `Cannot read SOURCE_DATE_EPOCH: expected seconds since 1970, found "${text}"`,
    )
  }
  return commit()
}

/** When the commit that a folder is at was made, in seconds since 1970; undefined where there is none, or no Git. */
export async function commitTime(host: Pick<Host, 'exec'>, folder: string): Promise<number | undefined> {
  const git = await host.exec('git', ['-C', folder, 'log', '-1', '--format=%ct'], { timeout: 30_000 })
  return git.ok && /^\d+\s*$/.test(git.stdout) ? Number(git.stdout) : undefined
}
