import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { missingPrograms } from './skipped.ts'

/** In PEM, with the authority that has signed it. */
export type Certificate = { readonly cert: string; readonly key: string; readonly ca: string }

export type Authority = {
  /** In PEM. */
  readonly ca: string
  /** Signs a certificate for this machine, or for a client. It expires after this number of days; a negative number is the past. */
  readonly issue: (days?: number, names?: string) => Certificate
}

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** Why certificates cannot be created on this machine, or undefined if they can. */
export const noCertificates = missingPrograms('openssl')

/** An authority of this test, created with openssl. */
export function makeAuthority(): Authority {
  const { cert: ca, key: caKey } = inFolder({}, (openssl) => {
    openssl('req', '-x509', ...curve, '-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2', '-subj', '/CN=test ca')
  })
  const issue = (days = 2, names = 'DNS:localhost,IP:127.0.0.1'): Certificate => {
    const files = { 'ca.pem': ca, 'ca.key': caKey, names: `subjectAltName=${names}\n` }
    const made = inFolder(files, (openssl) => {
      openssl('req', ...curve, '-keyout', 'key.pem', '-out', 'request', '-subj', '/CN=test')
      const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', String(days)]
      openssl('x509', '-req', '-in', 'request', ...signing, '-extfile', 'names', '-out', 'cert.pem')
    })
    return { ...made, ca }
  }
  return { ca, issue }
}

/** The files `cert.pem` and `key.pem` that `work` writes to a temporary directory. */
function inFolder(
  files: Readonly<Record<string, string>>,
  work: (openssl: (...args: readonly string[]) => void) => void,
): Omit<Certificate, 'ca'> {
  const folder = mkdtempSync(join(tmpdir(), 'polyarch-test-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    work((...args) => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' }))
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    return { cert: read('cert.pem'), key: read('key.pem') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
