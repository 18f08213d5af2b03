import { buffer } from 'node:stream/consumers'
import { ActionError } from '../../../errors.ts'
import { follow } from '../../../tree/resolve.ts'
import { emptyTree, type FileTree } from '../../../tree/tree.ts'

export type Owner = { readonly uid: number; readonly gid: number }

/** More than any real user database; it is held in memory. */
const mostBytes = 10 * 1024 * 1024

/**
 * The owner that `--chown` or USER names: `user`, `user:group`, each a number or a name in /etc/passwd or /etc/group of `root`.
 * `root` is read only when there is a name. As in BuildKit a number alone is the group too, a user's name brings its group,
 * and a name that is not there is 0. Throws `build-failed` for a name when the root is that of `FROM scratch`, before anything was put in it.
 */
export async function resolveOwner(text: string, root: FileTree): Promise<Owner> {
  const colon = text.indexOf(':')
  const user = colon === -1 ? text : text.slice(0, colon)
  const group = colon === -1 ? undefined : text.slice(colon + 1)
  if (root === emptyTree && [user, group ?? '0'].some((name) => numeric(name) === undefined)) {
    throw new ActionError(
      'build-failed',
      `Cannot find the owner ${text}: the stage begins with scratch and has no /etc/passwd`,
      {
        hint: 'Write the owner as numbers: uid:gid.',
      },
    )
  }
  const owner = await userOf(user, root)
  return group === undefined ? owner : { uid: owner.uid, gid: (await groupOf(group, root)) ?? owner.gid }
}

async function userOf(user: string, root: FileTree): Promise<Owner> {
  const id = numeric(user)
  if (id !== undefined) return { uid: id, gid: id }
  const [, , uid = '', gid = ''] = (await lineOf(user, root, 'etc/passwd')) ?? []
  return { uid: numeric(uid) ?? 0, gid: numeric(gid) ?? 0 }
}

async function groupOf(group: string, root: FileTree): Promise<number | undefined> {
  return numeric(group) ?? numeric((await lineOf(group, root, 'etc/group'))?.[2] ?? '')
}

function numeric(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 ? Number(text) : undefined
}

async function lineOf(name: string, root: FileTree, path: string): Promise<readonly string[] | undefined> {
  const file = await follow(root, path)
  if (file?.node.type !== 'file' || file.node.size > mostBytes) return undefined
  const text = (await buffer(await root.open(file.path))).toString('utf8')
  return text
    .split('\n')
    .map((line) => line.trim().split(':'))
    .find(([first]) => name !== '' && first === name)
}
