import { completeEnvironment, stageValues, type Values } from '../expand/arguments.ts'
import { expandWords } from '../expand/expand.ts'
import { tryReading } from '../problem.ts'
import type { Instruction } from '../read/instruction.ts'
import { createResolver, hiddenArguments, type Surroundings } from '../stages/resolve.ts'
import type { PlannedStage, StagePlan } from '../stages/stages.ts'
import type { LintFinding } from './finding.ts'
import { guess } from './guess.ts'
import { keywordOf } from './lint-names.ts'

type Given = Omit<Surroundings, 'file' | 'values'> & {
  /** The stages whose base image sets a SHELL. */
  readonly withShell: ReadonlySet<number>
}

/** The state at the end of a stage. */
type State = {
  readonly values: Values
  readonly declared: ReadonlySet<string>
  /** Whether all variables are known: those of an image in FROM are not. */
  readonly isComplete: boolean
  readonly hasShell: boolean
  readonly hasWorkdir: boolean
}

/** Checks the instructions of the stages of `indexes`, ascending; the stages that they are based on are included. */
export function lintStages({ stages }: StagePlan, indexes: readonly number[], given: Given): readonly LintFinding[] {
  const { withShell } = given
  const states = new Map<number, State>()
  return indexes.flatMap((index) => {
    const stage = stages[index]
    if (stage === undefined) return []
    const { base } = stage
    const begun =
      (base.kind === 'stage' ? states.get(base.index) : undefined) ??
      begin(base.kind === 'scratch', withShell.has(index))
    const { state, findings } = lintStage(stage, begun, given)
    states.set(index, state)
    return [...lintOnce(stage), ...findings]
  })
}

function begin(isComplete: boolean, hasShell: boolean): State {
  const values = stageValues(undefined, completeEnvironment([], 'linux'))
  return { values, declared: new Set(), isComplete, hasShell, hasWorkdir: false }
}

const once = new Set(['cmd', 'entrypoint', 'healthcheck'])

function lintOnce({ instructions }: PlannedStage): readonly LintFinding[] {
  const last = new Map(instructions.map(({ kind }, index) => [kind, index]))
  return instructions
    .filter(({ kind }, index) => once.has(kind) && last.get(kind) !== index)
    .map((instruction) => ({
      rule: 'MultipleInstructionsDisallowed',
      line: instruction.line,
      message: `Multiple ${keywordOf(instruction)} instructions should not be used in the same stage because only the last one will be used`,
    }))
}

function lintStage(stage: PlannedStage, begun: State, given: Given) {
  const declared = new Set(begun.declared)
  let { hasShell, hasWorkdir } = begun
  let unset: Set<string>
  const resolver = createResolver({ ...given, values: begun.values }, (name) => {
    if (!resolver.values.has(name)) unset.add(name)
  })
  const findings = stage.instructions.flatMap(oneByOne).flatMap((instruction) => {
    unset = new Set()
    const seen: Values = resolver.values
    const { isComplete } = begun
    const ports = instruction.kind === 'expose' ? lintPorts(instruction, seen, given) : []
    const resolved = tryReading(() => resolver.resolve(instruction))
    const isKnown = isComplete || unset.size === 0
    const found = [
      ...ports,
      ...(isComplete && instruction.kind !== 'expose' ? lintVariables(instruction, unset, { seen, declared }) : []),
      ...(resolved === undefined ? [] : lintInstruction(resolved, { hasShell, hasWorkdir: hasWorkdir || !isKnown })),
    ]
    hasShell ||= instruction.kind === 'shell'
    hasWorkdir ||= instruction.kind === 'workdir'
    if (instruction.kind === 'arg') for (const { name } of instruction.arguments) declared.add(name)
    return found
  })
  const state: State = { values: resolver.values, declared, isComplete: begun.isComplete, hasShell, hasWorkdir }
  return { state, findings }
}

/** Splits an instruction so that each argument sees those before it in its line. */
function oneByOne(instruction: Instruction): readonly Instruction[] {
  if (instruction.kind !== 'arg') return [instruction]
  return instruction.arguments.map((argument) => ({ ...instruction, arguments: [argument] }))
}

type Before = Pick<State, 'hasShell' | 'hasWorkdir'>

function lintInstruction(instruction: Instruction, { hasShell, hasWorkdir }: Before): readonly LintFinding[] {
  const { line, kind } = instruction
  const keyword = keywordOf(instruction)
  const findings: LintFinding[] = []
  const find = (rule: string, message: string) => findings.push({ rule, line, message })
  if ((kind === 'cmd' || kind === 'entrypoint') && instruction.command.form === 'shell' && !hasShell) {
    find(
      'JSONArgsRecommended',
      `JSON arguments recommended for ${keyword} to prevent unintended behavior related to OS signals`,
    )
  }
  if (kind === 'workdir' && !hasWorkdir && !instruction.path.startsWith('/')) {
    find(
      'WorkdirRelativePath',
      `Relative workdir ${JSON.stringify(instruction.path)} can have unexpected results if the base image changes`,
    )
  }
  if ((kind === 'env' || kind === 'label') && instruction.isLegacy) {
    find(
      'LegacyKeyValueFormat',
      `"${keyword} key=value" should be used instead of legacy "${keyword} key value" format`,
    )
  }
  for (const name of settableNames(instruction).filter(isSecret)) {
    find(
      'SecretsUsedInArgOrEnv',
      `Do not use ARG or ENV instructions for sensitive data (${kind.toUpperCase()} "${name}")`,
    )
  }
  return findings
}

function settableNames(instruction: Instruction): readonly string[] {
  if (instruction.kind === 'env') return instruction.pairs.map(({ key }) => key)
  return instruction.kind === 'arg' ? instruction.arguments.map(({ name }) => name) : []
}

function isSecret(name: string): boolean {
  const words = name.toLowerCase().split('_')
  const has = (some: readonly string[]) => words.some((word) => some.includes(word))
  return has(secretWords) && !has(['public', 'file', 'version'])
}

const secretWords = [
  ...['apikey', 'auth', 'credential', 'credentials', 'key', 'passwd', 'password', 'pword', 'secret', 'token'],
]

type Known = { readonly seen: Values; readonly declared: ReadonlySet<string> }

function lintVariables({ line }: Instruction, unset: ReadonlySet<string>, { seen, declared }: Known) {
  return [...unset]
    .filter((name) => !declared.has(name) && !hiddenArguments.has(name))
    .map((name): LintFinding => {
      const meant = guess(name, seen, '$')
      return { rule: 'UndefinedVar', line, message: `Usage of undefined variable '$${name}'${meant}` }
    })
}

function lintPorts(expose: Instruction & { readonly kind: 'expose' }, seen: Values, { escapeMark }: Given) {
  const ports = tryReading(() =>
    expose.ports.flatMap((port) => expandWords(port, (name) => seen.get(name), { escapeMark })),
  )
  return (ports ?? []).flatMap((port) => {
    const [container = '', ...host] = port.split(':').reverse()
    const protocol = container.replace(/^[^/]*\/?/, '')
    const findings: LintFinding[] = []
    const find = (rule: string, message: string) => findings.push({ rule, line: expose.line, message })
    if (protocol !== protocol.toLowerCase()) {
      find('ExposeProtoCasing', `Defined protocol '${port}' in EXPOSE instruction should be lowercase`)
    }
    if (host.some((part) => part !== '')) {
      find(
        'ExposeInvalidFormat',
        `EXPOSE instruction should not define an IP address or host-port mapping, found '${port}'`,
      )
    }
    return findings
  })
}
