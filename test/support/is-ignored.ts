import { createJudge, type IgnoreRules } from '../../src/dockerfile/ignore/ignore.ts'

/** Whether a path is ignored, with its parent directories checked first. */
export function isIgnored(rules: IgnoreRules, path: string): boolean {
  return createJudge(rules)(path).ignored
}
