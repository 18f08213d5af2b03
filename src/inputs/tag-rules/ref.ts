import { isRelease } from '../../oci/release.ts'
import { readChoice } from '../read/value.ts'
import type { TagRule } from './rule.ts'

const choices = ['branch', 'tag', 'pr'] as const

/** Uses the name of the branch, the Git tag or the number of the pull request, depending on the event. */
export const refRule: TagRule = {
  attributes: ['event'],
  priority: 600,
  prefix: ({ attributes }) => (attributes.get('event') === 'pr' ? 'pr-' : undefined),
  expand: ({ attributes }, { event: { ref } }) => {
    const given = attributes.get('event')
    if (given === undefined) return { problem: 'type=ref needs event=branch, event=tag or event=pr' }
    const event = readChoice(given, choices)
    if ('problem' in event) return { problem: `event: ${event.problem}` }
    const [, kind, name = ''] = /^refs\/(heads|tags|pull)\/(.*)$/s.exec(ref) ?? []
    if (kind === 'heads' && event.value === 'branch') {
      return { value: [{ tag: name, moving: true, because: `named for the branch ${name}` }] }
    }
    if (kind === 'tags' && event.value === 'tag') {
      // No `latest` on a pre-release, as without rules.
      return {
        value: [{ tag: name, moving: false, latest: isRelease(name), because: `named for the Git tag ${name}` }],
      }
    }
    if (kind === 'pull' && event.value === 'pr') {
      const number = name.replace(/\/merge$/, '')
      return { value: [{ tag: number, moving: true, because: `named for pull request ${number}` }] }
    }
    return { value: [] }
  },
}
