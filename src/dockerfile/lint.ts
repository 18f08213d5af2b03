import type { Instruction, Stage } from './instruction.ts'
import type { Dockerfile } from './parse.ts'

/** One of BuildKit's build checks that a Dockerfile does not pass. */
export type Finding = { readonly rule: string; readonly line: number; readonly message: string }

/** What the directive `# check=` says. https://docs.docker.com/reference/dockerfile/#check */
export type CheckOptions = { readonly skip: readonly string[] | 'all'; readonly error: boolean }

/** Reads `skip=A,B;error=true`; what it does not know it passes over. */
export function readCheckOptions(text: string): CheckOptions {
  const options = new Map(
    text.split(';').map((part) => {
      const [key = '', ...value] = part.split('=')
      return [key.trim(), value.join('=').trim()] as const
    }),
  )
  const skip = (options.get('skip') ?? '').split(',').map((rule) => rule.trim())
  return {
    skip: skip.includes('all') ? 'all' : skip.filter((rule) => rule !== ''),
    error: /^(?:1|t|true)$/i.test(options.get('error') ?? ''),
  }
}

/**
 * The checks of BuildKit that the text of a Dockerfile alone decides, by line; those that `# check=skip=` names are left out.
 * https://docs.docker.com/reference/build-checks/
 */
export function lint(dockerfile: Dockerfile): readonly Finding[] {
  const { skip } = readCheckOptions(dockerfile.directives.check ?? '')
  if (skip === 'all') return []
  const left = new Set(skip)
  const found = [...lintCasing(dockerfile), ...lintStageNames(dockerfile), ...dockerfile.stages.flatMap(lintStage)]
  return found.filter(({ rule }) => !left.has(rule)).sort((a, b) => a.line - b.line)
}

function keywordOf({ text }: { readonly text: string }): string {
  return /^\s*([a-z]+)/i.exec(text)?.[1] ?? ''
}

/** Those in the minority are wrong; mixed case always is. */
function lintCasing({ globalArguments, stages }: Dockerfile): readonly Finding[] {
  const all = [...globalArguments, ...stages.flatMap((stage) => [stage, ...stage.instructions])]
  const keywords = all.map((placed) => ({ line: placed.line, keyword: keywordOf(placed) }))
  const lower = keywords.filter(({ keyword }) => keyword === keyword.toLowerCase()).length
  const upper = keywords.filter(({ keyword }) => keyword === keyword.toUpperCase()).length
  const usual = lower > upper ? 'lowercase' : 'uppercase'
  const right = (keyword: string) => (usual === 'lowercase' ? keyword.toLowerCase() : keyword.toUpperCase())
  return keywords
    .filter(({ keyword }) => keyword !== right(keyword))
    .map(({ keyword, line }) => ({
      rule: 'ConsistentInstructionCasing',
      line,
      message: `Command '${keyword}' should match the case of the command majority (${usual})`,
    }))
}

const reserved = new Set(['scratch', 'context'])

function lintStageNames({ stages }: Dockerfile): readonly Finding[] {
  const seen = new Set<string>()
  return stages.flatMap((stage) => {
    const [, from = '', as, name = ''] = /^\s*(from)\b.*\s(as)\s+(\S+)\s*$/is.exec(stage.text) ?? []
    if (stage.name === undefined || as === undefined) return []
    const { line } = stage
    const findings: Finding[] = []
    if (reserved.has(stage.name)) {
      findings.push({
        rule: 'ReservedStageName',
        line,
        message: `Stage name should not use the same name as reserved stage "${stage.name}"`,
      })
    }
    if (seen.has(stage.name)) {
      findings.push({
        rule: 'DuplicateStageName',
        line,
        message: `Duplicate stage name "${stage.name}", stage names should be unique`,
      })
    }
    seen.add(stage.name)
    if (name !== stage.name) {
      findings.push({ rule: 'StageNameCasing', line, message: `Stage name '${name}' should be lowercase` })
    }
    if (isUpper(from) !== isUpper(as)) {
      findings.push({ rule: 'FromAsCasing', line, message: `'${as}' and '${from}' keywords' casing do not match` })
    }
    return findings
  })
}

function isUpper(text: string): boolean {
  return text === text.toUpperCase()
}

const once = new Set(['cmd', 'entrypoint', 'healthcheck'])

function lintStage({ instructions }: Stage): readonly Finding[] {
  return instructions.flatMap((instruction, index) => {
    const { line, kind } = instruction
    const hasShell = instructions.slice(0, index).some((other) => other.kind === 'shell')
    const later = instructions.slice(index + 1).some((other) => other.kind === kind)
    const keyword = keywordOf(instruction)
    const findings: Finding[] = []
    if (once.has(kind) && later) {
      findings.push({
        rule: 'MultipleInstructionsDisallowed',
        line,
        message: `Multiple ${keyword} instructions should not be used in the same stage because only the last one will be used`,
      })
    }
    if (kind === 'maintainer') {
      findings.push({
        rule: 'MaintainerDeprecated',
        line,
        message: 'Maintainer instruction is deprecated in favor of using label',
      })
    }
    if ((kind === 'cmd' || kind === 'entrypoint') && instruction.command.form === 'shell' && !hasShell) {
      findings.push({
        rule: 'JSONArgsRecommended',
        line,
        message: `JSON arguments recommended for ${keyword} to prevent unintended behavior related to OS signals`,
      })
    }
    if (isLegacyPair(instruction)) {
      findings.push({
        rule: 'LegacyKeyValueFormat',
        line,
        message: `"${keyword} key=value" should be used instead of legacy "${keyword} key value" format`,
      })
    }
    return findings
  })
}

function isLegacyPair({ kind, text }: Instruction): boolean {
  if (kind !== 'env' && kind !== 'label') return false
  return /^\s*\S+\s+(?:"[^"]*"|'[^']*'|[^\s="'])+\s/.test(text)
}
