import { ActionError } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { type Reference, showReference } from '../oci/reference.ts'
import type { Digest } from '../oci/types.ts'
import type { RegistryClient } from '../registry/client.ts'
import { findRevision } from '../registry/pull/revision.ts'
import type { Run } from '../run-context.ts'

/**
 * Checks whether a fixed tag exists that must not be overwritten. In a re-run, an earlier attempt may have written it, which only the
 * digest shows: this is logged, and the publish stage decides.
 * | @throws ActionError `tag-exists`
 */
export async function checkTag(run: Run, reference: Reference): Promise<void> {
  const { plan, access, host } = run
  const { ifExists } = plan
  const name = showReference(reference)
  const digest = await find(run, reference)
  if (digest === undefined) return
  const attempt = attemptOf(host.env)
  if (ifExists === 'skip') {
    host.log.info(`${name} already exists with digest ${digest}: it will be skipped`)
  } else if (attempt > 1) {
    host.log.info(
      `${name} already exists with digest ${digest}. This is attempt ${attempt} of the run: the same image is accepted`,
    )
  } else {
    throw await tagExists(reference, digest, { registry: access.registry, host })
  }
}

/** Returns the number of the run attempt, from 1. */
function attemptOf(env: Host['env']): number {
  return Number(env['GITHUB_RUN_ATTEMPT'] ?? 1)
}

async function find({ access, host }: Run, reference: Reference): Promise<Digest | undefined> {
  try {
    const found = await access.registry.headManifest(reference, reference.tag ?? 'latest', { signal: host.signal })
    return found?.digest
  } catch (error) {
    if (!(error instanceof ActionError) || error.code === 'cancelled') throw error
    // A registry may grant push without pull access; push access is checked separately.
    host.log.info(`Preflight could not check whether ${showReference(reference)} exists: ${error.message}`)
    return undefined
  }
}

/**
 * Returns the error for a fixed tag that refers to another image, `digest`, and that `if-exists: fail` protects. If the labels of that image
 * name the commit of this run, an earlier attempt most likely wrote it.
 */
export async function tagExists(
  reference: Reference,
  digest: Digest,
  {
    registry,
    host: { env, signal },
  }: { readonly registry: RegistryClient; readonly host: Pick<Host, 'env' | 'signal'> },
): Promise<ActionError> {
  const commit = env['GITHUB_SHA'] ?? ''
  const revision = commit === '' ? undefined : await findRevision(registry, reference, { digest, signal })
  const hint =
    revision === undefined || revision !== commit
      ? 'Choose another tag, or set `if-exists` to `skip` or `overwrite`.'
      : `It was made from the commit of this run, ${commit.slice(0, 7)}${attemptOf(env) > 1 ? ', most likely by an earlier attempt: without a cache a build comes out differently each time' : ''}. Delete the tag and run the job again; or keep it and have the other tags written, with \`if-exists: skip\`, or replace it with \`overwrite\`. A re-run takes the workflow as it was, so another \`if-exists\` needs a new run.`
  return new ActionError(
    'tag-exists',
    `Cannot write ${showReference(reference)}: the tag already exists with digest ${digest}`,
    { hint },
  )
}
