import { join } from 'node:path'
import { excerptOf } from '../bounds/excerpt.ts'
import { member, parseJson, parseJsonObject } from '../bounds/json.ts'
import { isExecutable, searchPath } from '../host/exec/search-path.ts'
import type { Host } from '../host/host.ts'
import { logrusMessage } from '../text/logrus-message.ts'
import type { Missing, Nerdctl } from './facts.ts'
import { nerdctlProgram } from './nerdctl-program.ts'

/** Milliseconds for one question. */
const timeout = 20_000

/**
 * Finds nerdctl on PATH, and the containerd and the buildkitd that it uses.
 * https://github.com/containerd/nerdctl/blob/v2.2.1/docs/build.md
 */
export async function findNerdctl({ env, exec }: Pick<Host, 'env' | 'exec'>): Promise<Nerdctl | Missing> {
  const path = await findProgram(nerdctlProgram, env)
  if (path === undefined) return { kind: 'missing', reason: `${nerdctlProgram} is not on PATH` }
  const buildctl = await findProgram('buildctl', env)
  if (buildctl === undefined) {
    return { kind: 'missing', reason: `${path} cannot build: buildctl is not on PATH`, isInstalled: true }
  }
  // It reports its own version also if containerd does not respond.
  const { stdout, stderr } = await exec(path, ['version', '--format', '{{json .}}'], { timeout })
  const document = parseJsonObject(stdout)
  const version = textOf(member(document, 'Client'), 'Version')?.replace(/^v/, '')
  if (version === undefined || document?.['Server'] === undefined || document['Server'] === null) {
    return { kind: 'missing', reason: `${path} does not reach containerd: ${reasonIn(stderr)}`, isInstalled: true }
  }
  const refused: string[] = []
  for (const address of addressesOf(env)) {
    const args = ['--addr', address, 'debug', 'workers', '--format', '{{json .}}']
    const result = await exec(buildctl, args, { timeout })
    if (result.ok) return { kind: 'nerdctl', path, version, buildkit: address, native: nativeIn(result.stdout) }
    refused.push(address)
  }
  return { kind: 'missing', reason: `no buildkitd responds at ${refused.join(' or ')}`, isInstalled: true }
}

async function findProgram(name: string, env: Host['env']): Promise<string | undefined> {
  for (const folder of searchPath(env)) if (await isExecutable(join(folder, name))) return join(folder, name)
  return undefined
}

/** Returns the addresses at which nerdctl itself searches buildkitd. */
function addressesOf(env: Host['env']): readonly string[] {
  if (env['BUILDKIT_HOST']) return [env['BUILDKIT_HOST']]
  const uid = process.getuid?.() ?? 0
  const run = uid === 0 ? '/run' : env['XDG_RUNTIME_DIR'] || `/run/user/${uid}`
  const namespace = env['CONTAINERD_NAMESPACE'] || 'default'
  const folders = [...new Set([`buildkit-${namespace}`, 'buildkit-default', 'buildkit'])]
  return folders.map((folder) => `unix://${run}/${folder}/buildkitd.sock`)
}

/** Returns the first platform of the worker, which is its own; "" if it is not reported. */
function nativeIn(text: string): string {
  const workers = parseJson(text)
  const platforms = member(Array.isArray(workers) ? workers[0] : undefined, 'platforms')
  const first: unknown = Array.isArray(platforms) ? platforms[0] : undefined
  const [os, architecture] = [textOf(first, 'os'), textOf(first, 'architecture')]
  return os === undefined || architecture === undefined ? '' : `${os}/${architecture}`
}

/** Returns the message of the last line, which is in the format of logrus. */
function reasonIn(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1) ?? ''
  return excerptOf(logrusMessage(line) ?? line, 300) || 'it does not respond'
}

function textOf(object: unknown, key: string): string | undefined {
  const value = member(object, key)
  return typeof value === 'string' && /^[\w./+~:-]{1,64}$/.test(value) ? value : undefined
}
