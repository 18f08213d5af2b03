import { recordTask } from '../../cleanup/cleanup.ts'
import { appleMessage } from '../../containers/apple/apple-message.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Host } from '../../host/host.ts'

/** Milliseconds: the first start downloads a kernel. */
const startTimeout = 600_000

/**
 * Starts the services of Apple's `container`, if they are not running; the clean-up then stops them.
 * https://github.com/apple/container/blob/1.2.2/docs/command-reference.md#container-system-start
 *
 * @throws ActionError `daemon-unreachable` if they do not start
 */
export async function startServices(program: string, host: Pick<Host, 'exec' | 'log' | 'tempDir'>): Promise<void> {
  const { ok } = await host.exec(program, ['system', 'status'], { timeout: 30_000 })
  if (ok) return
  recordTask(host.tempDir, { kind: 'apple-services', program })
  host.log.info('Starting the services of Apple container')
  // Without the option, it asks at the terminal whether to install a kernel.
  const result = await host.exec(program, ['system', 'start', '--enable-kernel-install'], { timeout: startTimeout })
  if (result.ok) return
  throw new ActionError('daemon-unreachable', `Cannot start Apple container: ${appleMessage(result)}`, {
    hint: 'Run `container system start` on this machine. It requires macOS 26 or newer on Apple silicon.',
  })
}
