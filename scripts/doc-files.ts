import { readdirSync } from 'node:fs'

/** The Markdown files of the documentation: those of the root and, recursively, of docs. Relative to the root, sorted. */
export function docFiles(root: URL): readonly string[] {
  const list = (folder: string, recursive: boolean) =>
    readdirSync(new URL(folder, root), { recursive, encoding: 'utf8' }).flatMap((name) =>
      name.endsWith('.md') ? [`${folder}${name.replaceAll('\\', '/')}`] : [],
    )
  return [...list('', false), ...list('docs/', true)].sort()
}
