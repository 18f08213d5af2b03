import { createOutlet, guardOutput } from '../../src/host/print/outlet.ts'
import { hostile } from './hostile.ts'

// Everything that Node would print on its own, with text from outside in it.
const { log } = createOutlet({})
guardOutput(log, (thrown) => log.warning(`Caught: ${thrown instanceof Error ? thrown.message : String(thrown)}`))
process.emitWarning(hostile, { detail: hostile, code: hostile })
void Promise.reject(new Error(hostile))
setTimeout(() => {
  throw new TypeError(hostile)
}, 10)
