import { type CarriedOut, readAsAct, readAsRunner } from './runner-commands.ts'

/** A string that every command of {@link hostile} contains, and no text of the step. */
export const mark = 'pwned'

/** The commands that text from outside tries to run. `stop-commands` is last, because it would hide the others. */
const commands = [
  `::set-output name=digest::${mark}`,
  `::set-env name=PATH::${mark}`,
  `::save-state name=folder::${mark}`,
  `::add-path::${mark}`,
  `::add-matcher::${mark}`,
  `::add-mask::${mark}`,
  `::error file=${mark}::${mark}`,
  `##[set-output name=image]${mark}`,
  `##[add-mask]${mark}`,
  `::stop-commands::${mark}`,
  `##[stop-commands]${mark}`,
]

/** The positions in which such a command could take effect. */
const leads = [
  '\n',
  '\r',
  '\r\n',
  '\n \t',
  '\n\u00a0\u3000\u0085',
  '\u2028',
  '\v',
  '\n\u200b',
  '\n\u001b[0m',
  '\n\u0000',
]

/** Every command after every kind of line break, as one text. */
export const hostile = leads.flatMap((lead) => commands.map((command) => `x${lead}${command}`)).join('')

/** The same on one line, for what ends at a line break: file names, headers, instructions. */
export const hostileLine = `${commands[0]} x ##[set-output name=digest]${mark} #\u200b#[add-mask]${mark} ##[stop-commands]${mark}`

/** The same in characters that an HTTP header may have. */
export const hostileHeader = `::set-output name=digest::${mark} ##[set-output name=digest]${mark} ##[stop-commands]${mark}`

/** Commands that a step may print: each is shown to people or masks a secret. */
const allowed = new Set(['debug', 'notice', 'warning', 'error', 'group', 'endgroup', 'add-mask'])

/** The commands of text from outside: none if everything works. Commands of the step may contain the string. */
export function foreignCommands(output: string): readonly CarriedOut[] {
  const found = [...readAsRunner(output).commands, ...readAsAct(output).commands]
  return found.filter(
    ({ name, properties, data }) =>
      !allowed.has(name.split('::')[0] ?? '') ||
      (name === 'add-mask' && data.includes(mark)) ||
      properties['file'] === mark,
  )
}
