import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../../bounds/limits.ts'
import { readFileLimitedSync } from '../../bounds/read-limited.ts'
import { inlineDockerfile } from '../../dockerfile/read/inline.ts'
import type { Host } from '../../host/host.ts'
import { cutDockerfile } from '../../inputs/dockerfile-credentials.ts'
import { tellCut } from '../../login/mask-secrets.ts'
import type { BuildxPlan } from '../../plan/plan.ts'
import { mergeUrlLogins } from '../../plan/url-logins.ts'
import { findNamedFile } from '../../tree/named-file.ts'
import { refuseRedirects } from './git-redirects.ts'

/**
 * The plan with the Dockerfile as buildx is to be given it, where that is not the user's own file: one of the workflow, and one that has
 * passwords in URLs, without these. It stands alone in a folder, with the ignore file that belongs to it, so that the context's counts else.
 *
 * @throws ActionError `input-invalid` for two passwords for one host, `context-unreadable` for a server that would send them on
 */
export async function withSentDockerfile(plan: BuildxPlan, host: Host): Promise<BuildxPlan> {
  const { dockerfileInline, contextIsFolder, context, file: given } = plan.build
  const own = contextIsFolder
    ? [given ?? join(context, 'Dockerfile'), join(context, 'dockerfile')].find(existsSync)
    : undefined
  const text = dockerfileInline ?? (own === undefined ? undefined : textOf(own))
  if (text === undefined) return plan
  const name = dockerfileInline === undefined ? (own ?? '') : inlineDockerfile
  const cut = cutDockerfile(text, name)
  if (dockerfileInline === undefined && cut.found.length === 0) return plan
  for (const { line, credentials } of cut.found) tellCut({ file: name, line, credentials }, host)
  const urlLogins = mergeUrlLogins([...plan.build.urlLogins, ...cut.found.map(({ credentials }) => credentials)])
  await refuseRedirects(
    cut.found.map(({ url }) => url),
    urlLogins,
    host,
  )
  const folder = join(host.tempDir, 'inline')
  mkdirSync(folder)
  const sentFile = join(folder, 'Dockerfile')
  writeFileSync(sentFile, cut.text, { mode: 0o600 })
  const ignore = dockerfileInline === undefined ? await findNamedFile(`${own}.dockerignore`) : undefined
  if (ignore !== undefined) copyFileSync(ignore, `${sentFile}.dockerignore`)
  return { ...plan, build: { ...plan.build, sentFile, urlLogins } }
}

/** Undefined for what cannot be read here: BuildKit says what is wrong. */
function textOf(path: string): string | undefined {
  try {
    return readFileLimitedSync(path, limits.dockerfile)
  } catch {
    return undefined
  }
}
