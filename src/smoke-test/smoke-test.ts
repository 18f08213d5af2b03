import type { Built } from '../engine/built.ts'
import type { Run } from '../run-context.ts'
import type { SmokeResult } from './result.ts'

/** Runs the smoke test of the plan, if it has one; loads the code on demand. Throws the errors of `tryImages`. */
export async function smokeTest(run: Run, built: Built): Promise<readonly SmokeResult[]> {
  const test = run.plan.smokeTest
  if (test === undefined) return []
  const { tryImages } = await import('./try-images.ts')
  return tryImages(run, built, test)
}
