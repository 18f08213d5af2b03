import { buffer } from 'node:stream/consumers'
import { ActionError } from '../../../errors/action-error.ts'
import { follow } from '../../../tree/resolve.ts'
import { emptyTree, type FileTree } from '../../../tree/tree.ts'

export type Owner = { readonly uid: number; readonly gid: number }

/** Larger than any real user database; it is held in memory. */
const mostBytes = 10 * 1024 * 1024

/**
 * Returns the owner that `--chown` or USER names: `user`, `user:group`, each a number or a name in /etc/passwd or
 * /etc/group of `root`, which is read only for names. As in BuildKit, a number without a group is also the group, a
 * user's name implies its group, an unknown name is 0, and so are `root` and an empty part: `app:` has group 0. Throws
 * `build-failed` for a name if the root is that of `FROM scratch` before any content was added, or of `--link`.
 */
export async function resolveOwner(text: string, root: FileTree): Promise<Owner> {
  const colon = text.indexOf(':')
  const user = colon === -1 ? text : text.slice(0, colon)
  const group = colon === -1 ? undefined : text.slice(colon + 1)
  if (root === emptyTree && [user, group ?? ''].some((part) => idOf(part) === undefined)) {
    throw new ActionError('build-failed', `Cannot find the owner ${text}: there is no /etc/passwd to look into`, {
      hint: 'Write the owner as numbers, uid:gid: a stage that begins with scratch has no names, and --link looks into none.',
    })
  }
  const owner = await userOf(user, root)
  return group === undefined ? owner : { uid: owner.uid, gid: (await groupOf(group, root)) ?? owner.gid }
}

async function userOf(user: string, root: FileTree): Promise<Owner> {
  const id = idOf(user)
  if (id !== undefined) return { uid: id, gid: id }
  const [, , uid = '', gid = ''] = (await lineOf(user, root, 'etc/passwd')) ?? []
  return { uid: integer(uid) ?? 0, gid: integer(gid) ?? 0 }
}

async function groupOf(group: string, root: FileTree): Promise<number | undefined> {
  return idOf(group) ?? integer((await lineOf(group, root, 'etc/group'))?.[2] ?? '')
}

/** Returns the number of a part without reading files: a signed 32-bit integer that wraps around below 0. */
function idOf(part: string): number | undefined {
  if (part === '' || part === 'root') return 0
  const id = integer(part)
  if (id === undefined || id < -(2 ** 31) || id >= 2 ** 31) return undefined
  // chown(2) takes -1 as "unchanged", and what BuildKit has just created belongs to root.
  return id === -1 ? 0 : id >>> 0
}

function integer(text: string): number | undefined {
  return /^[-+]?\d+$/.test(text) ? Number(text) : undefined
}

async function lineOf(name: string, root: FileTree, path: string): Promise<readonly string[] | undefined> {
  const file = await follow(root, path)
  if (file?.node.type !== 'file' || file.node.size > mostBytes) return undefined
  const text = (await buffer(await root.open(file.path))).toString('utf8')
  return text
    .split('\n')
    .map((line) => line.trim().split(':'))
    .find(([first]) => first === name)
}
