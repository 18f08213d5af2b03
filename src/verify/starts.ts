import { posix } from 'node:path'
import type { Execution, OrNull } from '../oci/config.ts'
import { follow } from '../tree/resolve.ts'
import type { FileTree } from '../tree/tree.ts'
import { type Found, foundIn } from './scan.ts'

/** A file that starting the image would execute. */
export type Start =
  | { readonly path: string; readonly because: string; readonly found: Found }
  /** It is not in the layers that were read. */
  | { readonly path: string; readonly because: string; readonly found: undefined }

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** Scripts may be interpreted by scripts, but not indefinitely. */
const longestChain = 8

/**
 * Returns the files that the image would start, as far as they are known: the first word of entrypoint and command, the
 * files that their other words name, and the interpreter or the loader of each.
 */
export async function findStarts(tree: FileTree, execution: OrNull<Execution>): Promise<readonly Start[]> {
  const [first, ...others] = commandOf(execution)
  if (first === undefined) return []
  const program = await locate(tree, first, execution)
  const starts = await chain(tree, program ?? first, 'the entrypoint')
  for (const word of others.filter((one) => /^\.{0,2}\//.test(one))) {
    const path = await locate(tree, word, execution)
    if (path !== undefined) starts.push(...(await chain(tree, path, `an argument of ${first}`)))
  }
  return starts
}

/** Returns the words of the command. Of a shell command line, returns the first word after `exec`. */
function commandOf({ Entrypoint, Cmd }: OrNull<Execution>): readonly string[] {
  const words = [...(Entrypoint ?? []), ...(Cmd ?? [])]
  const [shell = '', option, line = ''] = words
  if (!/(?:^|\/)(?:ba|da|a)?sh$/.test(shell) || option !== '-c') return words
  const [command = ''] = line
    .trim()
    .replace(/^exec\s+/, '')
    .split(/\s+/, 1)
  return [shell, ...(/^[\w./-]+$/.test(command) && command.includes('/') ? [command] : [])]
}

async function locate(
  tree: FileTree,
  word: string,
  { Env, WorkingDir }: OrNull<Execution>,
): Promise<string | undefined> {
  const path = (Env ?? []).find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? defaultPath
  const folders = word.includes('/') ? [WorkingDir || '/'] : path.split(':')
  for (const folder of folders) {
    const found = await follow(tree, posix.resolve('/', folder, word))
    if (found && found.node.type !== 'directory') return found.path
  }
  return undefined
}

async function chain(tree: FileTree, first: string, because: string): Promise<Start[]> {
  const starts: Start[] = []
  let next: { readonly path: string; readonly because: string } | undefined = { path: first, because }
  while (next !== undefined && starts.length < longestChain) {
    const { path, because: reason }: { readonly path: string; readonly because: string } = next
    const file = await follow(tree, path)
    const found = foundIn(file?.node)
    next = undefined
    if (file === undefined) starts.push({ path, because: reason, found: undefined })
    if (file === undefined || found === undefined) break
    starts.push({ path: file.path, because: reason, found })
    const { binary } = found
    if (binary.kind === 'script') next = { path: binary.interpreter, because: `the interpreter of /${file.path}` }
    else if (binary.loader) next = { path: binary.loader, because: `the loader of /${file.path}` }
  }
  return starts
}
