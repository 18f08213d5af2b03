import { splitCommand } from './read/command-line.ts'
import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { quote } from './read/problem.ts'
import { type InputName, inputRows } from './schema.ts'

/**
 * Options of `docker buildx build` that the step sets itself, or that would prevent it from building an image, each
 * with the reason.
 */
const decided: Readonly<Record<string, string>> = {
  check: 'it builds no image. Use the input call',
  debug: 'it mixes with the progress that the step reads. Turn on debug logging of the job for more output',
  detach: 'the build must end before the step does',
  help: 'it builds no image',
  iidfile: 'the step reads the file that it names itself. The image ID is the output imageid',
  invoke: 'a step has no terminal',
  'metadata-file': 'the step reads the file that it names itself. See the outputs digest and metadata',
  print: 'it builds no image. Use the input call',
  progress: 'the step reads the progress of the build',
  quiet: 'the step reads the progress of the build',
  root: 'it names another server than the builder of the step',
  'server-config': 'it names another server than the builder of the step. Use buildkitd-config',
}

const shorthands: Readonly<Record<string, string>> = {
  D: 'debug',
  f: 'file',
  h: 'help',
  o: 'output',
  q: 'quiet',
  t: 'tag',
}

/**
 * Reads options for `docker buildx build` that no input covers: `--option` or `--option=value` each, split as by a
 * shell. A separate value is not accepted, so that no entry is taken for a value or for the context. Messages never
 * contain values.
 */
export function readExtraArgs(items: readonly ListItem[], report: ReportLine): readonly string[] {
  return items.flatMap(({ text, line }) => {
    const words = splitCommand(text)
    if ('problem' in words) {
      report(words.problem, line)
      return []
    }
    return words.value.filter((word) => {
      const problem = problemOf(word)
      if (problem !== undefined) report(problem, line)
      return problem === undefined
    })
  })
}

function problemOf(word: string): string | undefined {
  const [, dashes = '', rest = ''] = /^(-*)([^=]*)/.exec(word) ?? []
  const name = dashes === '-' ? (shorthands[rest.slice(0, 1)] ?? rest) : rest
  const shown = quote(`${dashes}${rest}`)
  if (dashes !== '' && name !== '') {
    const input = inputOf(name)
    if (input !== undefined) return `${shown} has an input of its own: use ${input}`
    const reason = Object.hasOwn(decided, name) ? decided[name] : undefined
    if (reason !== undefined) return `${shown} cannot be set: ${reason}`
  }
  if (dashes === '--' && /^[a-z][a-z\d-]*$/.test(name)) return undefined
  return `expected --option or --option=value, found ${shown}${dashes === '' ? '. Write the value of an option after "="' : ''}`
}

/** Returns the input for an option: usually its name, or the plural. */
function inputOf(option: string): InputName | undefined {
  const names = Object.keys(inputRows) as InputName[]
  return names.find((name) => name === option || name === `${option}s`)
}
