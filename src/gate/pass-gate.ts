import type { Built } from '../engine/built.ts'
import type { Run } from '../run-context.ts'
import type { Gated } from './gate-section.ts'

/** Runs the commands of `before-tags`, if there are some: their code is loaded then. Throws what `runGate` throws. */
export async function passGate(run: Run, built: Built): Promise<Gated | undefined> {
  const { beforeTags } = run.plan
  if (beforeTags === undefined) return undefined
  const { runGate } = await import('./run-gate.ts')
  return runGate(run, built, beforeTags)
}
