import { parseDockerfile } from '../dockerfile/read/parse.ts'
import { cutCredentials, type UrlCredentials } from './url-credentials.ts'

/** A URL of ADD without its credentials; `line` is that of its instruction. */
export type Cut = { readonly line: number; readonly url: string; readonly credentials: UrlCredentials }

export type CutDockerfile = {
  readonly text: string
  readonly found: readonly Cut[]
}

/**
 * Removes the users and passwords of the URLs in ADD from a Dockerfile, because BuildKit would write them into the
 * history and the attestations of the image. Line numbers do not change. URLs with variables, and files that are not
 * Dockerfiles of this syntax, are not changed.
 */
export function cutDockerfile(text: string, file: string): CutDockerfile {
  // Most Dockerfiles have none, and need not be parsed.
  if (!/https?:\/\/[^\s/]*@/i.test(text)) return { text, found: [] }
  const found: Cut[] = []
  const lines = text.split('\n')
  for (const { line, endLine, sources } of additions(text, file)) {
    for (const source of sources) {
      const { url, credentials } = cutCredentials(source)
      if (credentials === undefined || source.includes('$')) continue
      found.push({ line, url, credentials })
      for (let at = line - 1; at < endLine; at += 1) lines[at] = lines[at]?.replaceAll(source, () => url) ?? ''
    }
  }
  return { text: lines.join('\n'), found }
}

type AddInstruction = { readonly line: number; readonly endLine: number; readonly sources: readonly string[] }

function additions(text: string, file: string): readonly AddInstruction[] {
  try {
    const { stages } = parseDockerfile(text, file)
    return stages.flatMap(({ instructions }) => instructions.flatMap((one) => (one.kind === 'add' ? [one] : [])))
  } catch {
    return []
  }
}
