import type { Dockerfile } from '../read/parse.ts'
import type { LintFinding } from './finding.ts'

/** Checks the casing of keywords and stage names. */
export function lintNames(dockerfile: Dockerfile): readonly LintFinding[] {
  return [...lintCasing(dockerfile), ...lintStageNames(dockerfile), ...lintMaintainers(dockerfile)]
}

/** Returns the keyword of an instruction as it is written; for a trigger, that of the triggered instruction. */
export function keywordOf({ text, kind }: { readonly text: string; readonly kind?: string }): string {
  const [, first = '', second = ''] = /^([a-z]+)(?:\s+([a-z]+))?/i.exec(text) ?? []
  return kind !== 'onbuild' && first.toLowerCase() === 'onbuild' ? second : first
}

/** Reports keywords in the less frequent case; mixed case is always reported. ARG before FROM does not count. */
function lintCasing({ stages }: Dockerfile): readonly LintFinding[] {
  const all = stages.flatMap((stage) => [stage, ...stage.instructions])
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

function lintStageNames({ stages }: Dockerfile): readonly LintFinding[] {
  const seen = new Set<string>()
  return stages.flatMap((stage) => {
    const [, from = '', as, name = ''] = /^\s*(from)\b.*\s(as)\s+(\S+)\s*$/is.exec(stage.text) ?? []
    if (stage.name === undefined || as === undefined) return []
    const { line } = stage
    const findings: LintFinding[] = []
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
    // FROM in mixed case is reported by its own rule.
    if ((isLower(from) && !isLower(as)) || (isUpper(from) && !isUpper(as))) {
      findings.push({ rule: 'FromAsCasing', line, message: `'${as}' and '${from}' keywords' casing do not match` })
    }
    return findings
  })
}

function isLower(text: string): boolean {
  return text === text.toLowerCase()
}

function isUpper(text: string): boolean {
  return text === text.toUpperCase()
}

function lintMaintainers({ stages }: Dockerfile): readonly LintFinding[] {
  return stages.flatMap(({ instructions }) =>
    instructions
      .filter(({ kind }) => kind === 'maintainer')
      .map(({ line }) => ({
        rule: 'MaintainerDeprecated',
        line,
        message: 'Maintainer instruction is deprecated in favor of using label',
      })),
  )
}
