/** Returns the arguments of a build for the log: build arguments by name only, because they sometimes hold secrets. */
export function withoutValues(args: readonly string[]): readonly string[] {
  return args.map((arg, index) => (args[index - 1] === '--build-arg' ? arg.replace(/=.*/s, '=…') : arg))
}
