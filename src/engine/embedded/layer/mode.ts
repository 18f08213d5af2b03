import { ActionError } from '../../../errors.ts'

/** Gives the permission bits (0 to 0o7777) that a file or directory has after a change. */
export type ModeChange = {
  readonly apply: (mode: number, isDirectory: boolean) => number /** When given in octal. */
  readonly octal?: number
}

/** Who (u, g, o, a), an operator, and permissions: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/chmod.html, with no umask. */
const clausePattern = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/

const shifts: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 }

/** Reads the value of `--chmod`: octal up to 7777, or symbolic as chmod(1) takes it (`u=rwX,go-w`). Throws `input-invalid`. */
export function parseMode(text: string): ModeChange {
  if (/^[0-7]{1,32}$/.test(text) && Number.parseInt(text, 8) <= 0o7777) {
    const octal = Number.parseInt(text, 8)
    return { apply: () => octal, octal }
  }
  const clauses = text.split(',').map((clause) => clausePattern.exec(clause))
  if (clauses.some((clause) => clause === null)) {
    throw new ActionError('input-invalid', `Cannot read --chmod=${text}: it is neither octal up to 7777 nor symbolic`, {
      hint: 'Write it as chmod takes it: 0644, or u=rwX,go=rX.',
    })
  }
  const steps = clauses.flatMap((clause) => {
    const [, who = '', actions = ''] = clause ?? []
    const classes = who === '' || who.includes('a') ? 'ugo' : who
    return [...actions.matchAll(/([-+=])([^-+=]*)/g)].map(([, operator = '', letters = '']) => ({
      classes,
      operator,
      letters,
    }))
  })
  return {
    apply: (mode, isDirectory) =>
      steps.reduce((before, { classes, operator, letters }) => {
        const bits = bitsOf(letters, classes, { mode: before, isDirectory })
        if (operator === '+') return before | bits
        if (operator === '-') return before & ~bits
        return (before & ~fieldOf(classes)) | bits
      }, mode),
  }
}

function bitsOf(
  letters: string,
  classes: string,
  file: { readonly mode: number; readonly isDirectory: boolean },
): number {
  let bits = 0
  for (const letter of letters) {
    let three = 0
    if (letter === 'r') three = 4
    if (letter === 'w') three = 2
    if (letter === 'x' || (letter === 'X' && (file.isDirectory || (file.mode & 0o111) !== 0))) three = 1
    if (letter in shifts) three = (file.mode >> (shifts[letter] ?? 0)) & 7
    for (const name of new Set(classes)) bits |= three << (shifts[name] ?? 0)
    if (letter === 's') bits |= (classes.includes('u') ? 0o4000 : 0) | (classes.includes('g') ? 0o2000 : 0)
    if (letter === 't' && classes.includes('o')) bits |= 0o1000
  }
  return bits
}

/** All bits that `=` sets anew for these classes. */
function fieldOf(classes: string): number {
  const special =
    (classes.includes('u') ? 0o4000 : 0) | (classes.includes('g') ? 0o2000 : 0) | (classes.includes('o') ? 0o1000 : 0)
  return special | [...new Set(classes)].reduce((bits, name) => bits | (7 << (shifts[name] ?? 0)), 0)
}
