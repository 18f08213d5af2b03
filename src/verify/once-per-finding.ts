import type { ActionError } from '../errors/action-error.ts'

/**
 * Returns the problems with those that several platforms share as one, which names all of them: an image of each platform may have the same
 * layer. The order is that of the first of each.
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

/** How every message on the image of one platform begins. */
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
