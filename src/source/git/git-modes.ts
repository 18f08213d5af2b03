import type { Host } from '../../host/host.ts'
import { joinPath } from '../../tree/path.ts'
import type { FileTree, TreeNode } from '../../tree/tree.ts'

type Circumstances = { readonly dir: string; readonly host: Pick<Host, 'exec' | 'os'> }

/**
 * Wraps a repository that was fetched to `dir`, with the permissions that Git stores: only whether a file is
 * executable. Everything else results from this process' umask.
 */
export async function withGitModes(tree: FileTree, circumstances: Circumstances): Promise<FileTree> {
  if (circumstances.host.os === 'win32') return withIndexModes(tree, circumstances)
  return changeModes(tree, (path, { type, mode }) => {
    if (path.startsWith('.git/')) return mode
    return type === 'directory' || (mode & 0o100) !== 0 ? 0o755 : 0o644
  })
}

/**
 * Wraps a directory on Windows, whose file system has no permissions: files that are not executable in Git's index get
 * 0644, as in a checkout on Linux. All others keep 0755, as in BuildKit's client.
 */
export async function withIndexModes(tree: FileTree, { dir, host }: Circumstances): Promise<FileTree> {
  const { ok, stdout } = await host.exec('git', ['-C', dir, 'ls-files', '--stage', '-z'], { timeout: 60_000 })
  if (!ok) return tree
  // https://git-scm.com/docs/git-ls-files#_output: mode, object and stage; NUL after each name
  const entries = stdout.split('\0').flatMap((entry) => /^100644 \S+ 0\t(.+)$/s.exec(entry)?.[1] ?? [])
  const plain = new Set(entries)
  return changeModes(tree, (path, { mode }) => (plain.has(path) ? 0o644 : mode))
}

function changeModes(tree: FileTree, modeOf: (path: string, node: TreeNode) => number): FileTree {
  const { list, open, lstat, listing } = tree
  const changed = (path: string, node: TreeNode): TreeNode =>
    node.type === 'symlink' ? node : { ...node, mode: modeOf(path, node) }
  return {
    list,
    open,
    lstat: async (path) => {
      const node = await lstat(path)
      return node && changed(path, node)
    },
    ...(listing && {
      listing: async (folder) => {
        const found = await listing(folder)
        const { files, nodeAt } = found
        return { ...found, nodeAt: (index) => changed(joinPath(folder, files[index] ?? ''), nodeAt(index)) }
      },
    }),
  }
}
