import type { Environment } from '../host.ts'

/**
 * Variables that only this step uses: its inputs, its state, the tokens of the job's services, and its own keys. Names are
 * case-insensitive on Windows.
 */
const withheld =
  /^(?:INPUT_.*|STATE_.*|ACTIONS_RUNTIME_TOKEN|ACTIONS_ID_TOKEN_REQUEST_(?:TOKEN|URL)|ACTIONS_CACHE_SERVICE_TOKEN|BUILDER_NODE_\d+_AUTH_TLS_\w+)$/is

/** Whether child processes do not inherit the variable. */
export function isWithheld(name: string): boolean {
  return withheld.test(name)
}

/**
 * Returns the environment of a child process: that of this process without the variables of this step, overridden by `own`. Variables that
 * the user sets (such as GITHUB_TOKEN), proxies and cloud credentials are kept, because Docker and credential helpers need them.
 */
export function childEnvironment(env: Environment, own: Environment = {}): Environment {
  const inherited = Object.entries(env).filter(([name]) => !isWithheld(name))
  return { ...Object.fromEntries(inherited), ...own }
}

/** Returns those of `names` that child processes do not inherit, for a call for which the user lists them. */
export function withheldVariables(names: readonly string[], env: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name]
      return isWithheld(name) && value !== undefined ? [[name, value]] : []
    }),
  )
}
