import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type AwsAccount = { readonly key: string; readonly session?: string }

export type FakeAws = {
  readonly url: string
  /** `service action body` of each accepted call, in order. */
  readonly calls: readonly string[]
  /** Errors for the next calls, returned before any check. */
  readonly faults: string[]
  readonly repositories: Set<string>
  readonly close: () => Promise<void>
}

/**
 * ECR, ECR Public and STS on loopback. A separate implementation of the specification checks signatures.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function startAws({
  keys,
  username = 'AWS',
  password,
  now,
  tokens = [],
}: {
  readonly keys: Readonly<Record<string, AwsAccount>>
  /** Of the user in the tokens of ECR. Default: AWS. */
  readonly username?: string
  readonly password: string
  readonly now: () => Date
  /** OIDC tokens that STS takes. */
  readonly tokens?: readonly string[]
}): Promise<FakeAws> {
  const calls: string[] = []
  const faults: string[] = []
  const repositories = new Set<string>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const [status, answer] = answerOf(request, body)
    response.writeHead(status).end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  })

  function answerOf(request: IncomingMessage, body: string): readonly [number, unknown] {
    const { headers } = request
    const fault = faults.shift()
    if (fault !== undefined) return [400, { __type: fault }]
    const form = new URLSearchParams(body)
    if (form.get('Action') === 'AssumeRoleWithWebIdentity') {
      calls.push(`sts ${form.get('RoleArn')} ${form.get('RoleSessionName')}`)
      if (!tokens.includes(form.get('WebIdentityToken') ?? '')) {
        return [
          403,
          '<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>',
        ]
      }
      const [id = '', { key, session = '' } = { key: '' }] = Object.entries(keys).find(([, one]) => one.session) ?? []
      const fields = `<AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${key}</SecretAccessKey><SessionToken>${session}</SessionToken>`
      return [
        200,
        `<AssumeRoleWithWebIdentityResponse><Credentials>${fields}</Credentials></AssumeRoleWithWebIdentityResponse>`,
      ]
    }
    const refused = refusal(request, body)
    if (refused !== undefined) return [400, { __type: refused, message: 'as the fake has it' }]
    const [target = '', action = ''] = String(headers['x-amz-target']).split('.')
    const service = target === 'SpencerFrontendService' ? 'ecr-public' : 'ecr'
    calls.push(`${service} ${action} ${body}`)
    const asked = JSON.parse(body) as {
      readonly registryIds?: string[]
      readonly repositoryNames?: string[]
      readonly repositoryName?: string
    }
    const token = Buffer.from(`${username}:${password}`).toString('base64')
    switch (action) {
      case 'GetAuthorizationToken': {
        if (service === 'ecr-public') return [200, { authorizationData: { authorizationToken: token } }]
        const ids = asked.registryIds ?? ['999999999999']
        const data = ids.map((id) => ({
          authorizationToken: token,
          proxyEndpoint: `https://${id}.dkr.ecr.eu-central-1.amazonaws.com`,
        }))
        return [200, { authorizationData: data }]
      }
      case 'DescribeRepositories':
        return asked.repositoryNames?.every((name) => repositories.has(name))
          ? [200, { repositories: [] }]
          : [400, { __type: 'RepositoryNotFoundException', message: 'not there' }]
      case 'CreateRepository':
        repositories.add(asked.repositoryName ?? '')
        return [200, { repository: {} }]
      default:
        return [400, { __type: 'UnknownOperationException' }]
    }
  }

  /** The name of AWS's error, or undefined for a correctly signed request. */
  function refusal({ headers, method, url }: IncomingMessage, body: string): string | undefined {
    const pattern =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
    const [, id = '', day = '', region = '', service = '', signed = '', signature] =
      pattern.exec(headers.authorization ?? '') ?? []
    const account = keys[id]
    if (account === undefined) return 'UnrecognizedClientException'
    if (account.session === 'expired') return 'ExpiredTokenException'
    if (headers['x-amz-security-token'] !== account.session) return 'UnrecognizedClientException'
    const date = String(headers['x-amz-date'])
    const time = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
    if (!(Math.abs(time - now().getTime()) < 300_000) || !date.startsWith(day)) return 'RequestExpired'
    const names = signed.split(';')
    for (const needed of ['host', 'x-amz-date', 'x-amz-target'])
      if (!names.includes(needed)) return 'IncompleteSignature'
    const hash = (text: string) => createHash('sha256').update(text).digest('hex')
    const lines = names.map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, ' ')}\n`).join('')
    const canonical = [method, url, '', lines, signed, hash(body)].join('\n')
    const scope = `${day}/${region}/${service}/aws4_request`
    const toSign = ['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\n')
    const derived = [day, region, service, 'aws4_request'].reduce<Buffer | string>(
      (key, part) => createHmac('sha256', key).update(part).digest(),
      `AWS4${account.key}`,
    )
    const expected = createHmac('sha256', derived).update(toSign).digest('hex')
    return signature === expected ? undefined : 'InvalidSignatureException'
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    faults,
    repositories,
    close: () => new Promise((done) => void server.close(() => done())),
  }
}
