import { parseJson } from '../bounds/json.ts'
import { docker } from '../docker/docker.ts'
import type { ExecResult, Host } from '../host/host.ts'
import type { Access } from '../login/login.ts'
import { startTable } from '../retry/network-faults.ts'
import { retry } from '../retry/retry.ts'

export type BinfmtAnswer = {
  /** The handlers registered in the kernel; undefined if the image could not be run. */
  readonly emulators: readonly string[] | undefined
  /** False if Docker did not start the image: it could not be pulled, or no daemon is running. */
  readonly ran: boolean
  /** The original error message. */
  readonly said: string
}

/** The references of the image, the connection to the daemon that runs it, and the number of retries of transient failures. */
export type Binfmt = {
  /** Mirrors first: each is tried if Docker could not start the previous ones. */
  readonly images: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly retries: Access['retries']
  readonly host: Host
}

/**
 * Runs the image, privileged, on the machine of the daemon. Without `args` it only lists the handlers. `begin` is called before each attempt
 * with the reference that is run.
 */
export async function runBinfmt(
  args: readonly string[],
  { images, env, retries, host }: Binfmt,
  begin: (image: string) => void = () => {},
): Promise<BinfmtAnswer & { readonly image: string }> {
  const runOne = async (image: string) => {
    begin(image)
    const command = ['run', '--rm', '--privileged', image, ...args]
    const result = await docker(host, command, { env, timeout: 300_000, onStderrLine: host.log.info })
    const answer = { ...readAnswer(result), image }
    if (result.ok) return { ok: true, value: answer } as const
    return { ok: false, failure: { kind: 'text', text: result.stderr, answer } } as const
  }
  const attempt = async () => {
    for (const image of images.slice(0, -1)) {
      const outcome = await runOne(image)
      if (outcome.ok || outcome.failure.answer.ran) return outcome
      host.log.info(`Cannot run ${image}: ${outcome.failure.answer.said}; trying the next mirror`)
    }
    return await runOne(images.at(-1) ?? '')
  }
  const outcome = await retry(
    { attempt, table: startTable, describe: ({ answer }) => `Cannot run ${answer.image}: ${answer.said}` },
    { ...retries, log: host.log, clock: host.clock, signal: host.signal },
  )
  return outcome.ok ? outcome.value : outcome.failure.answer
}

/** The exit status is 0 even if registration failed: only the final list counts. */
export function readAnswer({ ok, status, stdout, stderr }: ExecResult): BinfmtAnswer {
  const lines = stderr.split('\n').map((line) => line.trim())
  if (!ok) {
    const said = lines.findLast((line) => /^docker: /.test(line)) ?? `docker exited with ${status}`
    // 125 is a failure of Docker itself; 127 means that the docker binary is missing. https://docs.docker.com/engine/containers/run/#exit-status
    const ran = (status !== 125 && status !== 127) || /^installing: /m.test(stderr)
    return { ran, emulators: undefined, said: said.replace(/^docker: (?:Error response from daemon: )?/, '') }
  }
  const said = lines.filter((line) => line.startsWith('installing: ') && !line.endsWith(' OK')).join('; ')
  try {
    const { emulators } = parseJson(stdout) as { readonly emulators?: unknown }
    const names = Array.isArray(emulators) ? emulators.filter((name) => typeof name === 'string') : []
    return { ran: true, emulators: names, said }
  } catch {
    return { ran: true, emulators: undefined, said: said || 'it did not list the emulators' }
  }
}
