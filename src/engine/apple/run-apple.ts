import { appleMessage } from '../../containers/apple/apple-message.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Host } from '../../host/host.ts'

export type AppleOptions = {
  /** For the error: `save the image for linux/arm64`. */
  readonly what: string
  /** Milliseconds. */
  readonly timeout: number
}

/**
 * Runs Apple's `container` and returns its standard output.
 *
 * @throws ActionError `engine-failed` with what it printed
 */
export async function runApple(
  program: string,
  args: readonly string[],
  { exec }: Pick<Host, 'exec'>,
  { what, timeout }: AppleOptions,
): Promise<string> {
  const result = await exec(program, args, { timeout })
  if (result.ok) return result.stdout
  throw new ActionError('engine-failed', `Cannot ${what}: ${appleMessage(result)}`)
}
