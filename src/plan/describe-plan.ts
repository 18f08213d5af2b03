import { engines } from '../engine/engines.ts'
import type { Plan } from './plan.ts'

/**
 * Returns the plan as JSON for debugging: secrets are `***`; build arguments and the smoke test's environment are listed by name. A build
 * secret is listed with its id and kind, `ssh` with its ids: users may put the value itself in place of a name or a path.
 */
export function describePlan(plan: Plan): string {
  const buildArgs = namesOnly(plan.build.buildArgs)
  const smokeTest = plan.smokeTest && { ...plan.smokeTest, env: namesOnly(plan.smokeTest.env) }
  const secrets = plan.build.secrets.map(({ id, source }) => ({ id, source: source.kind }))
  const ssh = plan.build.ssh.map(({ id }) => id)
  const urlLogins = plan.build.urlLogins.map(({ kind, host }) => `${kind} ${host}`)
  const dockerfileInline = plan.build.dockerfileInline === undefined ? undefined : '…'
  const perPlatform = plan.build.perPlatform.map((one) => ({ ...one, buildArgs: namesOnly(one.buildArgs) }))
  const build = { ...plan.build, buildArgs, perPlatform, secrets, ssh, urlLogins, dockerfileInline }
  // Their text may contain a secret.
  const beforeTags = plan.beforeTags?.commands.map(({ words: [program] }) => `${program} …`)
  return JSON.stringify({ ...plan, engine: describeEngine(plan.engine), build, smokeTest, beforeTags })
}

function describeEngine(engine: Plan['engine']): unknown {
  return {
    ...engine,
    options: engine.options.map((option) => option.replace(/=.*/s, '=…')),
    spec: engines[engine.name].describe(engine.spec),
  }
}

function namesOnly(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(values).map((name) => [name, '…']))
}
