import { parseArgs } from 'node:util'

/** The arguments of `npm run bench`. */
export type Options = {
  /** A case is chosen if its group and name contain all of them. None: all cases. */
  readonly words: readonly string[]
  /** One round of each case that does not take minutes, without the history. */
  readonly quick: boolean
  readonly rounds: number | undefined
  readonly list: boolean
  /** Prints traces in place of comparisons. */
  readonly trace: boolean
  /** Whether the run is added to the history. */
  readonly record: boolean
  readonly buildPushAction: string | undefined
  readonly metadataAction: string | undefined
  readonly crane: string | undefined
  readonly dist: string | undefined
}

/** Parses the arguments; a path that is missing is read from a variable. Throws for unknown options and invalid numbers. */
export function parseOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
      'no-history': { type: 'boolean', default: false },
      rounds: { type: 'string' },
      'build-push-action': { type: 'string' },
      'metadata-action': { type: 'string' },
      crane: { type: 'string' },
      dist: { type: 'string' },
    },
  })
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0 && rounds <= 1000)) {
    throw new Error(`--rounds ${values.rounds}: expected a number from 1 to 1000`)
  }
  return {
    words: positionals,
    quick: values.quick,
    rounds,
    list: values.list,
    trace: values.trace,
    record: !values.quick && !values.trace && !values['no-history'],
    buildPushAction: values['build-push-action'] ?? env['BENCH_BUILD_PUSH_ACTION'],
    metadataAction: values['metadata-action'] ?? env['BENCH_METADATA_ACTION'],
    crane: values.crane ?? env['BENCH_CRANE'],
    dist: values.dist,
  }
}

/** The cases whose group and name contain all words. */
export function chosenOf<T extends { readonly group: string; readonly name: string }>(
  cases: readonly T[],
  words: readonly string[],
): readonly T[] {
  return cases.filter(({ group, name }) => words.every((word) => `${group}: ${name}`.includes(word)))
}
