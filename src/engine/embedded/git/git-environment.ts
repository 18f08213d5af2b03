/** A setting of Git: name and value. */
type Setting = readonly [string, string]

export type GitAccess = {
  readonly remote: string
  /** `user:password` for this remote. */
  readonly credentials: string | undefined
  /** The job's own token, which github.com alone is shown. */
  readonly token: string | undefined
}

const github = 'https://github.com/'

/**
 * What Git's environment is set to, over that of this process. What decides the content of files is fixed; the user's
 * proxies, certificates and ssh settings stay. Secrets go in here and never on a command line, which every process may
 * read. https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT
 */
export function gitEnvironment(
  access: GitAccess,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const before = Number(env['GIT_CONFIG_COUNT'] ?? 0) || 0
  const settings: readonly Setting[] = [
    ['core.autocrlf', 'false'],
    ['core.eol', 'lf'],
    // The logs of a `.git` that is kept would name the user of this machine.
    ['core.logAllRefUpdates', 'false'],
    ['core.hooksPath', '/dev/null'],
    ['core.attributesFile', '/dev/null'],
    ['advice.detachedHead', 'false'],
    ...authorization(access),
  ]
  return {
    ...Object.fromEntries(
      settings.flatMap(([name, value], index) => [
        [`GIT_CONFIG_KEY_${before + index}`, name],
        [`GIT_CONFIG_VALUE_${before + index}`, value],
      ]),
    ),
    GIT_CONFIG_COUNT: String(before + settings.length),
    GIT_TERMINAL_PROMPT: '0',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_SSH_COMMAND: env['GIT_SSH_COMMAND'] ?? 'ssh -o BatchMode=yes',
    LC_ALL: 'C',
    // A hook that runs this program would point Git at another repository.
    GIT_DIR: undefined,
    GIT_WORK_TREE: undefined,
    GIT_INDEX_FILE: undefined,
    // These print request headers.
    GIT_TRACE_CURL: undefined,
    GIT_CURL_VERBOSE: undefined,
  }
}

function authorization({ remote, credentials, token }: GitAccess): readonly Setting[] {
  if (credentials !== undefined) return [header(remote, credentials)]
  // For all of github.com, since submodules are often there too.
  if (token !== undefined && remote.startsWith(github)) return [header(github, `x-access-token:${token}`)]
  return []
}

function header(url: string, credentials: string): Setting {
  return [`http.${url}.extraheader`, `Authorization: Basic ${Buffer.from(credentials).toString('base64')}`]
}
