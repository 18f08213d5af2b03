import { quoteFound, textError } from '../problem.ts'

/** Changes the permission bits `07777` of a file. `X` depends on whether it is a directory. */
type Chmod = (mode: number, isFolder: boolean) => number

const standard = 0o6777
const sticky = 0o1000
const execute = 0o111

/**
 * Parses the value of `--chmod`: octal, or symbolic as in chmod(1) (`u=rwX,go-w`), without a umask.
 * https://docs.docker.com/reference/dockerfile/#copy---chown---chmod
 *
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function parseChmod(text: string): Chmod {
  if (/^\d/.test(text)) {
    const mode = /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN
    if (!(mode <= 0o7777)) {
      throw textError(`invalid chmod parameter: '${text}'. It should be an octal string between 0 and 07777`)
    }
    return () => mode
  }
  const steps = text.split(',').flatMap((clause) => readClause(clause, text))
  return (mode, isFolder) => steps.reduce((changed, step) => step(changed, { mode, isFolder }), mode)
}

/** Returns the permission bits (0 to 0o7777) of a file or directory after a change. */
export type ModeChange = {
  readonly apply: (mode: number, isDirectory: boolean) => number
  /** The mode of parent directories that are created, if it is given in octal. */
  readonly octal?: number
}

/** Parses the value of `--chmod`, octal or symbolic. Throws `dockerfile-invalid`, without a place. */
export function parseMode(text: string): ModeChange {
  const apply = parseChmod(text)
  return /^\d/.test(text) ? { apply, octal: apply(0, false) } : { apply }
}

type BitChange = (changed: number, before: { readonly mode: number; readonly isFolder: boolean }) => number

const whose: Readonly<Record<string, number>> = { a: standard, u: 0o4700, g: 0o2070, o: 0o007 }
const shifts: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 }

function readClause(clause: string, text: string): readonly BitChange[] {
  const [all, who = ''] = /^([augo]*)(?=[-+=])/.exec(clause) ?? []
  if (all === undefined) throw textError(`invalid chmod parameter: ${quoteFound(text)}: invalid syntax`)
  const bits = [...who].reduce((sum, letter) => sum | (whose[letter] ?? 0), 0)
  const steps: BitChange[] = []
  let rest = clause.slice(who.length)
  while (rest !== '') {
    const [action, operator = '', letters = ''] = /^([-+=])([rwxXstugo]*)/.exec(rest) ?? []
    if (action === undefined) throw textError(`invalid chmod parameter: ${quoteFound(text)}: invalid syntax`)
    steps.push(...readAction(operator, letters, bits))
    rest = rest.slice(action.length)
  }
  return steps
}

/**
 * Reads one operator and its letters in the order of BSD's setmode(3): copies (u, g, o) separate the letters before and
 * after them.
 */
function readAction(operator: string, letters: string, who: number): readonly BitChange[] {
  const steps: BitChange[] = []
  let whom = who
  let bits = 0
  let conditional = 0
  let cleared = false
  const onlyOthers = who !== 0 && (who & ~0o007) === 0
  const flush = (always: boolean) => {
    const clears = operator === '='
    if (bits !== 0 || (always && clears && !cleared)) {
      const [scope, given] = [whom === 0 ? standard : whom, whom === 0 ? bits : bits & whom]
      if (operator === '-') steps.push((mode) => mode & ~given)
      else steps.push((mode) => (clears ? mode & ~scope : mode) | given)
    }
    const extra = whom === 0 ? conditional : conditional & whom
    if (extra !== 0) {
      steps.push((mode, before) => ((before.mode & execute) !== 0 || before.isFolder ? mode | extra : mode))
    }
    bits = 0
    conditional = 0
  }
  for (const letter of letters) {
    if (letter === 'r') bits |= 0o444
    else if (letter === 'w') bits |= 0o222
    else if (letter === 'x' || (letter === 'X' && operator === '-')) bits |= execute
    else if (letter === 'X') conditional = execute
    else if (letter === 's') bits |= onlyOthers ? 0 : 0o6000
    else if (letter === 't') {
      if (!onlyOthers) {
        whom |= sticky
        bits |= sticky
      }
    } else {
      flush(false)
      if (operator === '=') cleared = true
      steps.push(copyBits(operator, shifts[letter] ?? 0, whom))
    }
  }
  flush(true)
  return steps
}

function copyBits(operator: string, from: number, who: number): BitChange {
  return (mode) => {
    const value = (mode >> from) & 0o7
    let changed = mode
    for (const shift of [6, 3, 0]) {
      if (who !== 0 && (who & (0o4 << shift)) === 0) continue
      if (operator !== '+') changed &= ~((operator === '=' ? 0o7 : value) << shift)
      if (operator !== '-') changed |= value << shift
    }
    return changed
  }
}
