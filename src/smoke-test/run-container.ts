import type { ContainerSpec, Containers } from '../containers/containers.ts'
import { cancelled } from '../errors/cancelled.ts'
import type { Host } from '../host/host.ts'
import { within } from '../host/within.ts'
import type { PlannedSmokeTest } from '../plan/smoke-test.ts'
import { notStarted, type Ran, type Subject } from './judge.ts'
import { pollHttp } from './poll-http.ts'

export type RunOptions = {
  readonly containers: Containers
  /** Of the container. */
  readonly name: string
  readonly spec: ContainerSpec
  readonly subject: Subject
  readonly host: Host
}

/**
 * Runs one container until it ends, answers as expected, or its time is over; then removes it, whatever happened.
 *
 * @throws ActionError if it does not start, or the engine cannot be asked
 */
export async function runContainer(
  test: PlannedSmokeTest,
  { containers, name, spec, subject, host }: RunOptions,
): Promise<Ran> {
  try {
    const problem = await containers.run(name, spec)
    if (problem !== undefined) throw notStarted(problem, subject)
    const end = await endOf(test, { containers, name, host })
    return { end, log: await containers.logs(name) }
  } finally {
    // The clean-up repeats a removal that fails here, and removes what a cancelled run leaves.
    if (!host.signal.aborted) await containers.remove(name).catch(() => undefined)
  }
}

type Exit = { readonly kind: 'exited'; readonly status: number } | { readonly kind: 'late' }

async function endOf(
  { http, timeout }: PlannedSmokeTest,
  { containers, name, host }: Pick<RunOptions, 'containers' | 'name' | 'host'>,
): Promise<Ran['end']> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), timeout)
  const ended = new AbortController()
  const exit = containers
    .wait(name, late.signal)
    .then(
      (status): Exit => ({ kind: 'exited', status }),
      (error: unknown): Exit => {
        if (late.signal.aborted && !host.signal.aborted) return { kind: 'late' }
        throw error
      },
    )
    .finally(() => {
      clearTimeout(timer)
      ended.abort()
    })
  // Handled below; until then a rejection has no handler.
  exit.catch(() => undefined)
  try {
    let problem: string | undefined
    if (http !== undefined) {
      const address = await containers.reach(name, http.port, AbortSignal.any([ended.signal, host.signal]))
      if (address !== undefined) {
        problem = await pollHttp(`${address}${http.path}`, http, within(host, ended.signal))
        if (problem === undefined) return { kind: 'answered' }
      }
    }
    const end = await exit
    return end.kind === 'late' ? { kind: 'late', problem } : end
  } catch (error) {
    if (host.signal.aborted) throw cancelled('the smoke test')
    throw error
  } finally {
    // Ends the wait of a container that answered, and whatever forwards its port.
    late.abort()
  }
}
