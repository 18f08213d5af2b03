import type { Built } from '../engine/built.ts'
import type { Run } from '../run-context.ts'
import type { Gated } from './gate-section.ts'

/** Runs the commands of `before-tags`, if any; loads the code on demand. Throws the errors of `runGate`. */
export async function passGate(run: Run, built: Built): Promise<Gated | undefined> {
  const { beforeTags } = run.plan
  if (beforeTags === undefined) return undefined
  const { runGate } = await import('./run-gate.ts')
  return runGate(run, built, beforeTags)
}
