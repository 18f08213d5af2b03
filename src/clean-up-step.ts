import { tmpdir } from 'node:os'
import { join, resolve, sep } from 'node:path'
import { cleanUp } from './cleanup/cleanup.ts'
import { sessionName } from './cleanup/session-name.ts'
import type { TaskRules } from './cleanup/task.ts'
import { removeContainer, removeImage } from './docker/remove.ts'
import { engineText, readEngineName } from './engine/engine-names.ts'
import { isAppleProgram } from './facts/apple.ts'
import { buildxProgram, ownBuildxFolder } from './facts/buildx-program.ts'
import { dockerConfigDirOf, findDockerEndpoint } from './facts/docker-endpoint.ts'
import { isNerdctlProgram } from './facts/nerdctl-program.ts'
import { pluginFolders } from './facts/plugin-folders.ts'
import { isPodmanProgram } from './facts/podman.ts'
import { systemClock } from './host/clock.ts'
import { createExec } from './host/exec/exec.ts'
import { searchPath } from './host/exec/search-path.ts'
import type { Host } from './host/host.ts'
import { createHttp } from './host/http/http.ts'
import { readInput } from './host/print/commands.ts'
import { inputRows } from './inputs/schema.ts'
import { formatReference, parseReference } from './oci/reference.ts'

/**
 * Undoes the tasks of the step with the directory `folder`; with `forLaterSteps`, resources that later steps use are kept. A cancellation of the step does not stop it.
 *
 * @returns one sentence for each task that could not be undone; never throws
 */
export async function cleanUpStep(
  folder: string,
  { env, os }: Pick<Host, 'env' | 'os'>,
  { forLaterSteps = false }: { readonly forLaterSteps?: boolean } = {},
): Promise<readonly string[]> {
  const { signal } = new AbortController()
  const exec = createExec({ env, signal })
  const { http, close } = createHttp({ env })
  const host = { exec, http, signal, clock: systemClock }
  // Resolved on demand, because the endpoint may be invalid.
  const { product } = readEngineName(engineText(readInput(env, 'engine'), env))
  const daemon = () => ({ endpoint: findDockerEndpoint({ env, os }, dockerConfigDirOf(env), { product }) })
  try {
    return await cleanUp(folder, {
      exec,
      removeImage: async (reference) => await removeImage(reference, daemon(), host),
      removeContainer: async (name) => await removeContainer(name, daemon(), host),
      removePod: async (pod) => {
        const { removeRecordedPod } = await import('./containers/kubernetes/remove-pod.ts')
        await removeRecordedPod(pod, { ...host, env })
      },
      removeDeployment: async (deployment) => {
        const { removeBuilderObjects } = await import('./kubernetes/builder-objects.ts')
        await removeBuilderObjects(deployment, { ...host, env })
      },
      removeNamespace: async (namespace) => {
        const { removeNamespace } = await import('./kubernetes/namespace.ts')
        await removeNamespace(namespace, { ...host, env })
      },
      parent: env['RUNNER_TEMP'] || tmpdir(),
      rules: await rulesOf(folder, { env, os }),
      forLaterSteps,
    })
  } finally {
    close()
  }
}

/** Returns what the step in `folder` can have recorded, given its environment and inputs. */
async function rulesOf(folder: string, { env, os }: Pick<Host, 'env' | 'os'>): Promise<TaskRules> {
  const own: Readonly<Record<string, string>> = {
    DOCKER_CONFIG: join(folder, 'docker'),
    BUILDX_CONFIG: join(folder, 'docker', 'buildx'),
  }
  return {
    session: sessionName(folder),
    isBuildx: (path) => path === join(ownBuildxFolder(folder), buildxProgram(os)) || isBuildx(path, { env, os }),
    isPodman: (path) => isPodmanProgram(path, { env }) || isNerdctlProgram(path, { env }),
    isApple: (path) => isAppleProgram(path, { env }),
    keptBuilder: /^true$/i.test(readInput(env, 'keep-state')) ? readInput(env, 'builder') : undefined,
    emulatorImages: await emulatorImages(env),
    // This program sets DOCKER_HOST only to Colima's socket.
    maySet: (name, value) => own[name] === value || (name === 'DOCKER_HOST' && /^unix:\/\/\/[^\0\n]*$/.test(value)),
  }
}

/** Whether `findBuildx` can return the path. */
function isBuildx(path: string, { env, os }: Pick<Host, 'env' | 'os'>): boolean {
  const program = buildxProgram(os)
  const folders = [...pluginFolders(env, os, dockerConfigDirOf(env)), ...searchPath(env)]
  if (folders.some((folder) => join(folder, program) === path)) return true
  const cache = env['RUNNER_TOOL_CACHE']
  const inCache = cache !== undefined && resolve(path) === path && path.startsWith(`${join(resolve(cache), 'buildx-')}`)
  return inCache && path.endsWith(`${sep}${program}`)
}

async function emulatorImages(env: Host['env']): Promise<readonly string[]> {
  try {
    const image = formatReference(
      parseReference(readInput(env, 'emulator-image') || inputRows['emulator-image'].default),
    )
    const mirrors = readInput(env, 'mirrors')
    // Most steps have none and do not need the list parser.
    return mirrors === '' ? [image] : (await import('./inputs/mirrors.ts')).mirroredImages(image, mirrors)
  } catch {
    return []
  }
}
