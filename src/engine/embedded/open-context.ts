import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canPrune, isIgnored, parseIgnore } from '../../dockerfile/ignore.ts'
import { contextTree } from '../../tree/context.ts'
import type { FileTree } from '../../tree/tree.ts'

/**
 * The build context as a tree, without what is ignored: `<Dockerfile>.dockerignore` beside the Dockerfile counts, else
 * `.dockerignore` in the context. https://docs.docker.com/build/concepts/context/#dockerignore-files
 *
 * @throws ActionError `dockerfile-invalid` for a pattern that is wrong
 */
export async function openContext(context: string, dockerfile: string): Promise<FileTree> {
  for (const path of [`${dockerfile}.dockerignore`, join(context, '.dockerignore')]) {
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const rules = parseIgnore(text, path)
    return contextTree(context, {
      ignore: (name, isDirectory) => {
        if (!isIgnored(rules, name)) return 'keep'
        return isDirectory && !canPrune(rules, name) ? 'drop' : 'prune'
      },
      windows: process.platform === 'win32',
    })
  }
  return contextTree(context, { windows: process.platform === 'win32' })
}
