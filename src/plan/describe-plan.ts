import { engines } from '../engine/engines.ts'
import type { Plan } from './plan.ts'

/**
 * The plan as JSON for debugging: secrets print as `***`, build arguments and the smoke test's environment by name only. Of a
 * build secret there are its id and kind, of `ssh` the ids: people write the value where a name or a path should be.
 */
export function describePlan(plan: Plan): string {
  const buildArgs = namesOnly(plan.build.buildArgs)
  const smokeTest = plan.smokeTest && { ...plan.smokeTest, env: namesOnly(plan.smokeTest.env) }
  const secrets = plan.build.secrets.map(({ id, source }) => ({ id, source: source.kind }))
  const ssh = plan.build.ssh.map(({ id }) => id)
  const urlLogins = plan.build.urlLogins.map(({ kind, host }) => `${kind} ${host}`)
  const dockerfileInline = plan.build.dockerfileInline === undefined ? undefined : '…'
  const build = { ...plan.build, buildArgs, secrets, ssh, urlLogins, dockerfileInline }
  // Their words may be what the user would hide.
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
