import { textError } from '../problem.ts'
import { type Flags, readFlags } from '../read/flags.ts'
import { chomp, readAnnouncement } from '../read/heredoc.ts'
import type { Add, Copy, InlineFile, Transfer } from '../read/instruction.ts'
import type { PlacedStatement } from '../read/statements.ts'

const shared = { chown: 'text', chmod: 'text', link: 'switch', exclude: 'list' } as const
const ofCopy = { ...shared, from: 'text', parents: 'switch' } as const
const ofAdd = { ...shared, checksum: 'text', 'keep-git-dir': 'switch', unpack: 'switch' } as const

/**
 * Reads COPY.
 *
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function readCopy(statement: PlacedStatement): Copy {
  const words = readWords('COPY', statement)
  const flags = readFlags(statement.flags, ofCopy)
  const from = flags.text('from') || undefined
  return {
    kind: 'copy',
    ...readTransfer('COPY', words, { flags, statement }),
    ...(from === undefined ? {} : { from }),
    parents: flags.switch('parents') ?? false,
  }
}

/**
 * Reads ADD.
 *
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function readAdd(statement: PlacedStatement): Add {
  const words = readWords('ADD', statement)
  const flags = readFlags(statement.flags, ofAdd)
  const checksum = flags.text('checksum') || undefined
  const keepGitDir = flags.switch('keep-git-dir')
  const unpack = flags.switch('unpack')
  return {
    kind: 'add',
    ...readTransfer('ADD', words, { flags, statement }),
    ...(checksum === undefined ? {} : { checksum }),
    ...(keepGitDir === undefined ? {} : { keepGitDir }),
    ...(unpack === undefined ? {} : { unpack }),
  }
}

function readWords(keyword: string, { arguments: given }: PlacedStatement): readonly string[] {
  const words = 'words' in given ? given.words : []
  if (words.length >= 2) return words
  const found = words.length === 0 ? 'none' : 'only one'
  throw textError(
    `${keyword} requires at least two arguments, but ${found} was provided. Destination could not be determined`,
  )
}

type Given = { readonly flags: Flags; readonly statement: PlacedStatement }

function readTransfer(keyword: string, words: readonly string[], { flags, statement }: Given): Transfer {
  const destination = words.at(-1) ?? ''
  if (readAnnouncement(destination) !== undefined) {
    throw textError(`${keyword} cannot accept a heredoc as a destination`)
  }
  const sources: string[] = []
  const files: InlineFile[] = []
  for (const source of words.slice(0, -1)) {
    const announced = readAnnouncement(source)
    if (announced === undefined) sources.push(source)
    else {
      // If several have the same name, the last one provides the content of all.
      const body = statement.heredocs.findLast(({ name }) => name === announced.name)?.body ?? ''
      const content = announced.chomps ? chomp(body) : body
      files.push({ name: announced.name, content, expands: announced.expands })
    }
  }
  const chown = flags.text('chown') || undefined
  const chmod = flags.text('chmod') || undefined
  return {
    sources,
    files,
    destination,
    ...(chown === undefined ? {} : { chown }),
    ...(chmod === undefined ? {} : { chmod }),
    link: flags.switch('link') ?? false,
    exclude: flags.list('exclude'),
  }
}
