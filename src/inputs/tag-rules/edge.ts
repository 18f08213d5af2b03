import type { TagRule } from './rule.ts'

/** `edge` for the newest commit of a branch, the default one unless `branch` names another. */
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
