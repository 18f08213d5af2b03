/** A command that a runner executed. */
export type CarriedOut = {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
}

/** The effects of a step's output on a runner. */
export type RunnerLog = {
  readonly commands: readonly CarriedOut[]
  /** Lines that are not commands. */
  readonly lines: readonly string[]
}

/**
 * Reads a step's output (both streams) by the rules of GitHub's runner, taken from `ActionCommand.cs`, `ActionCommandManager.cs` and
 * `OutputManager.cs` of actions/runner: `\r`, `\n` and `\r\n` end a line; `::name key=value,…::data` is a command at the start of a line,
 * after all white space of Unicode; otherwise `##[name key=value;…]data` is one anywhere in it; after `stop-commands` only the
 * token is. What is compared by the rules of a language there skips characters without a meaning of their own, so they are taken
 * out here first, which finds more commands than the runner does.
 */
export function readAsRunner(output: string): RunnerLog {
  const commands: CarriedOut[] = []
  const lines: string[] = []
  let stopped: string | undefined
  for (const line of output.split(/\r\n|\r|\n/)) {
    const names = stopped === undefined ? known : new Set([...known, stopped.toLowerCase()])
    const command =
      readNew(line, names) ?? readOld(line, names) ?? readNew(bare(line), names) ?? readOld(bare(line), names)
    const resumes = stopped !== undefined && command?.name.toLowerCase() === stopped.toLowerCase()
    if (command === undefined || (stopped !== undefined && !resumes)) {
      lines.push(line)
      continue
    }
    commands.push(command)
    if (resumes) stopped = undefined
    else if (command.name.toLowerCase() === 'stop-commands') stopped = command.data
  }
  return { commands, lines }
}

/** Reads output as act does, and the runners of Gitea and Forgejo, which are based on it: only `\n` ends a line, and white space counts. */
export function readAsAct(output: string): RunnerLog {
  const commands: CarriedOut[] = []
  const lines: string[] = []
  for (const line of output.split(/(?<=\n)/)) {
    const [, name, , properties = '', data = ''] =
      /^::([^ ]+)( (.+))?::([^\r\n]*)[\r\n]+$/.exec(line) ?? /^##\[([^ ]+)( (.+))?\]([^\r\n]*)[\r\n]+$/.exec(line) ?? []
    if (name === undefined) lines.push(line)
    else commands.push({ name, properties: pairs(properties, /[,;]/), data })
  }
  return { commands, lines }
}

const known: ReadonlySet<string> = new Set([
  'stop-commands',
  'internal-set-repo-path',
  'set-env',
  'set-output',
  'save-state',
  'add-mask',
  'add-path',
  'add-matcher',
  'remove-matcher',
  'debug',
  'warning',
  'error',
  'notice',
  'group',
  'endgroup',
  'echo',
])

function bare(line: string): string {
  return line.replaceAll(/[^\P{Cc}\t\n\v\f\r]|[\p{Cf}\p{Default_Ignorable_Code_Point}\p{M}]/gu, '')
}

function readNew(line: string, names: ReadonlySet<string>): CarriedOut | undefined {
  const message = line.replace(/^[\s\u0085]+/, '')
  const end = message.indexOf('::', 2)
  if (!message.startsWith('::') || end < 0) return undefined
  const [name = '', ...rest] = message.slice(2, end).split(' ')
  if (!names.has(name.toLowerCase())) return undefined
  return { name, properties: pairs(rest.join(' ').trim(), ','), data: unescapeData(message.slice(end + 2)) }
}

function readOld(line: string, names: ReadonlySet<string>): CarriedOut | undefined {
  const start = line.indexOf('##[')
  const end = line.indexOf(']', start)
  if (start < 0 || end < 0) return undefined
  const [name = '', ...rest] = line.slice(start + 3, end).split(' ')
  if (!names.has(name.toLowerCase())) return undefined
  const data = line
    .slice(end + 1)
    .replaceAll('%3B', ';')
    .replaceAll('%5D', ']')
  return { name, properties: pairs(rest.join(' '), ';'), data: unescapeData(data) }
}

function pairs(text: string, separator: string | RegExp): Readonly<Record<string, string>> {
  const entries = text.split(separator).flatMap((pair): readonly (readonly [string, string])[] => {
    const at = pair.indexOf('=')
    return at < 1 || at === pair.length - 1 ? [] : [[pair.slice(0, at), unescapeProperty(pair.slice(at + 1))]]
  })
  return Object.fromEntries(entries)
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','))
}
