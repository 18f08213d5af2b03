import type { X509Certificate } from 'node:crypto'
import { limits } from '../bounds/limits.ts'
import { readFileLimited } from '../bounds/read-limited.ts'
import { messageOf } from '../errors/action-error.ts'
import type { TlsIdentity } from '../host/host.ts'
import type { TlsFiles } from './server.ts'

/**
 * Reads the certificates for a connection to a daemon, of which the client's must be valid `now`.
 *
 * @throws Error that names the file that is missing, unreadable, expired or not a certificate
 */
export async function readTls({ ca, own, verify }: TlsFiles, now: Date): Promise<TlsIdentity> {
  const [authorities, cert, key] = await Promise.all([
    ca === undefined ? undefined : read(ca),
    own && read(own.cert),
    own && read(own.key),
  ])
  if (own && cert !== undefined && key !== undefined) {
    checkCertificate(own.cert, cert, now)
    return { ca: authorities, own: { cert, key }, verify }
  }
  return { ca: authorities, own: undefined, verify }
}

async function read(file: string): Promise<string> {
  try {
    return await readFileLimited(file, limits.configFile)
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new Error(missing ? `the file ${file} does not exist` : `${file} cannot be read: ${messageOf(error)}`)
  }
}

function checkCertificate(file: string, text: string, now: Date): void {
  const certificate = parse(file, text)
  const ends = new Date(certificate.validTo)
  if (ends < now) {
    throw new Error(`the client certificate ${file} expired on ${ends.toISOString().slice(0, 10)}`)
  }
}

function parse(file: string, text: string): X509Certificate {
  // Loaded on demand, because few daemons have certificates: without it, main starts without this module.
  const crypto = process.getBuiltinModule('node:crypto')
  try {
    return new crypto.X509Certificate(text)
  } catch {
    throw new Error(`${file} is not a certificate in PEM`)
  }
}

/** Describes the failure of a TLS connection to a daemon: which side rejects which certificate. */
export function explainTls(error: unknown, { ca, own }: TlsFiles): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const found = messageOf(error)
  const said = explanation(`${code} ${found}`, { ca, own })
  if (said === undefined) return error instanceof Error ? error : new Error(found)
  return Object.assign(new Error(`${said} (${code || found})`, { cause: error }), { code })
}

function explanation(found: string, { ca, own }: Pick<TlsFiles, 'ca' | 'own'>): string | undefined {
  const authorities = ca === undefined ? 'an authority that this machine trusts' : `an authority in ${ca}`
  if (/CERT_HAS_EXPIRED/.test(found)) return "the daemon's certificate has expired"
  if (/CERT_NOT_YET_VALID/.test(found)) return "the daemon's certificate is not valid yet"
  if (/ERR_TLS_CERT_ALTNAME_INVALID/.test(found)) return `the daemon's certificate is for another name: ${found}`
  if (/SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|CERT_SIGNATURE_FAILURE/.test(found)) {
    return `the daemon's certificate is not signed by ${authorities}`
  }
  if (/KEY_VALUES_MISMATCH/.test(found) && own) return `${own.key} is not the key of ${own.cert}`
  if (/WRONG_VERSION_NUMBER|packet length too long|HTTP_REQUEST/i.test(found)) {
    return 'the daemon does not speak TLS at this address'
  }
  if (
    /alert (?:number )?(?:42|43|44|45|46|48|116)\b|ALERT_(?:BAD_CERTIFICATE|CERTIFICATE|UNKNOWN_CA)|bad certificate|certificate required|unknown ca/i.test(
      found,
    )
  ) {
    return own === undefined
      ? 'the daemon requires a client certificate: put cert.pem and key.pem into DOCKER_CERT_PATH'
      : `the daemon does not accept the client certificate ${own.cert}`
  }
  // Some servers close the connection without a reason.
  if (/ECONNRESET|EPIPE/.test(found)) {
    const whose = own === undefined ? 'a client without a certificate' : `the client certificate ${own.cert}`
    return `the daemon ended the connection, as one does that does not accept ${whose}`
  }
  return /ERR_OSSL_PEM|PEM routines/i.test(found) ? `${ca ?? own?.key} is not in PEM` : undefined
}
