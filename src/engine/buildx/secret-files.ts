import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildxPlan } from '../../plan/plan.ts'

/**
 * The plan with the values of build secrets in files of their own, which no other user may read, in the step's folder
 * `tempDir`: they go when it is removed.
 */
export function withSecretFiles(plan: BuildxPlan, tempDir: string): BuildxPlan {
  const folder = join(tempDir, 'secrets')
  const secrets = plan.build.secrets.map((secret, index) => {
    if (secret.source.kind !== 'value') return secret
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // By number: an id may hold what no name of a file may.
    const path = join(folder, String(index))
    writeFileSync(path, secret.source.value.reveal(), { mode: 0o600, flag: 'wx' })
    return { ...secret, source: { kind: 'file', path } } as const
  })
  return { ...plan, build: { ...plan.build, secrets } }
}
