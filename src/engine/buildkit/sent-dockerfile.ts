import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildSpec } from '../../plan/plan.ts'
import type { Run } from '../../run-context.ts'
import { findNamedFile } from '../../tree/named-file.ts'
import { refuseRedirects } from './git-redirects.ts'

/**
 * Returns the build spec with the Dockerfile that BuildKit gets, if it is not the user's own file: an inline one, or
 * one that has passwords in URLs, which are removed. It is written to its own directory together with its ignore file,
 * because otherwise the context's ignore file applies.
 *
 * @throws ActionError `input-invalid` if one host has two passwords, `context-unreadable` if a server would forward
 * them
 */
export async function withSentDockerfile({ plan, host, source }: Run): Promise<BuildSpec> {
  const { build } = plan
  // BuildKit reports the cause if it cannot be read here.
  const dockerfile = await source.dockerfile().catch(() => undefined)
  if (dockerfile === undefined) return build
  const { text, path, cut, urlLogins } = dockerfile
  if (path !== undefined && cut.length === 0) return build
  await refuseRedirects(
    cut.map(({ url }) => url),
    urlLogins,
    host,
  )
  const folder = mkdtempSync(join(host.tempDir, 'inline-'))
  const sentFile = join(folder, 'Dockerfile')
  writeFileSync(sentFile, text, { mode: 0o600 })
  const ignore = path === undefined ? undefined : await findNamedFile(`${path}.dockerignore`)
  if (ignore !== undefined) copyFileSync(ignore, `${sentFile}.dockerignore`)
  return { ...build, sentFile, urlLogins }
}
