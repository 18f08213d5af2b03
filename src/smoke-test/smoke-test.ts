import type { Built } from '../engine/built.ts'
import type { Host } from '../host/host.ts'
import type { Access } from '../login/login.ts'
import type { Plan } from '../plan/plan.ts'
import type { SmokeResult } from './result.ts'

/** Runs the smoke test of the plan, if it has one: its code is loaded then. Throws what `tryImages` throws. */
export async function smokeTest(
  plan: Plan,
  built: Built,
  { login, host }: { readonly login: Access; readonly host: Host },
): Promise<readonly SmokeResult[]> {
  if (plan.smokeTest === undefined) return []
  const { tryImages } = await import('./try-images.ts')
  return tryImages(plan.smokeTest, { plan, built, login, host })
}
