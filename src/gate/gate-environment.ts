import type { Environment } from '../host/host.ts'

/** Where programs, files, proxies and certificates are, and how to write text: of every system. */
const general = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'TZ', 'LANG', 'LANGUAGE', 'TMPDIR', 'TMP', 'TEMP', 'CI'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS'],
  ...['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH', 'DOCKER_API_VERSION'],
  ...['APPDATA', 'COMSPEC', 'LOCALAPPDATA', 'PATHEXT', 'PROGRAMDATA', 'PROGRAMFILES', 'SYSTEMDRIVE', 'SYSTEMROOT'],
  ...['USERPROFILE', 'WINDIR'],
])

/** By these the post step finds what a killed step has left. */
const ours = new Set(['POLYARCH_STEP'])

/** Facts about the run and its machine; without tokens, and without the files that commands to the runner are written to. */
const ofRunner = /^(?:GITHUB|RUNNER)_(?!TOKEN$|ENV$|PATH$|OUTPUT$|STATE$|STEP_SUMMARY$)[A-Z_]+$/
const secretive = /TOKEN|SECRET|PASSWORD|CREDENTIAL|(?:^|_)KEY(?:_|$)/

/**
 * The environment of a command of `before-tags`, to be laid over that of this process: what is not on the list and not in `named` is taken
 * out of it, `own` is added.
 */
export function gateEnvironment(env: Environment, named: readonly string[], own: Environment): Environment {
  const passed = (name: string): boolean => {
    const upper = name.toUpperCase()
    return (
      named.includes(name) ||
      ours.has(name) ||
      general.has(upper) ||
      /^(?:LC|XDG)_[A-Z_]+$/.test(upper) ||
      (ofRunner.test(upper) && !secretive.test(upper))
    )
  }
  const taken = Object.keys(env).filter((name) => !passed(name))
  const given = named.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))
  return { ...Object.fromEntries(taken.map((name) => [name, undefined])), ...Object.fromEntries(given), ...own }
}
