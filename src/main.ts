import { cleanUpStep } from './clean-up-step.ts'
import { exitStatus, messageOf, toActionError } from './errors/action-error.ts'
import { createHost } from './host/node.ts'
import { readInput } from './host/print/commands.ts'
import { createOutlet, guardOutput } from './host/print/outlet.ts'
import { isVerbatimInput } from './inputs/metadata-outputs.ts'
import { declareOutputs } from './report/declared-outputs.ts'
import { reportFailure } from './report/failure.ts'
import { run } from './run.ts'

// The runner cancels with SIGINT, then SIGTERM 7.5 s later, then kills.
const cancel = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => cancel.abort())

const outlet = createOutlet(process.env)
const { log } = outlet
const { runner, writeRest } = declareOutputs(outlet.runner)
/** Handles an uncaught error: it ends the run like a cancellation. */
let crash: { readonly thrown: unknown } | undefined
let reported = false
guardOutput(log, (thrown) => {
  crash ??= { thrown }
  // In case the report fails too.
  process.exitCode ??= 1
  cancel.abort()
})

function fail(thrown: unknown): void {
  const error = toActionError(thrown)
  // The run fails even if the report cannot be written.
  process.exitCode = exitStatus(error.code)
  reported = true
  reportFailure(error, { log, runner })
}

try {
  const host = createHost(process.env, cancel.signal, outlet)
  const later: (() => Promise<void>)[] = []
  try {
    await run(
      { ...host, runner },
      (name) => readInput(process.env, name, { trimWhitespace: !isVerbatimInput(name) }),
      (work) => void later.push(work),
    )
    if (crash) throw crash.thrown
  } catch (error) {
    fail(crash ? crash.thrown : error)
  } finally {
    for (const work of cancel.signal.aborted ? [] : later) {
      await work().catch((error: unknown) => log.warning(messageOf(error)))
    }
    for (const problem of await cleanUpStep(host.tempDir, host, { forLaterSteps: true })) log.warning(problem)
    host.close()
  }
} catch (error) {
  fail(error)
}
if (crash && !reported) fail(crash.thrown)
try {
  writeRest()
} catch (error) {
  log.warning(`Cannot write the outputs: ${messageOf(error)}`)
}
