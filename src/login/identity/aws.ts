import aws4 from 'aws4'
import { ActionError } from '../../errors/action-error.ts'
import type { HttpRequest } from '../../host/host.ts'
import { type Secret, secret } from '../../inputs/secret.ts'
import type { Repository } from '../../oci/reference.ts'
import type { Login } from '../../plan/logins.ts'
import { type EcrHost, parseEcrHost } from '../../registry/ecr-host.ts'
import type { AnswerFailure } from '../../retry/failure.ts'
import { trimEnd } from '../../text/trim-end.ts'
import {
  type Asking,
  askForJson,
  askService,
  formOf,
  isRejectedWith,
  type ServiceRequest,
  secretOf,
  unusable,
} from './ask-service.ts'
import type { AskedLogin } from './id-token.ts'

export type AwsRequest = AskedLogin<'aws'> & {
  /** Repositories of the registry that are created if they do not exist. */
  readonly create: readonly Repository[]
}

/**
 * Returns the credentials for an Amazon ECR registry, and for the same registry of the accounts in AWS_ACCOUNT_IDS,
 * valid for 12 hours.
 *
 * @throws ActionError `registry-unauthorized`, with AWS's message and a hint
 */
export async function logInToAws(asking: Asking, request: AwsRequest): Promise<readonly Omit<Login, 'unlessKnown'>[]> {
  const { registry, create } = request
  const service = serviceOf(request, asking)
  const keys = await keysOf(asking, request, service)
  const call: Call = (action, body) => askEcr(asking, { registry, service, keys, action, body })
  for (const repository of create) await ensureRepository(call, repository, service)
  const { account } = service
  const accounts = account === undefined ? [] : [...new Set([account, ...accountsOf(asking.env)])]
  const answer = await call('GetAuthorizationToken', accounts.length === 0 ? {} : { registryIds: accounts })
  const found = answer['authorizationData']
  const from = { what: `Cannot log in to ${registry}`, by: 'AWS' }
  const entries = (Array.isArray(found) ? found : [found]).filter(
    (one): one is object => typeof one === 'object' && !!one,
  )
  const logins = entries.map((entry, index) => {
    const { authorizationToken: token, proxyEndpoint } = { ...entry } as Readonly<Record<string, unknown>>
    const decoded = Buffer.from(secretOf(asking, from, token), 'base64').toString('utf8')
    const colon = decoded.indexOf(':')
    const password = secretOf(asking, from, colon < 0 ? '' : decoded.slice(colon + 1))
    const id = typeof proxyEndpoint === 'string' ? /\b(\d{12})\.dkr/.exec(proxyEndpoint)?.[1] : undefined
    const isOwn = id === undefined ? index === 0 : account === undefined || id === account
    const host = isOwn ? registry : registry.replace(/^\d{12}/, id ?? '')
    return { registry: host, username: decoded.slice(0, colon), password: secret(password) }
  })
  if (logins.length === 0) throw unusable(from, 'its answer has no token')
  return logins
}

type Keys = { readonly id: string; readonly key: Secret; readonly session: Secret | undefined }

type Call = (action: string, body: object) => Promise<Readonly<Record<string, unknown>>>

/** The name of the ECR service at AWS, and its region. */
type Service = EcrHost & { readonly region: string; readonly isPublic: boolean }

/** Throws ActionError `input-invalid` if the region is unknown. */
function serviceOf({ registry, identity }: AwsRequest, { env }: Asking): Service {
  const known = parseEcrHost(registry)
  const isPublic = known !== undefined && known.account === undefined
  const ofEnvironment = env['AWS_REGION'] || env['AWS_DEFAULT_REGION']
  // ECR Public is only available in this region: https://docs.aws.amazon.com/general/latest/gr/ecr-public.html
  const region = isPublic ? 'us-east-1' : (identity.region ?? known?.region ?? ofEnvironment)
  if (region === undefined) {
    throw new ActionError('input-invalid', `Cannot log in to ${registry}: its name has no region of AWS`, {
      hint: 'Add `region` to its entry in `registries`, or set AWS_REGION in the environment of the step.',
    })
  }
  const other: EcrHost = { account: undefined, region, fips: false, dualStack: false, suffix: suffixOf(region) }
  return { ...(known ?? other), region, isPublic }
}

/** https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
function suffixOf(region: string): string {
  if (region.startsWith('cn-')) return 'amazonaws.com.cn'
  return region.startsWith('eusc-') ? 'amazonaws.eu' : 'amazonaws.com'
}

function ecrUrl({ isPublic, region, fips, dualStack, suffix }: Service, env: Asking['env']): string {
  const own = env[isPublic ? 'AWS_ENDPOINT_URL_ECR_PUBLIC' : 'AWS_ENDPOINT_URL_ECR'] || env['AWS_ENDPOINT_URL']
  if (own) return own
  if (isPublic) return `https://api.ecr-public.${region}.amazonaws.com`
  const api = suffix === 'amazonaws.com' ? 'api.aws' : `api.${suffix.replace('amazonaws', 'amazonwebservices')}`
  if (dualStack) return `https://${fips ? 'ecr-fips' : 'ecr'}.${region}.${api}`
  return fips ? `https://ecr-fips.${region}.${suffix}` : `https://api.ecr.${region}.${suffix}`
}

async function keysOf(asking: Asking, request: AwsRequest, service: Service): Promise<Keys> {
  const { env } = asking
  const { registry, identity } = request
  if (identity.keys !== undefined) {
    const { username, password } = identity.keys
    return { id: username, key: password, session: undefined }
  }
  if (identity.role !== undefined) return await assumeRole(asking, { ...request, role: identity.role }, service)
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key, AWS_SESSION_TOKEN: session } = env
  if (!id || !key) {
    throw new ActionError('registry-unauthorized', `Cannot log in to ${registry}: there are no credentials for AWS`, {
      hint: 'Add `role-to-assume` to its entry in `registries`, or set access keys as username and password, or run aws-actions/configure-aws-credentials before this step.',
    })
  }
  for (const text of [key, session]) if (text) asking.mask(text)
  return { id, key: secret(key), session: session ? secret(session) : undefined }
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
async function assumeRole(
  asking: Asking,
  { registry, role, idToken }: AwsRequest & { readonly role: string },
  { region, fips, suffix }: Service,
): Promise<Keys> {
  const { env } = asking
  const what = `Cannot assume the role ${role} for ${registry}`
  const token = await idToken('sts.amazonaws.com', what)
  const url =
    env['AWS_ENDPOINT_URL_STS'] || env['AWS_ENDPOINT_URL'] || `https://${fips ? 'sts-fips' : 'sts'}.${region}.${suffix}`
  const asked: ServiceRequest = {
    what,
    by: 'AWS STS',
    request: () => ({
      method: 'POST',
      url: `${trimEnd(url, '/')}/`,
      ...formOf({
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: role,
        RoleSessionName: `polyarch-${env['GITHUB_RUN_ID'] ?? 'run'}`.replace(/[^\w+=,.@-]/g, '-').slice(0, 64),
        WebIdentityToken: token,
      }),
    }),
    explain: explainAws,
  }
  const answer = await askService(asking, asked)
  // XML is the documented response format; the values are ASCII without entities.
  const field = (name: string) => new RegExp(`<${name}>([^<]{1,16384})</${name}>`).exec(answer)?.[1]
  return {
    id: secretOf(asking, asked, field('AccessKeyId')),
    key: secret(secretOf(asking, asked, field('SecretAccessKey'))),
    session: secret(secretOf(asking, asked, field('SessionToken'))),
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/Welcome.html */
async function askEcr(
  asking: Asking,
  {
    registry,
    service,
    keys,
    action,
    body,
  }: {
    readonly registry: string
    readonly service: Service
    readonly keys: Keys
    readonly action: string
    readonly body: object
  },
): Promise<Readonly<Record<string, unknown>>> {
  const target = service.isPublic ? 'SpencerFrontendService' : 'AmazonEC2ContainerRegistry_V20150921'
  const { region, isPublic } = service
  return await askForJson(asking, {
    what: `Cannot log in to ${registry}: ${action} of Amazon ECR in ${region}`,
    by: 'AWS',
    request: () => {
      const url = ecrUrl(service, asking.env)
      return sign(asking, { url, region, name: isPublic ? 'ecr-public' : 'ecr', keys }, `${target}.${action}`, body)
    },
    explain: explainAws,
  })
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
function sign(
  { clock }: Asking,
  {
    url,
    region,
    name,
    keys,
  }: { readonly url: string; readonly region: string; readonly name: string; readonly keys: Keys },
  target: string,
  body: object,
): Omit<HttpRequest, 'signal'> {
  const { host, pathname } = new URL(url)
  const text = JSON.stringify(body)
  const { headers } = aws4.sign(
    {
      host,
      path: pathname,
      method: 'POST',
      service: name,
      region,
      body: text,
      headers: {
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': target,
        'X-Amz-Date': clock
          .now()
          .toISOString()
          .replace(/[:-]|\.\d{3}/g, ''),
      },
    },
    {
      accessKeyId: keys.id,
      secretAccessKey: keys.key.reveal(),
      ...(keys.session === undefined ? {} : { sessionToken: keys.session.reveal() }),
    },
  )
  const sent = Object.entries(headers ?? {}).map(([header, value]) => [header.toLowerCase(), String(value)])
  return {
    method: 'POST',
    url: trimEnd(url, '/') + (pathname === '/' ? '/' : ''),
    headers: Object.fromEntries(sent),
    body: text,
  }
}

/** Creates a repository if it does not exist; a concurrent creation by another run is not an error. */
async function ensureRepository(call: Call, { repository }: Repository, { isPublic }: Service): Promise<void> {
  // The first part of a public name is the alias of the registry.
  const name = isPublic ? repository.replace(/^[^/]*\//, '') : repository
  try {
    await call('DescribeRepositories', { repositoryNames: [name] })
    return
  } catch (error) {
    // Permission to create a repository does not imply permission to describe it.
    if (!isRejectedWith(error, 'RepositoryNotFoundException', 'AccessDeniedException')) throw error
  }
  try {
    await call('CreateRepository', { repositoryName: name })
  } catch (error) {
    if (!isRejectedWith(error, 'RepositoryAlreadyExistsException')) throw error
  }
}

function accountsOf(env: Asking['env']): readonly string[] {
  return (env['AWS_ACCOUNT_IDS'] ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => /^\d{12}$/.test(id))
    .slice(0, 100)
}

/** Returns a hint for an error of AWS. https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
function explainAws({ text }: AnswerFailure): string | undefined {
  return hints.find(([pattern]) => pattern.test(text))?.[1]
}

const hints: readonly (readonly [RegExp, string])[] = [
  [
    /ExpiredToken|RequestExpired/,
    'The credentials for AWS have expired. Run aws-actions/configure-aws-credentials right before this step, or use `role-to-assume`.',
  ],
  [
    /InvalidIdentityToken/,
    "AWS does not trust the job's OIDC token. Add token.actions.githubusercontent.com as an identity provider of the account, with the audience sts.amazonaws.com.",
  ],
  [
    /sts:AssumeRoleWithWebIdentity/,
    'The trust policy of the role does not allow this repository, branch or environment. Compare its condition on `sub` with the claims of the job.',
  ],
  [
    /AccessDenied|not authorized to perform/i,
    'Allow the action that AWS names in the policy of the user or role: ecr:GetAuthorizationToken to log in, ecr:DescribeRepositories and ecr:CreateRepository for `create-repository`.',
  ],
  [
    /UnrecognizedClient|InvalidClientTokenId|security token included in the request is invalid/,
    'AWS does not know the access key. Check its ID, and AWS_SESSION_TOKEN if it is a temporary one.',
  ],
  [
    /InvalidSignature|SignatureDoesNotMatch/,
    'Check the secret access key for missing or added characters, and the clock of the machine.',
  ],
]
