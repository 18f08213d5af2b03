import type { Gate } from './inputs.ts'
import { splitCommands } from './read/command-line.ts'
import type { ListItem } from './read/list.ts'
import { quote, type ReportProblem } from './read/problem.ts'

/** Variables of this step that are never passed to a command. Names of variables are case-insensitive on Windows. */
const never = /^(?:INPUT_.*|STATE_.*|POLYARCH_.*|ACTIONS_RUNTIME_TOKEN|ACTIONS_CACHE_SERVICE_TOKEN)$/is

/** Reads the inputs `before-tags` and `before-tags-env`. Problems are reported. */
export function readGate(
  text: string | undefined,
  variables: readonly ListItem[],
  report: ReportProblem,
): Gate | undefined {
  for (const { text: name, line } of variables) {
    if (!/^[a-z_][\w]*$/i.test(name)) {
      report('before-tags-env', 'expected the name of a variable; its value is that of the step', line)
    } else if (never.test(name)) report('before-tags-env', `${quote(name)} is reserved for this step`, line)
  }
  if (text === undefined) {
    const [first] = variables
    if (first) report('before-tags-env', 'requires before-tags', first.line)
    return undefined
  }
  const read = splitCommands(text)
  if ('problem' in read) {
    report('before-tags', read.problem, read.line)
    return undefined
  }
  return { commands: read.value, variables: variables.map(({ text: name }) => name) }
}
