import type { Credential } from '../../src/registry/auth/auth.ts'

/** A credential with its texts in the open, to be compared. */
export function revealed(credential: Credential | undefined): Readonly<Record<string, string>> | undefined {
  if (credential === undefined) return undefined
  return credential.kind === 'basic'
    ? { ...credential, password: credential.password.reveal() }
    : { ...credential, token: credential.token.reveal() }
}
