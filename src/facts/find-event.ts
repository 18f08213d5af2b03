import { parseJson } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { readFileLimitedSync } from '../bounds/read-limited.ts'
import type { Host } from '../host/host.ts'
import type { NoSecrets } from '../inputs/build-secrets.ts'
import { type GitEvent, readEvent } from './event.ts'

/** Reads the event of the step from the runner's variables and event file. */
export function findEvent(env: Host['env']): GitEvent {
  return readEvent(env, readPayload(env['GITHUB_EVENT_PATH']))
}

/** Returns the consequences for the inputs of an event whose runs get no secrets; undefined for other events. */
export function noSecretsOf({ withoutSecrets: because }: GitEvent, env: Host['env']): NoSecrets | undefined {
  return because === undefined ? undefined : { because, isEmpty: (variable) => env[variable]?.trim() === '' }
}

/** Reads the event's JSON. An unreadable file counts as missing, because runners other than GitHub's may not write it. */
function readPayload(path: string | undefined): unknown {
  if (!path) return undefined
  try {
    return parseJson(readFileLimitedSync(path, limits.event))
  } catch {
    return undefined
  }
}
