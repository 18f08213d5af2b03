import { parseJson } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { readFileLimitedSync } from '../bounds/read-limited.ts'
import type { Host } from '../host/host.ts'
import type { NoSecrets } from '../inputs/build-secrets.ts'
import { type GitEvent, readEvent } from './event.ts'

/** The event that the step runs for, as the runner describes it in variables and a file. */
export function findEvent(env: Host['env']): GitEvent {
  return readEvent(env, readPayload(env['GITHUB_EVENT_PATH']))
}

/** What follows for the inputs from an event whose runs get no secrets; undefined for all others. */
export function noSecretsOf({ withoutSecrets: because }: GitEvent, env: Host['env']): NoSecrets | undefined {
  return because === undefined ? undefined : { because, isEmpty: (variable) => env[variable]?.trim() === '' }
}

/** The event's JSON; an unreadable one counts as none, since runners other than GitHub's may give none. */
function readPayload(path: string | undefined): unknown {
  if (!path) return undefined
  try {
    return parseJson(readFileLimitedSync(path, limits.event))
  } catch {
    return undefined
  }
}
