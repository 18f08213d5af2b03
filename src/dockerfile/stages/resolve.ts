import { limits } from '../../bounds/limits.ts'
import type { Values } from '../expand/arguments.ts'
import { expandHereDocument, expandWord, expandWords, type Lookup } from '../expand/expand.ts'
import { parseChmod } from '../instructions/chmod.ts'
import { parsePort } from '../instructions/ports.ts'
import { assertSignal } from '../instructions/signal.ts'
import { sourceKind } from '../instructions/source-kind.ts'
import { attempt, dockerfileError, excessError, type Problem, textError } from '../problem.ts'
import type { Add, Argument, Copy, Instruction, Transfer } from '../read/instruction.ts'
import type { Escape } from '../read/words.ts'

export type Surroundings = {
  readonly file: string
  readonly escapeMark: Escape
  /** The variables for the first instruction, from `stageValues`. */
  readonly values: Values
  /** Result of `globalValues`. */
  readonly globals: Values
  readonly buildArguments: Values
  /** The value of unset variables. Default: none. */
  readonly unset?: string
}

export type Resolved = {
  /** The instructions with variables replaced: ARG with its effective value, EXPOSE with `80/tcp` for each port. */
  readonly instructions: readonly Instruction[]
  /** The variables after the last instruction. */
  readonly values: Values
}

/**
 * Replaces the variables of a stage's instructions, in order, and runs the checks that need the values. A line sees the
 * variables set by the lines before it; ARG hides an earlier ENV of the same name, as in BuildKit. CMD, ENTRYPOINT,
 * HEALTHCHECK, RUN, SHELL, ONBUILD, `--from` and `--exclude` are not changed.
 * https://docs.docker.com/reference/dockerfile/#environment-replacement
 *
 * @throws ActionError `dockerfile-invalid` with all problems, placed at the first
 */
export function resolveInstructions(instructions: readonly Instruction[], surroundings: Surroundings): Resolved {
  const problems: Problem[] = []
  const resolver = createResolver(surroundings)
  const resolved = instructions.map(
    (instruction) =>
      attempt(
        instruction.line,
        (line, message, cause) => problems.push({ line, message, cause }),
        () => resolver.resolve(instruction),
      ) ?? instruction,
  )
  if (problems.length > 0) throw dockerfileError(surroundings.file, problems)
  return { instructions: resolved, values: resolver.values }
}

export type Resolver = {
  /** @throws ActionError `dockerfile-invalid`, without a place */
  readonly resolve: (instruction: Instruction) => Instruction
  /** The variables for the next instruction. */
  readonly values: Values
}

/** Creates a resolver of single instructions, in order. `onLookup` is called for each variable that is looked up. */
export function createResolver(
  surroundings: Omit<Surroundings, 'file'>,
  onLookup: (name: string) => void = () => {},
): Resolver {
  const values = new Map(surroundings.values)
  let size = 0
  const lookup: Lookup = (name) => {
    onLookup(name)
    const value = values.get(name) ?? surroundings.unset
    // Each text has its limit, but a line may have thousands of them.
    size += value?.length ?? 0
    if (size > limits.expanded)
      throw excessError(`the variables used up to here have more than ${limits.expanded} characters`)
    return value
  }
  return {
    values,
    resolve: (instruction) => {
      const done = resolve(instruction, lookup, { values, surroundings })
      if (done.kind === 'env') for (const { key, value } of done.pairs) values.set(key, value)
      return done
    },
  }
}

/** Arguments for the builder, which instructions do not see. */
export const hiddenArguments: ReadonlySet<string> = new Set(['BUILDKIT_SBOM_SCAN_CONTEXT', 'BUILDKIT_SBOM_SCAN_STAGE'])

function resolve(instruction: Instruction, lookup: Lookup, declaring: Declaring): Instruction {
  const { escapeMark } = declaring.surroundings
  const word = (text: string) => expandWord(text, lookup, { escapeMark })
  switch (instruction.kind) {
    case 'env':
    case 'label':
      return {
        ...instruction,
        pairs: instruction.pairs.map(({ key, value }) => ({ key: word(key), value: word(value) })),
      }
    case 'arg':
      return {
        ...instruction,
        arguments: instruction.arguments.map((argument) => declare(argument, word, declaring)),
      }
    case 'workdir':
      return { ...instruction, path: word(instruction.path) }
    case 'user':
      return { ...instruction, user: word(instruction.user) }
    case 'volume':
      return { ...instruction, paths: instruction.paths.map(word).map(filled) }
    case 'stopsignal': {
      const signal = word(instruction.signal)
      assertSignal(signal)
      return { ...instruction, signal }
    }
    case 'expose':
      return {
        ...instruction,
        ports: instruction.ports.flatMap((port) => expandWords(port, lookup, { escapeMark })).flatMap(parsePort),
      }
    case 'copy':
      return assertCopy({ ...instruction, ...transfer(instruction, word, lookup) })
    case 'add': {
      const checksum = word(instruction.checksum ?? '') || undefined
      const { checksum: _, ...rest } = instruction
      return assertAdd({
        ...rest,
        ...transfer(instruction, word, lookup),
        ...(checksum === undefined ? {} : { checksum }),
      })
    }
    default:
      return instruction
  }
}

type Declaring = { readonly values: Map<string, string>; readonly surroundings: Omit<Surroundings, 'file'> }

/** Returns an ARG with its effective value: the given one, else the default, else that of ARG before FROM. */
function declare(argument: Argument, word: (text: string) => string, { values, surroundings }: Declaring): Argument {
  const { name, value: written } = argument
  const { buildArguments, globals } = surroundings
  const value = buildArguments.get(name) ?? (written === undefined ? globals.get(name) : word(written))
  if (value === undefined) return { name }
  if (!hiddenArguments.has(name)) values.set(name, value)
  return { name, value }
}

type Changed = Pick<Transfer, 'sources' | 'files' | 'destination'>

function transfer(given: Transfer, word: (text: string) => string, lookup: Lookup): Changed {
  const [chown, chmod] = [word(given.chown ?? ''), word(given.chmod ?? '')]
  if (chmod !== '') parseChmod(chmod)
  return {
    sources: given.sources.map(word),
    files: given.files.map((file) =>
      file.expands ? { ...file, content: expandHereDocument(file.content, lookup) } : file,
    ),
    destination: word(given.destination),
    ...(given.chown === undefined ? {} : { chown }),
    ...(given.chmod === undefined ? {} : { chmod }),
  }
}

function assertCopy<T extends Copy>(copy: T): T {
  const kinds = copy.sources.map(sourceKind)
  if (kinds.includes('git')) throw textError("source can't be a git ref for COPY")
  if (kinds.includes('url')) throw textError("source can't be a URL for COPY")
  return copy
}

function assertAdd<T extends Add>(add: T): T {
  if (add.checksum === undefined) return add
  const [source = '', ...others] = add.sources
  if (source === '' || others.length > 0) throw textError("checksum can't be specified for multiple sources")
  if (sourceKind(source) === 'path') throw textError('checksum requires HTTP(S) or Git sources')
  return add
}

function filled(path: string): string {
  if (path === '') throw textError('VOLUME specified can not be an empty string')
  return path
}
