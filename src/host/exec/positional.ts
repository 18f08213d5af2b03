/** Returns a positional argument, after `--` if it begins with `-`. */
export function positional(value: string): readonly string[] {
  return value.startsWith('-') ? ['--', value] : [value]
}

/** Returns a path as an argument: one that begins with `-` would be parsed as an option, and `-` alone as standard input. */
export function pathArgument(path: string): string {
  return path.startsWith('-') ? `./${path}` : path
}
