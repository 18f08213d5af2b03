import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordTask } from '../../cleanup/cleanup.ts'
import { shortCall } from '../../docker/hanging-daemon.ts'
import { positional } from '../../host/exec/positional.ts'
import type { BuildkitdConfig } from '../../inputs/inputs.ts'
import { writeRecord } from '../../inputs/read/record.ts'
import { retryBuild } from '../buildkit/retry-build.ts'
import type { Driver } from '../drivers.ts'
import { bootFailure } from './boot-failure.ts'
import type { Buildx } from './buildx.ts'
import type { PlannedBuilder } from './choose-builder.ts'
import { driverOptions } from './driver-options.ts'

type Creation = Extract<PlannedBuilder, { kind: 'create' }>

/** Milliseconds for the boot of a builder, whose image is pulled first. */
const bootTimeout = 600_000

/**
 * Makes and boots a builder for this step alone, again after a transient failure, and writes down that it must go.
 *
 * @returns its name
 * @throws ActionError `engine-failed` when it does not boot
 */
export async function createBuilder(
  { run: { host }, spec: { program }, env, name, retries }: Omit<Buildx, 'builder'>,
  planned: Creation,
): Promise<string> {
  const options = driverOptions(planned.driver, planned.driverOpts)
  const task = {
    kind: 'builder',
    ...{ name, buildx: program, env },
    byHand: removalByHand(planned.driver, name, options),
  } as const
  recordTask(host.tempDir, task)
  const config = [...configArguments(planned.config, host.tempDir), ...grantArguments(planned.grants)]
  const args = createArguments(planned, { name, options, config })
  const once = async (): Promise<string> => {
    const result = await host.log.group(`Create a ${planned.driver} builder`, () =>
      host.exec(program, args, { env, timeout: bootTimeout, onStderrLine: host.log.info }),
    )
    if (result.ok) return name
    // One that did not boot is there all the same, and its name taken.
    const removed = await host.exec(program, ['rm', '--force', name], { env, timeout: shortCall })
    // buildx forgets a builder also when it could not remove it: asked again, it would say that there is none.
    if (!removed.ok && !/no builder/i.test(removed.stderr)) recordTask(host.tempDir, { ...task, forgotten: true })
    const found = result.stderr.trim().split('\n').at(-1) ?? ''
    throw bootFailure(planned.driver, found, options)
  }
  return retryBuild(once, retries, host)
}

/** The arguments of `docker-buildx` that make and boot a builder. */
export function createArguments(
  { driver, endpoint }: Pick<Creation, 'driver' | 'endpoint'>,
  {
    name,
    options,
    config,
  }: { readonly name: string; readonly options: readonly string[]; readonly config: readonly string[] },
): readonly string[] {
  return [
    'create',
    ...['--name', name],
    ...['--driver', driver],
    ...options.flatMap((option) => ['--driver-opt', writeRecord([option])]),
    ...config,
    '--bootstrap',
    ...(endpoint === undefined ? [] : positional(endpoint)),
  ]
}

/** The command with which a user removes what a builder is made of, when buildx could not; undefined where nothing is made. */
function removalByHand(driver: Driver, name: string, options: readonly string[]): string | undefined {
  if (driver === 'docker-container') {
    return `docker rm --force buildx_buildkit_${name}0 && docker volume rm --force buildx_buildkit_${name}0_state`
  }
  if (driver !== 'kubernetes') return undefined
  const namespace = optionOf(options, 'namespace')
  const place = namespace === undefined ? '' : ` --namespace ${namespace}`
  return `kubectl delete${place} --ignore-not-found deployment/${name}0 statefulset/${name}0 configmap/${name}0-config`
}

function optionOf(options: readonly string[], key: string): string | undefined {
  return options.find((option) => option.startsWith(`${key}=`))?.slice(key.length + 1)
}

function configArguments(config: BuildkitdConfig | undefined, tempDir: string): readonly string[] {
  if (config === undefined) return []
  if (config.kind === 'file') return ['--buildkitd-config', config.path]
  const path = join(tempDir, 'buildkitd.toml')
  writeFileSync(path, config.text, { mode: 0o600 })
  return ['--buildkitd-config', path]
}

function grantArguments(grants: readonly string[] | undefined): readonly string[] {
  if (grants === undefined) return []
  return ['--buildkitd-flags', grants.map((grant) => `--allow-insecure-entitlement=${grant}`).join(' ')]
}
