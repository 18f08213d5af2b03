import { join } from 'node:path'
import { parseJson } from '../../bounds/json.ts'
import { limits } from '../../bounds/limits.ts'
import { readFileLimited } from '../../bounds/read-limited.ts'
import { messageOf } from '../../errors/action-error.ts'
import type { Host } from '../../host/host.ts'
import { longestSecret } from '../../inputs/build-secrets.ts'
import { knownSecrets } from '../../login/known-secrets.ts'
import type { Run } from '../../run-context.ts'
import { gitCredentials } from './git-credentials.ts'
import type { Needle } from './patterns-of.ts'

/** Maximum size in bytes of a private key that is used for SSH. */
const longestKey = 64 * 1024

/**
 * Collects the secrets that this step knows: the job's tokens, masked values, build secrets in files, private SSH keys,
 * and the credentials that the checkouts of the workspace and of each context contain. Unreadable sources are skipped.
 */
export async function gatherNeedles({ plan, access, host }: Run): Promise<readonly Needle[]> {
  const { env, log } = host
  const read = (path: string, limit: number): Promise<string> =>
    readFileLimited(path, limit).catch((error: unknown) => {
      log.debug(`Not searched for secrets from ${path}: ${messageOf(error)}`)
      return ''
    })
  const { build } = plan
  const config = access.env['DOCKER_CONFIG']
  const contexts = [
    ...(build.contextIsFolder ? [build.context] : []),
    ...build.contexts.flatMap(({ source }) => (source.kind === 'path' ? [source.path] : [])),
  ]
  const found: readonly Needle[] = [
    ...tokensOf(env),
    ...knownSecrets(plan, env),
    ...(await Promise.all(
      build.secrets.flatMap(({ id, source }) =>
        source.kind === 'file'
          ? [read(source.path, longestSecret).then((text) => ({ role: `build secret ${id}`, text }))]
          : [],
      ),
    )),
    ...(await Promise.all(
      build.ssh.flatMap(({ id, paths }) =>
        paths.map(async (path) => {
          const text = await read(path, longestKey)
          return { role: `the SSH key ${id}`, text: text.includes('PRIVATE KEY') ? text : '' }
        }),
      ),
    )),
    ...(await gitCredentials([...contexts, env['GITHUB_WORKSPACE'] || '.'], env)),
    ...(config === undefined ? [] : passwordsOf(await read(join(config, 'config.json'), limits.configFile))),
  ]
  // If several have the same text, the first description is the most familiar one.
  return [...new Map(found.toReversed().map((needle) => [needle.text, needle])).values()].reverse()
}

const tokens: Readonly<Record<string, string>> = {
  'INPUT_GITHUB-TOKEN': "the job's token",
  GITHUB_TOKEN: "the job's token",
  GH_TOKEN: 'GH_TOKEN',
  ACTIONS_RUNTIME_TOKEN: 'ACTIONS_RUNTIME_TOKEN',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
}

function tokensOf(env: Host['env']): readonly Needle[] {
  return Object.entries(tokens).flatMap(([name, role]) => {
    const text = env[name]
    return text ? [{ role, text }] : []
  })
}

/**
 * Returns the credentials of a Docker configuration.
 * https://github.com/docker/cli/blob/v28.5.2/cli/config/types/authconfig.go
 */
function passwordsOf(config: string): readonly Needle[] {
  try {
    const { auths = {} } = parseJson(config) as { readonly auths?: Readonly<Record<string, Record<string, unknown>>> }
    return Object.entries(auths).flatMap(([registry, entry]) => {
      const { auth, password, identitytoken, registrytoken } = entry
      const basic = typeof auth === 'string' ? Buffer.from(auth, 'base64').toString('utf8') : ''
      const texts = [basic.slice(basic.indexOf(':') + 1), password, identitytoken, registrytoken]
      return texts.flatMap((text) =>
        typeof text === 'string' && text !== '' ? [{ role: `the password for ${registry}`, text }] : [],
      )
    })
  } catch {
    return []
  }
}
