/** A positional argument of a program whose options begin with `-`: a value that begins with it too is none. */
export function positional(value: string): readonly string[] {
  return value.startsWith('-') ? ['--', value] : [value]
}

/** A path as an argument: one that begins with `-` would be an option, or `-` alone standard input. */
export function pathArgument(path: string): string {
  return path.startsWith('-') ? `./${path}` : path
}
