import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import { part, rig } from './rig.ts'

const listAttempts = 20

/**
 * `repository:tag` of each image in the store of the daemon at `host`, or the result of the Go template `format` for it.
 * Docker reads the store image by image: one that another test removes meanwhile ends the whole list with
 * "Error response from daemon: NotFound: content digest sha256:…: not found", so the list is requested again.
 */
export function imageNames(host: string, format = '{{.Repository}}:{{.Tag}}'): readonly string[] {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return lines(host, 'image', 'ls', '--no-trunc', '--format', format)
    } catch (error) {
      if (attempt === listAttempts || !String(error).includes('NotFound: content digest')) throw error
    }
  }
}

/** Returns everything that a step could leave in the daemon at `host`: images, containers and volumes, one text each. */
export function stateOf(host: string): readonly string[] {
  return [
    ...imageNames(host, '{{.Repository}}:{{.Tag}} {{.ID}}'),
    ...lines(host, 'ps', '--all', '--format', '{{.ID}} {{.Names}} {{.Image}}'),
    ...lines(host, 'volume', 'ls', '--format', '{{.Name}}'),
  ]
}

/**
 * Returns `stateOf` before a step, once the daemon has the image of emulators: steps of other test files install emulators at the same time, and the
 * image stays.
 */
export function stateBefore(host: string): readonly string[] {
  if (rig.emulatorImage !== undefined) lines(host, 'pull', '--quiet', rig.emulatorImage)
  return stateOf(host)
}

/**
 * Expects that the daemon at `host` contains nothing that `matches` except the entries of `before`.
 * Steps of other test files run at the same time. Their entries disappear within seconds; those of this step would remain.
 */
export async function expectNothingLeft(
  host: string,
  before: readonly string[] = [],
  matches: (entry: string) => boolean = () => true,
): Promise<void> {
  const fresh = stateOf(host).filter((entry) => !before.includes(entry) && matches(entry))
  if (fresh.length === 0) return
  const remaining = () => stateOf(host).filter((entry) => fresh.includes(entry))
  await expect.poll(remaining, { timeout: 30_000 }).toEqual([])
}

function lines(host: string, ...args: readonly string[]): readonly string[] {
  const docker = join(part('cli'), 'docker')
  return execFileSync(docker, ['-H', host, ...args], { encoding: 'utf8', stdio: 'pipe' })
    .split('\n')
    .filter(Boolean)
}
