import { join } from 'node:path'
import { isExcess } from '../dockerfile/problem.ts'
import { parseDockerfile } from '../dockerfile/read/parse.ts'
import { findRuns, rejectRuns } from '../dockerfile/stages/stages.ts'
import { whyUsed } from '../engine/traits.ts'
import { ActionError } from '../errors/action-error.ts'
import { hostPlatform } from '../host/platform.ts'
import { cutDockerfile } from '../inputs/dockerfile-credentials.ts'
import { tellCut } from '../login/mask-secrets.ts'
import { parsePlatform } from '../oci/platform.ts'
import { mergeUrlLogins } from '../plan/url-logins.ts'
import type { Run } from '../run-context.ts'
import { findNamedFile } from '../tree/named-file.ts'
import { openArchives } from './archive/context-archives.ts'
import { checkContext } from './context.ts'
import { checkIgnoreFiles, readDockerfileText } from './dockerfile-text.ts'
import { planPlatforms, type Reading } from './needed-stages.ts'
import { once } from './once.ts'
import type { DockerfileText, Source } from './source.ts'

/** A run without a source. */
type Opening = Omit<Run, 'source'>

/**
 * Creates the source of the plan: context and Dockerfile. They are opened, and a repository that this program reads is
 * fetched, on first use, so that errors are reported together with all other findings of preflight. `archive` opens image archives.
 */
export function openSource(
  opening: Opening,
  archive = openArchives(opening.plan.build.contexts, opening.host),
): Source {
  const isOurs = opening.plan.engine.traits.readsSource === 'us'
  const own = once(async () => (await import('./own-source.ts')).openOwnSource(opening, archive))
  const dockerfile = once(() => readText(opening, isOurs ? own : undefined))
  return { dockerfile, reading: once(() => read(opening, dockerfile)), own, archive }
}

/**
 * Reads the text of the Dockerfile. A text over a limit is rejected for every engine, because it would exhaust the
 * memory of the builder.
 *
 * @throws ActionError `context-not-found`, `dockerfile-not-found`, `context-unreadable`, `dockerfile-invalid` for a
 * text over a limit
 */
async function readText({ plan, host }: Opening, own: Source['own'] | undefined): Promise<DockerfileText | undefined> {
  const { build } = plan
  const inline = build.dockerfileInline
  const file = checkContext(build)
  if (file === undefined) {
    if (own === undefined) return undefined
    const { file: name, path } = (await own()).context
    return withoutCredentials(await readDockerfileText(await path()), { file: name, path: undefined })
  }
  if (inline === undefined) await checkLink(file)
  if (build.contextIsFolder) await checkIgnoreFiles([`${file}.dockerignore`, join(build.context, '.dockerignore')])
  return withoutCredentials(inline ?? (await readDockerfileText(file)), {
    file,
    path: inline === undefined ? file : undefined,
  })

  function withoutCredentials(text: string, { file, path }: Pick<DockerfileText, 'file' | 'path'>): DockerfileText {
    const cut = cutDockerfile(text, file)
    for (const { line, credentials } of cut.found) tellCut({ file, line, credentials }, host)
    const urlLogins = mergeUrlLogins([...build.urlLogins, ...cut.found.map(({ credentials }) => credentials)])
    return { file, path, text: cut.text, cut: cut.found, urlLogins }
  }
}

/**
 * Throws ActionError `dockerfile-not-found` for a link out of the Dockerfile's directory, which BuildKit does not
 * follow.
 */
async function checkLink(file: string): Promise<void> {
  if ((await findNamedFile(file)) !== undefined) return
  throw new ActionError('dockerfile-not-found', `Cannot build: ${file} is a symbolic link out of its directory`, {
    hint: 'Name the file that it points to with `file`. Links within the directory are followed.',
  })
}

/**
 * Evaluates the Dockerfile for every platform.
 *
 * @throws ActionError, errors of reading its text; if this program reads it for the build, `dockerfile-invalid`, and
 * `feature-missing` for RUN
 */
async function read({ plan, host }: Opening, dockerfile: Source['dockerfile']): Promise<Reading | undefined> {
  const { engine, build } = plan
  const { traits } = engine
  const found = await dockerfile()
  if (found === undefined) return undefined
  const [native] = traits.natives
  const buildPlatform = native === undefined ? hostPlatform(host) : parsePlatform(native)
  try {
    const reading = planPlatforms(parseDockerfile(found.text, found.file), build, { buildPlatform, env: host.env })
    // Reading does not execute anything.
    if (!traits.runsSteps && plan.call === 'build') {
      for (const { stages } of reading.platforms) {
        rejectRuns(found.file, findRuns(stages), whyUsed(engine.name, engine.because))
      }
    }
    return reading
  } catch (error) {
    if (!(error instanceof ActionError) || isExcess(error)) throw error
    if (traits.readsSource === 'us') {
      // The error for RUN names the reason why no engine that can execute it is available.
      throw error.code === 'feature-missing' && engine.otherwise !== undefined ? error.with(engine.otherwise) : error
    }
    host.log.debug(`Preflight cannot read the Dockerfile, and leaves it to BuildKit: ${error.message}`)
    return undefined
  }
}
