import { loadPlacedYaml, loadYaml, loadYamlPairs } from '../bounds/yaml.ts'
import { ActionError } from '../errors/action-error.ts'
import { loadLibraries } from '../inputs/expressions.ts'
import { parseInputs } from '../inputs/parse.ts'
import { type InputName, inputRows } from '../inputs/schema.ts'
import type { TagEvent } from '../inputs/tag-event.ts'
import { replaceExpressions } from './expressions.ts'
import { checkableOutputs } from './image-outputs.ts'

const event: TagEvent = {
  name: 'push',
  ref: 'refs/heads/main',
  sha: '0123456789abcdef0123456789abcdef01234567',
  defaultBranch: 'main',
  commitDate: '2026-01-01T00:00:00Z',
}

/**
 * Validates the inputs of a step as the action itself does, with placeholders for expressions.
 *
 * @returns the problems, one per line; none depends on the values of expressions
 */
export async function checkInputs(given: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const texts = new Map([...given].map(([name, text]) => [name, plainText(name, text)] as const))
  const all = [...texts.values()].join('\n')
  const [libraries, parseYaml, parsePlacedYaml, parseYamlPairs] = await Promise.all([
    loadLibraries(all),
    loadYaml(),
    loadPlacedYaml(),
    loadYamlPairs(),
  ])
  try {
    const names = [...texts].filter(([, text]) => text !== '').map(([name]) => name)
    parseInputs((name) => texts.get(name) ?? '', names, {
      libraries,
      parseYaml,
      parsePlacedYaml,
      parseYamlPairs,
      event,
    })
    return []
  } catch (error) {
    if (!(error instanceof ActionError)) throw error
    // A single problem is in the first line; several are in the lines after it.
    const [first = '', ...rest] = error.message.split('\n')
    return rest.length > 0 ? rest : [first.replace('Invalid input: ', '')]
  }
}

/**
 * Returns the text of an input with its expressions replaced: by placeholders in names, or removed if one is a whole
 * entry.
 */
function plainText(name: string, text: string): string {
  // Names may come from expressions, and a push without names is an error.
  if (name === 'push') return 'false'
  if (name === 'outputs') return checkableOutputs(text)
  if (!text.includes('${{')) return text
  if (name === 'username' || name === 'password') return 'x'
  const kind = Object.hasOwn(inputRows, name) ? inputRows[name as InputName].kind : 'text'
  // Distinct placeholders: two registries from expressions are assumed to differ.
  if (name === 'registries' || name === 'registry-auth')
    return replaceExpressions(text, (_, before) => `x${before.length}.example`)
  if (!['list', 'lines', 'options', 'verbatim'].includes(kind)) return ''
  const isNamed = ['tags', 'images', 'flavor', 'labels', 'annotations', 'build-args', 'secrets'].includes(name)
  // Expressions are replaced first, since one may span several lines.
  return replaceExpressions(text, (_, before) => placeholder(before))
    .split('\n')
    .filter((line) => !line.includes(mark) || (isNamed && line.replaceAll(mark, '').trim() !== ''))
    .map((line) => line.replaceAll(mark, 'x'))
    .join('\n')
}

/** Marks an expression until its line is evaluated; no input contains this character. */
const mark = '\u0001'

function placeholder(before: string): string {
  if (/\b(?:enable|latest|onlatest|moving)=\s{0,10}$/i.test(before.slice(-40))) return 'true'
  return /\bpriority=\s{0,10}$/i.test(before.slice(-40)) ? '100' : mark
}
