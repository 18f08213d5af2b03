import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import type { Certificate } from '../../support/certificates.ts'
import { type OwnBuildkitd, startBuildkitd } from './buildkitd.ts'

/** Starts a buildkitd of one test like `startBuildkitd`. It is stopped when the test has finished. */
export async function startOwnBuildkitd(tls?: Certificate): Promise<OwnBuildkitd> {
  const daemon = await startBuildkitd({ tls })
  onTestFinished(daemon.remove)
  return daemon
}

/** Waits, a minute at most, until a process of this machine has `text` in its command line. */
export async function untilProcess(text: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (commandLines().some((line) => line.includes(text))) return
    await sleep(100)
  }
  throw new Error(`There was no process with ${text}`)
}

function commandLines(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]
      } catch {
        return []
      }
    })
}
