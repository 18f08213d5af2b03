import { chmodSync, lstatSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'

/**
 * Replaces the file at `path`, or the one that a symbolic link leads to, atomically; its permissions are kept. `suffix` makes the name of the
 * temporary file beside it, and `mode` is for a file that does not exist yet.
 *
 * @throws the errors of the file system; the temporary file is removed
 */
export function replaceFile(
  path: string,
  text: string,
  { suffix, mode }: { readonly suffix: string; readonly mode: number },
): void {
  const exists = lstatSync(path, { throwIfNoEntry: false }) !== undefined
  const file = exists ? realpathSync(path) : path
  const permissions = exists ? statSync(file).mode & 0o777 : mode
  const written = `${file}${suffix}`
  // Left by a killed process: no other one uses its name.
  rmSync(written, { force: true })
  writeFileSync(written, '', { mode: permissions, flag: 'wx' })
  try {
    writeFileSync(written, text)
    chmodSync(written, permissions)
    renameSync(written, file)
  } finally {
    rmSync(written, { force: true })
  }
}
