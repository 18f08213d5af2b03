import type { ActionError } from '../errors/action-error.ts'

/**
 * Merges problems that several platforms share into one that names all of them: the images of all platforms may have
 * the same layer. Keeps the order of first occurrence.
 */
export function oncePerFinding(problems: readonly ActionError[]): readonly ActionError[] {
  const groups = new Map<string, ActionError[]>()
  for (const problem of problems) {
    const { code, message, hint, place, platform } = problem
    const found = platform === undefined ? message : message.replace(subject(platform), '')
    const key = JSON.stringify([code, found, hint, place])
    groups.set(key, [...(groups.get(key) ?? []), problem])
  }
  return [...groups.values()].flatMap(joined)
}

/** Returns the beginning of every message on the image of one platform. */
function subject(platform: string): string {
  return `the image for ${platform}: `
}

function joined(problems: readonly ActionError[]): readonly ActionError[] {
  const [first] = problems
  const platforms = [...new Set(problems.flatMap(({ platform }) => (platform === undefined ? [] : [platform])))]
  if (first?.platform === undefined || platforms.length < 2) return problems
  const named = platforms.join(', ')
  return [first.with({ message: first.message.replace(subject(first.platform), subject(named)), platform: named })]
}
