import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Job } from './action.ts'

/** A job whose Node processes record their memory, and a function that returns the peak of main, in bytes. */
export function watchMemory(job: Job): { readonly job: Job; readonly peak: () => number } {
  const file = join(job.workspace, '..', 'peak')
  // Kilobytes. Not getrusage(): on Linux it starts with the value of the parent process.
  const peak = `/VmHWM:\\s+(\\d+)/.exec(fs.readFileSync('/proc/self/status','utf8'))[1]`
  const atExit = `import fs from 'node:fs';process.on('exit',()=>fs.appendFileSync(${JSON.stringify(file)},${peak}+'\\n'))`
  const option = `--import=data:text/javascript,${encodeURIComponent(atExit)}`
  return {
    job: { ...job, env: { ...job.env, NODE_OPTIONS: option } },
    peak: () => {
      // The first process to end is main's.
      const [peak = ''] = readFileSync(file, 'utf8').split('\n')
      rmSync(file)
      return Number(peak) * 1024
    },
  }
}
