/** A fenced code block of a Markdown document. */
export type FencedBlock = {
  readonly language: string
  readonly text: string
  /** Of its first fence, from 1. */
  readonly line: number
  /** The marker of the part that `npm run render` writes and the block is in: `example`, `workflow` or `inputs`. */
  readonly marker: string | undefined
}

/** The fenced code blocks of a document, in order. */
export function fencedBlocks(markdown: string): readonly FencedBlock[] {
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(({ 1: language = '', 2: text = '', index }) => {
    const before = markdown.slice(0, index)
    const [, marker, edge] = [...before.matchAll(/^<!-- (\w+):(begin|end)\b/gm)].at(-1) ?? []
    return { language, text, line: before.split('\n').length, marker: edge === 'begin' ? marker : undefined }
  })
}

/** The document without its code: fenced blocks, indented blocks and comments go, code in a line becomes its text. */
export function withoutCode(markdown: string): string {
  return markdown
    .replace(/^```[\s\S]*?^```$/gm, '')
    .replace(/^ {4}\S.*$/gm, '')
    .replace(/<!--[\s\S]*?-->/g, '')
}

/** The anchors that GitHub gives to the headings of a document. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of withoutCode(markdown).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
      .replaceAll(' ', '-')
    let anchor = slug
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`
    anchors.add(anchor)
  }
  return anchors
}

/** The links of a document to files and anchors of the repository. */
export function linksOf(markdown: string): readonly { readonly file: string; readonly anchor: string | undefined }[] {
  const text = withoutCode(markdown).replaceAll(/`[^`\n]*`/g, '``')
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/i.test(target))
    .map((target) => {
      const [file = '', anchor] = target.split('#')
      return { file, anchor }
    })
}

/** The cells of all tables of a document. */
export function tableCells(markdown: string): readonly string[] {
  return withoutCode(markdown)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => line.replaceAll('\\|', '¦').split('|').slice(1, -1))
    .map((cell) => cell.trim())
}
