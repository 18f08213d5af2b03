import { posix } from 'node:path'
import { ActionError } from '../../../errors/action-error.ts'

/**
 * Returns the file name that ADD uses for a URL: the last part of its path, unescaped. BuildKit uses neither
 * `Content-Disposition` nor the target of a redirect, and names a file without a name `__unnamed__`.
 *
 * @throws ActionError `dockerfile-invalid` for a path with escapes that are not valid UTF-8, or with control characters
 */
export function urlName(url: string): string {
  const [, path = ''] = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url) ?? []
  const decoded = decode(path)
  if (decoded === undefined || /\p{Cc}/u.test(decoded)) {
    throw new ActionError('dockerfile-invalid', `Cannot name a file after the URL path ${path}`, {
      hint: 'A percent sign stands for the beginning of an escape; itself it is written %25.',
    })
  }
  const name = posix.basename(decoded)
  return name === '' || name === '.' ? '__unnamed__' : name
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
