import type { CredentialFile } from './credential-file.ts'

/** A setting of Git: name and value. */
type Setting = readonly [string, string]

/**
 * Returns the environment of Git as changes to that of this process. Settings that determine the content of files are
 * fixed; the user's proxies, certificates and SSH settings are kept. Of secrets, it only contains the paths of their
 * files. https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT
 */
export function gitEnvironment(
  credentials: readonly CredentialFile[],
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const before = Number(env['GIT_CONFIG_COUNT'] ?? 0) || 0
  const settings: readonly Setting[] = [
    ['core.autocrlf', 'false'],
    ['core.eol', 'lf'],
    // If `.git` is kept, its logs would contain the name of this machine's user.
    ['core.logAllRefUpdates', 'false'],
    ['core.hooksPath', '/dev/null'],
    ['core.attributesFile', '/dev/null'],
    ['advice.detachedHead', 'false'],
    ...credentials.flatMap(helper),
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

/**
 * Sets a credential helper for this server instead of any others: after a redirect to another server, Git uses the
 * helper of that server, while a header would be sent along. https://git-scm.com/docs/gitcredentials#_custom_helpers
 */
function helper({ origin, path }: CredentialFile): readonly Setting[] {
  const name = `credential.${origin}.helper`
  const quoted = `'${path.replaceAll('\\', '/').replaceAll("'", "'\\''")}'`
  return [
    [name, ''],
    [name, `!f() { test "$1" = get && cat ${quoted}; }; f`],
  ]
}
