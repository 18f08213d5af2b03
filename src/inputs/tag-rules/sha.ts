import { readShortLength } from '../expressions.ts'
import { readChoice } from '../read/value.ts'
import type { TagRule } from './rule.ts'

/** Uses the commit: `sha-0123456`. */
export const shaRule: TagRule = {
  attributes: ['format'],
  priority: 100,
  prefix: () => 'sha-',
  expand: ({ attributes }, { event }) => {
    const format = readChoice(attributes.get('format') ?? 'short', ['short', 'long'])
    if ('problem' in format) return { problem: `format: ${format.problem}` }
    const length = readShortLength(event)
    if ('problem' in length) return length
    if (event.sha === '') return { value: [] }
    const tag = format.value === 'long' ? event.sha : event.sha.slice(0, length.value)
    return { value: [{ tag, moving: false, because: 'named for the commit' }] }
  },
}
