import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordTask } from '../../cleanup/cleanup.ts'
import { ActionError } from '../../errors.ts'
import type { BuildkitdConfig } from '../../inputs/inputs.ts'
import { recognise } from '../../known-failure.ts'
import type { PlannedBuilder } from '../../plan/builder.ts'
import type { BuildxPlan } from '../../plan/plan.ts'
import { shortCall } from '../hanging-daemon.ts'
import { knownFailures } from './known-failures.ts'
import { retryBuild } from './retry-build.ts'
import type { Session } from './session.ts'

/** Milliseconds for the boot of a builder, whose image is pulled first. */
const bootTimeout = 600_000

/**
 * Makes and boots a builder for this step alone, again when that fails for a reason that passes, and writes down that it must go.
 *
 * @returns its name
 * @throws ActionError `engine-failed` when it does not boot
 */
export async function createBuilder(
  planned: Extract<PlannedBuilder, { kind: 'create' }>,
  plan: BuildxPlan,
  { host, env, name, retries }: Session,
): Promise<string> {
  recordTask(host.tempDir, { kind: 'builder', name, buildx: plan.engine.program, env })
  const args = [
    'create',
    ...['--name', name],
    ...['--driver', planned.driver],
    ...planned.driverOpts.flatMap((option) => ['--driver-opt', option]),
    ...configArguments(planned.config, host.tempDir),
    '--bootstrap',
    ...(planned.endpoint === undefined ? [] : [planned.endpoint]),
  ]
  const once = async (): Promise<string> => {
    const result = await host.log.group(`Create a ${planned.driver} builder`, () =>
      host.exec(plan.engine.program, args, { env, timeout: bootTimeout, onStderrLine: host.log.info }),
    )
    if (result.ok) return name
    // One that did not boot is there all the same, and its name taken.
    await host.exec(plan.engine.program, ['rm', '--force', name], { env, timeout: shortCall })
    const found = result.stderr.trim().split('\n').at(-1) ?? ''
    throw bootFailure(planned.driver, found)
  }
  return retryBuild(once, retries, host)
}

/** What buildx said last of a builder that did not boot, as an error. */
export function bootFailure(driver: string, found: string): ActionError {
  const known = recognise(knownFailures, found)
  const ofNetwork = known && ['registry-unreachable', 'registry-unavailable'].includes(known.code)
  return new ActionError('engine-failed', `Cannot boot a ${driver} builder: ${found}`, {
    hint: [
      'Its image comes from Docker Hub unless driver-opts says `image=…`; leave `driver` empty to need no builder where the daemon can build by itself.',
      ...(ofNetwork ? [known.hint] : []),
    ].join(' '),
  })
}

function configArguments(config: BuildkitdConfig | undefined, tempDir: string): readonly string[] {
  if (config === undefined) return []
  if (config.kind === 'file') return ['--buildkitd-config', config.path]
  const path = join(tempDir, 'buildkitd.toml')
  writeFileSync(path, config.text, { mode: 0o600 })
  return ['--buildkitd-config', path]
}
