import { isMap, isNode, isPair, isSeq, parseDocument } from 'yaml'

const block =
  /^(<!-- (?:example|workflow):begin, ([^\s#]+)(?:#(\S+))? -->\n)[\s\S]*?^(<!-- (?:example|workflow):end -->)$/gm

/**
 * Returns `markdown` with each block between `<!-- example:start, FILE -->` and `<!-- example:end -->` replaced by the YAML
 * of that file. `FILE#jobs.image.steps.0,permissions` selects parts, each by a path of keys and list positions, with `*` for
 * all items of a list. Parts with the same parent follow one another, others are separated by a blank line. Throws if a path
 * does not exist.
 */
export function renderExamples(markdown: string, read: (file: string) => string): string {
  return markdown.replace(block, (_, begin: string, file: string, paths: string | undefined, end: string) => {
    const text = read(file)
    const shown = paths === undefined ? text : selectParts(text, paths.split(','), file)
    return `${begin}\`\`\`yaml\n${shown}\`\`\`\n${end}`
  })
}

function selectParts(text: string, paths: readonly string[], file: string): string {
  const parentOf = (path = '') => path.slice(0, Math.max(path.lastIndexOf('.'), 0))
  return paths
    .map((path, index) => {
      const separator = index > 0 && parentOf(path) !== parentOf(paths[index - 1]) ? '\n' : ''
      return separator + selectPart(text, path, file)
    })
    .join('')
}

/** The whole lines of the key or list item at `path`, without their common indentation. */
function selectPart(text: string, path: string, file: string): string {
  let found: unknown = parseDocument(text).contents
  for (const key of path.split('.')) {
    const within: unknown = isPair(found) ? found.value : found
    if (key === '*') found = within
    else if (isMap(within)) found = within.items.find((pair) => String(pair.key) === key)
    else found = isSeq(within) ? within.items[Number(key)] : undefined
  }
  const first = isPair(found) ? found.key : found
  const last = isPair(found) ? (found.value ?? found.key) : found
  if (!isNode(first) || !isNode(last) || !first.range || !last.range) throw new Error(`${file} has no ${path}`)
  const begin = text.lastIndexOf('\n', first.range[0]) + 1
  // The range of a block ends after its last line break, that of a scalar before it.
  const end = text.indexOf('\n', last.range[1] - 1) + 1
  const lines = text.slice(begin, end).split('\n')
  const indent = /^ */.exec(lines[0] ?? '')?.[0].length ?? 0
  return lines.map((line) => (/^\s*$/.test(line.slice(0, indent)) ? line.slice(indent) : line)).join('\n')
}
