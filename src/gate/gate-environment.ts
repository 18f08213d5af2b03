import type { Environment } from '../host/host.ts'

/** Variables of all systems for programs, files, proxies, certificates and locale. */
const general = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'TZ', 'LANG', 'LANGUAGE', 'TMPDIR', 'TMP', 'TEMP', 'CI'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS'],
  ...['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH', 'DOCKER_API_VERSION'],
  ...['APPDATA', 'COMSPEC', 'LOCALAPPDATA', 'PATHEXT', 'PROGRAMDATA', 'PROGRAMFILES', 'SYSTEMDRIVE', 'SYSTEMROOT'],
  ...['USERPROFILE', 'WINDIR'],
])

/** The variables with which the post step finds resources that a killed step left behind. */
const ours = new Set(['POLYARCH_STEP'])

/**
 * Variables about the run and its machine, without the runner's command files.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables#default-environment-variables
 */
const ofGitHub =
  'ACTION ACTIONS ACTION_PATH ACTION_REPOSITORY ACTOR ACTOR_ID API_URL BASE_REF EVENT_NAME EVENT_PATH GRAPHQL_URL HEAD_REF JOB REF REF_NAME REF_PROTECTED REF_TYPE REPOSITORY REPOSITORY_ID REPOSITORY_OWNER REPOSITORY_OWNER_ID RETENTION_DAYS RUN_ATTEMPT RUN_ID RUN_NUMBER SERVER_URL SHA TRIGGERING_ACTOR WORKFLOW WORKFLOW_REF WORKFLOW_SHA WORKSPACE'
const ofRunner = 'ARCH DEBUG ENVIRONMENT NAME OS TEMP TOOL_CACHE'
const facts = new Set([
  ...ofGitHub.split(' ').map((name) => `GITHUB_${name}`),
  ...ofRunner.split(' ').map((name) => `RUNNER_${name}`),
])

/**
 * Returns the environment of a command of `before-tags` as changes to that of this process: variables that are neither listed nor in `named` are
 * removed, and `own` is added.
 */
export function gateEnvironment(env: Environment, named: readonly string[], own: Environment): Environment {
  const passed = (name: string): boolean => {
    const upper = name.toUpperCase()
    return (
      named.includes(name) ||
      ours.has(name) ||
      general.has(upper) ||
      /^(?:LC|XDG)_[A-Z_]+$/.test(upper) ||
      facts.has(upper)
    )
  }
  const taken = Object.keys(env).filter((name) => !passed(name))
  const given = named.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))
  return { ...Object.fromEntries(taken.map((name) => [name, undefined])), ...Object.fromEntries(given), ...own }
}
