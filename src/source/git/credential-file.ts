import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ActionError } from '../../errors/action-error.ts'
import type { UrlLogin } from '../../plan/url-logins.ts'

/** A server, and the file with its user and password in the format of Git's credential helpers. */
export type CredentialFile = { readonly origin: string; readonly path: string }

/**
 * Writes user and password for each server into a separate file in `folder` that other users cannot read. Git only
 * receives the path, and reads the file only if that server requests a login.
 * https://git-scm.com/docs/git-credential#IOFMT
 *
 * @throws ActionError `input-invalid` for a line break, which Git's format does not support
 */
export function writeCredentialFiles(logins: readonly UrlLogin[], folder: string): readonly CredentialFile[] {
  return logins.map(({ origin, host, username, password }) => {
    const [user, word] = [username.reveal(), password.reveal()]
    if (/[\n\0]/.test(user + word)) {
      throw new ActionError('input-invalid', `Cannot log in to ${host}: its user or password has a line break`)
    }
    const path = join(folder, `git-credentials-${randomUUID()}`)
    writeFileSync(path, `username=${user}\npassword=${word}\n`, { mode: 0o600, flag: 'wx' })
    return { origin, path }
  })
}
