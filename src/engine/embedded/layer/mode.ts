import { parseChmod } from '../../../dockerfile/instructions/chmod.ts'

/** Gives the permission bits (0 to 0o7777) that a file or directory has after a change. */
export type ModeChange = {
  readonly apply: (mode: number, isDirectory: boolean) => number
  /** When given in octal: what directories get that are made on the way. */
  readonly octal?: number
}

/** Reads the value of `--chmod`, octal or symbolic. Throws `dockerfile-invalid`, without a place. */
export function parseMode(text: string): ModeChange {
  const apply = parseChmod(text)
  return /^\d/.test(text) ? { apply, octal: apply(0, false) } : { apply }
}
