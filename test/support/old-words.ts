import ts from 'typescript'

/** Words to avoid, each with its replacement. CONTRIBUTING.md, "Words", lists them for people. */
export const oldWords: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\b(?:prove[sdn]?|proving|proofs?)\b(?!\.md)/i, 'verify, verified, verification; or show'],
  [/\bmend(?:s|ed|ing)?\b|\bputs? (?:\w+ )?right\b/i, 'fix'],
  [/\bshall\b/i, 'must, or the present tense'],
  [/\bone(?: \w+)? a line\b/i, 'one per line'],
  [/\bin passing\b|\bwhat passes\b|\b(?:reason|failure|fault|error)s? that pass(?:es)?\b/i, 'transient error'],
  [/\btried again\b|\btries again\b|\bnot tried\b/i, 'is retried, is not retried'],
  [/\brefusals?\b/i, 'permanent error; rejection'],
  [/\bwho may\b|\bmay push\b|\bwhoever\b|\bthose who\b/i, 'push access; credentials; users who'],
  [/\b(?:is|are|was|were|be) told\b|\btells? (?:only )?of\b/i, 'the field that shows it, or an active sentence'],
  [
    /\b(?:is|are|was|were|be) (?:looked at|said)\b|\bnothing (?:was |is )?said\b|\bsaid or not\b/i,
    'is checked; is set; not set',
  ],
  [/(?:^|[.(] )Empty: /m, 'Default: X'],
  [/\bcapitals\b/i, 'lowercased; uppercase letters'],
  [/(?<!who |what )\b(?:is|are|was|were|be) (?:not |already |still )?there\b/i, 'exists; is missing; is required'],
  [/\bthere (?:is|are|was|were) none\b|\bnot there yet\b/i, 'not supported; does not exist'],
  [
    /(?<!there )\b(?:is|are|was|were) no (?!longer\b|more\b|less\b|larger\b|later\b|need\b|way\b)\w/i,
    'is not a …; is not an …',
  ],
  [
    /\bwhere (?:it|there|Docker) is\b|\bwhere (?:a|the|no) daemon\b|\bwhere none\b/i,
    'if Docker is available; if no daemon is running',
  ],
  [/\b(?:was|is|are) asked for\b/i, 'selected by the `engine` input; requested'],
  [/\bways?\b/i, 'method; form'],
  [/\bit was that already\b/i, 'already up to date'],
  [/\bheld back\b|\bstays? (?:as|so|where|what)\b|\bdid not make\b/i, 'not updated because …; left untouched'],
  [/\bput together\b|\bnot computed\b|\bruns? nothing\b/i, 'assembled from existing files; does not execute RUN'],
  [/\bdefects?\b/i, 'bug'],
  [/\bby (?:itself|themselves)\b/i, 'automatically; alone'],
  [/\bto be had\b|\banew\b|\btheirs\b|\ba word (?:of|that)\b/i, 'plain words'],
  [/\b(?:what|which) (?:stays|passes|goes|applies|builds)\b/i, 'the noun for it'],
  [
    /\b(?:behaviour|colour|honour|favour|neighbour)\w*|\b(?:recogni|normali|initiali|seriali|organi|summari|minimi|optimi|authori|reali)s(?:e[sd]?|ing|ations?)\b/i,
    'American spelling',
  ],
]

const everywhere = oldWords.map(([{ source, flags }, instead]) => [new RegExp(source, `${flags}g`), instead] as const)

/** Each old word of `text`, with its line and the replacement. */
export function findOldWords(text: string, firstLine = 1): readonly string[] {
  return everywhere.flatMap(([all, instead]) =>
    [...text.matchAll(all)].map(({ 0: found, index }) => {
      return `line ${firstLine + text.slice(0, index).split('\n').length - 1}: "${found.trim()}", write: ${instead}`
    }),
  )
}

/** All old words, in any case. A string of a source can start with "Empty: ", which no line of the source then does. */
const anyOldWord = new RegExp(
  oldWords.map(([{ source }]) => source.replace('(?:^|[.(] )Empty', 'Empty')).join('|'),
  'i',
)

/** Whether a text of the TypeScript source can have an old word: it is searched as a whole, which needs no parser. */
export function mayHaveOldWords(source: string): boolean {
  return anyOldWord.test(source.replace(/\\[nrt]/g, ' ').replaceAll('\\', ''))
}

/** Parses a TypeScript source. */
export function parseSource(source: string): ts.SourceFile {
  return ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true)
}

/** The texts of a TypeScript source that people read: its string literals, or its comments, with their lines. */
export function textsOf(file: ts.SourceFile): {
  readonly strings: readonly Text[]
  readonly comments: readonly Text[]
} {
  const source = file.text
  const at = (text: string, position: number): Text => ({
    text,
    line: file.getLineAndCharacterOfPosition(position).line + 1,
  })
  const strings: Text[] = []
  const comments = new Map<number, Text>()
  const visit = (node: ts.Node): void => {
    const ranges = [
      ...(ts.getLeadingCommentRanges(source, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(source, node.getEnd()) ?? []),
    ]
    for (const { pos, end } of ranges) comments.set(pos, at(source.slice(pos, end), pos))
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      strings.push(at(node.text, node.getStart()))
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return { strings, comments: [...comments.values()] }
}

/** The titles of the tests in a TypeScript source: those of its calls, and the names of the rows of `each`. */
export function titlesOf(file: ts.SourceFile): readonly Text[] {
  const titles: Text[] = []
  const add = (node: ts.Node | undefined): void => {
    if (node === undefined || !(ts.isStringLiteralLike(node) || ts.isTemplateExpression(node))) return
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1
    titles.push({ text: node.getText().slice(1, -1), line })
  }
  const visit = (node: ts.Node, inRows: boolean): void => {
    const isCall = ts.isCallExpression(node)
    if (isCall && /^(?:it|test|describe)\b/.test(node.expression.getText())) add(node.arguments[0])
    if (inRows && ts.isPropertyAssignment(node) && /^(?:name|title|what)$/.test(node.name.getText()))
      add(node.initializer)
    const isEach = isCall && /^(?:it|test|describe)\b.*\.each$/s.test(node.expression.getText())
    ts.forEachChild(node, (child) => visit(child, inRows || (isEach && child !== node.expression)))
  }
  visit(file, false)
  return titles
}

export type Text = { readonly text: string; readonly line: number }
