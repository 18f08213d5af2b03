import type { Environment } from '../host.ts'

/**
 * Variables that the runner sets for this step alone (its inputs, its state, and the tokens of the job's services), and keys that only this
 * step uses. Names of variables are case-insensitive on Windows.
 */
const withheld =
  /^(?:INPUT_.*|STATE_.*|ACTIONS_RUNTIME_TOKEN|ACTIONS_ID_TOKEN_REQUEST_(?:TOKEN|URL)|ACTIONS_CACHE_SERVICE_TOKEN|BUILDER_NODE_\d+_AUTH_TLS_\w+)$/is

/** Whether children do not get the variable unless they are given it by name. */
export function isWithheld(name: string): boolean {
  return withheld.test(name)
}

/**
 * The environment of a child: that of this process without what is for this step alone, and `own` over it. Variables that the user set
 * (GITHUB_TOKEN among them), proxies and credentials of cloud providers stay: Docker and credential helpers need them.
 */
export function childEnvironment(env: Environment, own: Environment = {}): Environment {
  const inherited = Object.entries(env).filter(([name]) => !isWithheld(name))
  return { ...Object.fromEntries(inherited), ...own }
}

/** The variables among `names` that children would not get, for a call that the user named them for. */
export function withheldVariables(names: readonly string[], env: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name]
      return isWithheld(name) && value !== undefined ? [[name, value]] : []
    }),
  )
}
