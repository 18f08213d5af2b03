import type { TagRule } from './rule.ts'

/** Adds a tag for scheduled runs: `nightly`, or its pattern. */
export const scheduleRule: TagRule = {
  attributes: ['pattern'],
  priority: 1000,
  expand: ({ attributes }, { event, expand }) => {
    const expanded = expand(attributes.get('pattern') ?? 'nightly')
    if ('problem' in expanded) return expanded
    const { text } = expanded.value
    if (event.name !== 'schedule' || text === '') return { value: [] }
    return { value: [{ tag: text, moving: true, because: 'the event is a schedule' }] }
  },
}
