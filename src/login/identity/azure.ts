import { ActionError } from '../../errors/action-error.ts'
import { secret } from '../../inputs/secret.ts'
import type { Login } from '../../plan/logins.ts'
import { type Asking, askForJson, formOf, type ServiceRequest, secretOf } from './ask-service.ts'
import type { AskedLogin } from './id-token.ts'

/**
 * Returns the credentials for Azure Container Registry: a refresh token of the registry for the job's OIDC token, valid
 * for three hours. https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
 *
 * @throws ActionError `registry-unauthorized`
 */
export async function logInToAzure(
  asking: Asking,
  { registry, identity, idToken }: AskedLogin<'azure'>,
): Promise<Omit<Login, 'unlessKnown'>> {
  const { env } = asking
  const what = `Cannot log in to ${registry}`
  const client = identity.clientId ?? env['AZURE_CLIENT_ID']
  const tenant = identity.tenantId ?? env['AZURE_TENANT_ID']
  if (!client || !tenant) {
    throw new ActionError('registry-unauthorized', `${what}: there are no credentials for Azure`, {
      hint: 'Add `client-id` and `tenant-id` to its entry in `registries`, or run `az acr login` before this step and remove the entry.',
    })
  }
  const assertion = await idToken('api://AzureADTokenExchange', what)
  // https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential
  const federated: ServiceRequest = {
    what,
    by: 'Microsoft Entra ID',
    request: () => ({
      method: 'POST',
      url: `https://${authorityOf(registry)}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
      ...formOf({
        client_id: client,
        scope: 'https://containerregistry.azure.net/.default',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
        grant_type: 'client_credentials',
      }),
    }),
    explain: ({ text }) =>
      text.includes('AADSTS7002')
        ? 'Add a federated credential to the application whose subject is that of the job (repo:<owner>/<name>:ref:… or :environment:…).'
        : 'Check `client-id`, `tenant-id` and the federated credential of the application.',
  }
  const access = secretOf(asking, federated, (await askForJson(asking, federated))['access_token'])
  const exchange: ServiceRequest = {
    what,
    by: registry,
    request: () => ({
      method: 'POST',
      url: `https://${registry}/oauth2/exchange`,
      ...formOf({ grant_type: 'access_token', service: registry, tenant, access_token: access }),
    }),
    explain: () => 'Give the application the role AcrPush on the registry.',
  }
  const refresh = secretOf(asking, exchange, (await askForJson(asking, exchange))['refresh_token'])
  // The user name for a login with a refresh token.
  return { registry, username: '00000000-0000-0000-0000-000000000000', password: secret(refresh) }
}

/** https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
function authorityOf(registry: string): string {
  if (registry.endsWith('.azurecr.cn')) return 'login.partner.microsoftonline.cn'
  return registry.endsWith('.azurecr.us') ? 'login.microsoftonline.us' : 'login.microsoftonline.com'
}
