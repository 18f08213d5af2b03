import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isWithheld } from '../../host/child-environment.ts'
import type { Host } from '../../host/host.ts'
import type { SecretSource } from '../../inputs/inputs.ts'
import type { BuildxPlan } from '../../plan/plan.ts'

/**
 * The plan with the values of build secrets in files of their own, which no other user may read, in the step's folder: they go when it is
 * removed. Of environment variables only those are written that children do not get.
 */
export function withSecretFiles(plan: BuildxPlan, { tempDir, env }: Pick<Host, 'tempDir' | 'env'>): BuildxPlan {
  const folder = join(tempDir, 'secrets')
  const secrets = plan.build.secrets.map((secret, index) => {
    const value = contentOf(secret.source, env)
    if (value === undefined) return secret
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // By number: an id may hold what no name of a file may.
    const path = join(folder, String(index))
    writeFileSync(path, value, { mode: 0o600, flag: 'wx' })
    return { ...secret, source: { kind: 'file', path } } as const
  })
  return { ...plan, build: { ...plan.build, secrets } }
}

function contentOf(source: SecretSource, env: Host['env']): string | undefined {
  if (source.kind === 'value') return source.value.reveal()
  return source.kind === 'env' && isWithheld(source.name) ? env[source.name] : undefined
}
