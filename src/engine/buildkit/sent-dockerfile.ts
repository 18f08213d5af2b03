import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildSpec } from '../../plan/plan.ts'
import type { Run } from '../../run-context.ts'
import { findNamedFile } from '../../tree/named-file.ts'
import { refuseRedirects } from './git-redirects.ts'

/**
 * What is to be built, with the Dockerfile as BuildKit is to be given it, where that is not the user's own file: one of the workflow, and one
 * that has passwords in URLs, without these. It stands alone in a folder, with the ignore file that belongs to it, so that the context's counts
 * else.
 *
 * @throws ActionError `input-invalid` for two passwords for one host, `context-unreadable` for a server that would send them on
 */
export async function withSentDockerfile({ plan, host, source }: Run): Promise<BuildSpec> {
  const { build } = plan
  // BuildKit says what is wrong with one that cannot be read here.
  const dockerfile = await source.dockerfile().catch(() => undefined)
  if (dockerfile === undefined) return build
  const { text, path, cut, urlLogins } = dockerfile
  if (path !== undefined && cut.length === 0) return build
  await refuseRedirects(
    cut.map(({ url }) => url),
    urlLogins,
    host,
  )
  const folder = join(host.tempDir, 'inline')
  mkdirSync(folder)
  const sentFile = join(folder, 'Dockerfile')
  writeFileSync(sentFile, text, { mode: 0o600 })
  const ignore = path === undefined ? undefined : await findNamedFile(`${path}.dockerignore`)
  if (ignore !== undefined) copyFileSync(ignore, `${sentFile}.dockerignore`)
  return { ...build, sentFile, urlLogins }
}
