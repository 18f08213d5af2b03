import type { CommandLine, Instruction } from '../../dockerfile/read/instruction.ts'
import { quoteCharacter, quoteText } from './go-quote.ts'

type HealthcheckInstruction = Extract<Instruction, { kind: 'healthcheck' }>['healthcheck']

/** Returns what a command line executes: its words, or the shell with the line. */
export function commandWords(command: CommandLine, shell: readonly string[]): readonly string[] {
  return command.form === 'exec' ? command.words : [...shell, command.text]
}

/**
 * Returns the `created_by` of an instruction's history entry in BuildKit's format, including Go's format of lists and
 * structures: people compare histories, and tools parse them.
 */
export function describeInstruction(instruction: Instruction, shell: readonly string[]): string {
  switch (instruction.kind) {
    case 'env':
    case 'label':
      return `${instruction.kind.toUpperCase()} ${instruction.pairs.map(({ key, value }) => `${key}=${value}`).join(' ')}`
    case 'arg':
      return `ARG ${instruction.arguments.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`)).join(' ')}`
    case 'copy':
    case 'add': {
      const { chown, chmod, sources, files, destination } = instruction
      const parents = instruction.kind === 'copy' && instruction.parents ? ['--parents'] : []
      const flags = [...parents, ...(chown ? [`--chown=${chown}`] : []), ...(chmod ? [`--chmod=${chmod}`] : [])]
      const words = [...flags, ...sources, ...files.map(({ name }) => `<<${name}`), destination]
      return `${instruction.kind.toUpperCase()} ${words.join(' ')} # buildkit`
    }
    case 'cmd':
    case 'entrypoint':
      return `${instruction.kind.toUpperCase()} ${quoteWords(commandWords(instruction.command, shell))}`
    case 'expose':
      return `EXPOSE [${instruction.ports.join(' ')}]`
    case 'volume':
      return `VOLUME [${instruction.paths.join(' ')}]`
    case 'shell':
      return `SHELL [${instruction.shell.join(' ')}]`
    case 'workdir':
      return `WORKDIR ${instruction.path}`
    case 'user':
      return `USER ${instruction.user}`
    case 'stopsignal':
      return `STOPSIGNAL ${instruction.signal}`
    case 'maintainer':
      return `MAINTAINER ${instruction.name}`
    case 'healthcheck':
      return `HEALTHCHECK ${describeHealthcheck(instruction.healthcheck)}`
    default:
      return instruction.text
  }
}

/** `&{["CMD-SHELL" "curl x"] "5s" "0s" "0s" "0s" '\x00'}`: a structure printed with %q, a number as its character. */
function describeHealthcheck({ test, interval, timeout, startPeriod, startInterval, retries }: HealthcheckInstruction) {
  const durations = [interval, timeout, startPeriod, startInterval].map((one) => `"${formatDuration(one)}"`)
  return `&{${quoteWords(test)} ${durations.join(' ')} ${quoteCharacter(retries)}}`
}

function quoteWords(words: readonly string[]): string {
  return `[${words.map(quoteText).join(' ')}]`
}

/** Returns nanoseconds in the format of Go's time.Duration: `1h0m0s`, `1m30s`, `1.5s`, `200ms`. */
function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s'
  for (const [unit, size] of [
    ['ns', 1],
    ['µs', 1e3],
    ['ms', 1e6],
  ] as const) {
    if (nanoseconds < size * 1000) return `${nanoseconds / size}${unit}`
  }
  const hours = Math.floor(nanoseconds / 3.6e12)
  const minutes = Math.floor((nanoseconds % 3.6e12) / 6e10)
  // Digits only, also for small numbers: 1e-9 is 0.000000001.
  const seconds = ((nanoseconds % 6e10) / 1e9).toFixed(9).replace(/\.?0+$/, '')
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`
}
