import type { TagRule } from './rule.ts'

/** Adds `edge` for the newest commit of a branch: that of `branch`, else the default branch. */
export const edgeRule: TagRule = {
  attributes: ['branch'],
  priority: 700,
  expand: ({ attributes }, { event, expand }) => {
    const branch = expand(attributes.get('branch') ?? '')
    if ('problem' in branch) return branch
    const name = branch.value.text || event.defaultBranch
    if (name === undefined || event.ref !== `refs/heads/${name}`) return { value: [] }
    return { value: [{ tag: 'edge', moving: true, because: `the branch is ${name}` }] }
  },
}
