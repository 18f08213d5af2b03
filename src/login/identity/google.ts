import { parseJsonObject } from '../../bounds/json.ts'
import { limits } from '../../bounds/limits.ts'
import { readFileLimited } from '../../bounds/read-limited.ts'
import { ActionError } from '../../errors/action-error.ts'
import { secret } from '../../inputs/secret.ts'
import type { Login } from '../../plan/logins.ts'
import { type Asking, askForJson, type ServiceRequest, secretOf } from './ask-service.ts'
import type { AskedLogin } from './id-token.ts'

/**
 * Returns the credentials for Artifact Registry: an access token for the job's OIDC token, valid for an hour, or the
 * service account key that google-github-actions/auth has written.
 * https://cloud.google.com/artifact-registry/docs/docker/authentication
 *
 * @throws ActionError `registry-unauthorized`
 */
export async function logInToGoogle(
  asking: Asking,
  { registry, identity, idToken }: AskedLogin<'google'>,
): Promise<Omit<Login, 'unlessKnown'>> {
  const what = `Cannot log in to ${registry}`
  const left = identity.provider === undefined ? await readLeft(asking, what) : undefined
  if (left?.kind === 'key') {
    asking.mask(left.key)
    return { registry, username: '_json_key', password: secret(left.key) }
  }
  const { provider, serviceAccount } = left ?? {
    provider: identity.provider ?? '',
    serviceAccount: identity.serviceAccount,
  }
  const name = provider.replace(/^(?:https:)?\/\/iam\.googleapis\.com\//, '')
  const token = await idToken(`https://iam.googleapis.com/${name}`, what)
  // https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token
  const exchange: ServiceRequest = {
    what,
    by: "Google's token service",
    request: () => ({
      method: 'POST',
      url: 'https://sts.googleapis.com/v1/token',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        audience: `//iam.googleapis.com/${name}`,
        grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
        requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
        scope: cloudScope,
        subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
        subjectToken: token,
      }),
    }),
    explain: () =>
      'Check `workload-identity-provider` (projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>) and its attribute condition.',
  }
  const federated = secretOf(asking, exchange, (await askForJson(asking, exchange))['access_token'])
  if (serviceAccount === undefined) return { registry, username, password: secret(federated) }
  // https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
  const account = encodeURIComponent(serviceAccount)
  const impersonate: ServiceRequest = {
    what: `${what} as ${serviceAccount}`,
    by: "Google's IAM",
    request: () => ({
      method: 'POST',
      url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${account}:generateAccessToken`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${federated}` },
      body: JSON.stringify({ scope: [cloudScope], lifetime: '3600s' }),
    }),
    explain: () =>
      'Give the principal of the workload identity pool the role roles/iam.workloadIdentityUser on the service account.',
  }
  const answer = await askForJson(asking, impersonate)
  return { registry, username, password: secret(secretOf(asking, impersonate, answer['accessToken'])) }
}

const username = 'oauth2accesstoken'
const cloudScope = 'https://www.googleapis.com/auth/cloud-platform'

type Left =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'federation'; readonly provider: string; readonly serviceAccount: string | undefined }

/** Reads the credentials file of google-github-actions/auth. Its names are used, but not its URLs. */
async function readLeft({ env }: Asking, what: string): Promise<Left> {
  const path = env['GOOGLE_APPLICATION_CREDENTIALS']
  if (!path) {
    throw new ActionError('registry-unauthorized', `${what}: there are no credentials for Google`, {
      hint: 'Add `workload-identity-provider` to its entry in `registries`, or run google-github-actions/auth before this step.',
    })
  }
  const text = await readFileLimited(path, limits.configFile).catch(() => undefined)
  const file = text === undefined ? undefined : parseJsonObject(text)
  if (file?.['type'] === 'service_account' && text !== undefined) return { kind: 'key', key: text.trim() }
  const { audience, service_account_impersonation_url: url } = file ?? {}
  if (file?.['type'] === 'external_account' && typeof audience === 'string') {
    const account = typeof url === 'string' ? /\/serviceAccounts\/([^/:]+):/.exec(url.slice(0, 1000))?.[1] : undefined
    return { kind: 'federation', provider: audience, serviceAccount: account && decodeURIComponent(account) }
  }
  throw new ActionError(
    'registry-unauthorized',
    `${what}: the file of GOOGLE_APPLICATION_CREDENTIALS is neither a service account nor a workload identity`,
    { hint: 'Run google-github-actions/auth before this step, or add `workload-identity-provider`.' },
  )
}
