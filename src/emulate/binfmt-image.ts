import type { ExecResult, Host } from '../host/host.ts'
import type { Platform } from '../oci/types.ts'

/**
 * What an image like tonistiigi/binfmt calls the emulator of an architecture:
 * https://github.com/tonistiigi/binfmt/blob/master/cmd/binfmt/config.go
 */
const emulatorNames: Readonly<Record<string, string>> = {
  386: 'qemu-i386',
  amd64: 'qemu-x86_64',
  arm: 'qemu-arm',
  arm64: 'qemu-aarch64',
  loong64: 'qemu-loongarch64',
  mips64: 'qemu-mips64',
  mips64le: 'qemu-mips64el',
  ppc64le: 'qemu-ppc64le',
  riscv64: 'qemu-riscv64',
  s390x: 'qemu-s390x',
}

/** The handler that the image registers for a platform; undefined where it has none. */
export function emulatorName({ os, architecture }: Platform): string | undefined {
  return os === 'linux' ? emulatorNames[architecture] : undefined
}

export type BinfmtAnswer = {
  /** The handlers that the kernel has now; undefined where the image could not be run. */
  readonly emulators: readonly string[] | undefined
  /** What went wrong, as it was said. */
  readonly said: string
}

/** The image, and the way to the daemon that runs it. */
export type Binfmt = { readonly image: string; readonly env: Readonly<Record<string, string>>; readonly host: Host }

/** A pull or a daemon that failed in passing. */
const passing =
  /\b(?:429|5\d\d)\b|too ?many ?requests|timeout|connection reset|unexpected EOF|TLS handshake|no such host/i
/** Milliseconds before each further try. */
const waits = [1000, 4000, 10_000]

/** Runs the image, privileged, on the machine of the daemon. Without `args` it only says what is there. */
export async function runBinfmt(args: readonly string[], { image, env, host }: Binfmt): Promise<BinfmtAnswer> {
  const command = ['run', '--rm', '--privileged', image, ...args]
  const run = () => host.exec('docker', command, { env, timeout: 300_000, onStderrLine: host.log.info })
  let result = await run()
  for (const wait of waits) {
    if (result.ok || !passing.test(result.stderr)) break
    host.log.info(`transient, tried again in ${wait / 1000} s`)
    await host.clock.sleep(wait, host.signal)
    result = await run()
  }
  return readAnswer(result)
}

/** Its exit status is 0 even where it could register nothing: only what it lists in the end counts. */
export function readAnswer({ ok, status, stdout, stderr }: ExecResult): BinfmtAnswer {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  // Docker's own last line sends the reader to its help.
  const said = lines.findLast((line) => !line.startsWith("Run 'docker run --help'"))?.trim() ?? ''
  if (!ok) return { emulators: undefined, said: said || `docker exited with ${status}` }
  try {
    const { emulators } = JSON.parse(stdout) as { readonly emulators?: unknown }
    const names = Array.isArray(emulators) ? emulators.filter((name) => typeof name === 'string') : []
    return { emulators: names, said }
  } catch {
    return { emulators: undefined, said: said || 'it did not list the emulators' }
  }
}
