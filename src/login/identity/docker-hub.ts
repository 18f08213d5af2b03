import { ActionError } from '../../errors/action-error.ts'
import { secret } from '../../inputs/secret.ts'
import type { Login } from '../../plan/logins.ts'
import { type Asking, askForJson, formOf, type ServiceRequest, secretOf } from './ask-service.ts'
import type { AskedLogin } from './id-token.ts'

/**
 * Seconds. An OIDC connection allows 300 to 3600; a build may take longer than the 300 that docker/login-action
 * requests.
 */
const lifetime = 3600

/**
 * Returns the credentials for Docker Hub through an OIDC connection of the organization.
 * https://docs.docker.com/enterprise/security/oidc-connections/
 *
 * @throws ActionError `registry-unauthorized`, `input-invalid`
 */
export async function logInToHub(
  asking: Asking,
  { registry, identity, idToken }: AskedLogin<'docker-hub'>,
): Promise<Omit<Login, 'unlessKnown'>> {
  const { env } = asking
  const what = `Cannot log in to ${registry}`
  const connection = identity.connection ?? env['DOCKERHUB_OIDC_CONNECTIONID']?.trim() ?? ''
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(connection)) {
    throw new ActionError('input-invalid', `${what}: the ID of the OIDC connection is not a UUID`, {
      hint: 'Copy the ID from OIDC connections in Docker Home into `connection-id` or DOCKERHUB_OIDC_CONNECTIONID.',
    })
  }
  const seconds = Number(env['DOCKERHUB_OIDC_EXPIREIN']?.trim() || lifetime)
  if (!(seconds >= 300 && seconds <= 3600)) {
    throw new ActionError('input-invalid', `${what}: DOCKERHUB_OIDC_EXPIREIN is not a number from 300 to 3600`, {
      hint: 'Set it to a number of seconds, or remove it: the default is 3600.',
    })
  }
  const token = await idToken('https://identity.docker.com', what)
  const exchange: ServiceRequest = {
    what,
    by: 'identity.docker.com',
    request: () => ({
      method: 'POST',
      url: 'https://identity.docker.com/oauth/token',
      ...formOf({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        subject_token: token,
        connection_id: connection,
        expires_in: String(seconds),
      }),
    }),
    explain: () =>
      'Check the ID of the OIDC connection, and that one of its rulesets has the subject of this job (repo:<owner>/<name>:ref:…).',
  }
  const answer = await askForJson(asking, exchange)
  return { registry, username: identity.username, password: secret(secretOf(asking, exchange, answer['access_token'])) }
}
