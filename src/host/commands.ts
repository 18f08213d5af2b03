import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { EOL } from 'node:os'

/**
 * The runner's workflow commands, byte for byte as @actions/core writes them (a test holds the two side by side).
 * That package itself is not loaded: its HTTP client makes every start 90 ms longer, more than a cached build's share.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export type Commands = {
  /** A command on standard output: `::error file=a,line=3::message`. */
  readonly issue: (name: string, properties: Properties, message: string) => void
  /** Adds a value to one of the runner's files (`OUTPUT`, `STATE`); a runner without the file gets a command. */
  readonly set: (file: 'OUTPUT' | 'STATE', name: string, value: string) => void
  /** A plain line of the log. */
  readonly print: (line: string) => void
}

export type Properties = Readonly<Record<string, string | number | undefined>>

type Environment = Readonly<Record<string, string | undefined>>

const commandOf = { OUTPUT: 'set-output', STATE: 'save-state' } as const

export function createCommands(
  env: Environment,
  write: (text: string) => void = (text) => process.stdout.write(text),
): Commands {
  const issue = (name: string, properties: Properties, message: string): void => {
    write(`${formatCommand(name, properties, message)}${EOL}`)
  }
  return {
    issue,
    print: (line) => write(`${line}${EOL}`),
    set: (file, name, value) => {
      const path = env[`GITHUB_${file}`]
      if (!path) {
        // A set-output must begin a line, wherever the step's own output stopped; a save-state comes without.
        if (file === 'OUTPUT') write(EOL)
        issue(commandOf[file], { name }, value)
        return
      }
      // A value cannot end the block early: it does not know the delimiter.
      const delimiter = `ghadelimiter_${randomUUID()}`
      appendFileSync(path, `${name}<<${delimiter}${EOL}${value}${EOL}${delimiter}${EOL}`)
    },
  }
}

/** One command as text, its values escaped. */
export function formatCommand(name: string, properties: Properties, message: string): string {
  const given = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [`${key}=${escapeProperty(String(value))}`],
  )
  return `::${name}${given.length === 0 ? '' : ` ${given.join(',')}`}::${escapeData(message)}`
}

/** The text of an input as the runner passes it, without white space around it; "" when it was not given. */
export function readInput(env: Environment, name: string): string {
  return (env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? '').trim()
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
