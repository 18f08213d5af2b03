import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ActionError } from '../../errors/action-error.ts'
import type { UrlLogin } from '../../plan/url-logins.ts'

/** A server, and the file that has its user and password in the form of Git's credential helpers. */
export type CredentialFile = { readonly origin: string; readonly path: string }

/**
 * Writes user and password for each server into a file of its own in `folder`, which no other user may read: Git gets its path alone, and
 * asks for what is in it only where that very server asks for a login. https://git-scm.com/docs/git-credential#IOFMT
 *
 * @throws ActionError `input-invalid` for a line break, which Git's form cannot hold
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
