import { cleanUpStep } from './clean-up-step.ts'
import { toActionError } from './errors.ts'
import { readInput } from './host/commands.ts'
import { createHost } from './host/node.ts'
import { reportFailure } from './report/failure.ts'
import { run } from './run.ts'

// The runner cancels with SIGINT, then SIGTERM 7.5 s later, then kills.
const cancel = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => cancel.abort())

// A log that nobody reads any more must not keep the clean up from running.
process.stdout.on('error', () => undefined)

const host = createHost(process.env, cancel.signal)
try {
  await run(host, (name) => readInput(process.env, name))
} catch (error) {
  process.exitCode = reportFailure(toActionError(error), host)
} finally {
  for (const problem of await cleanUpStep(host.tempDir, host)) host.log.warning(problem)
  host.close()
}
