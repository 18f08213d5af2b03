import { type ParsePlacedYaml, SilentYamlError } from '../bounds/yaml.ts'
import { isEcrHost } from '../registry/ecr-host.ts'
import type { Identity, Inputs, LoginInput, LoginScope, RegistryInput, RegistryLogin } from './inputs.ts'
import { didYouMean, quote, type Read, type ReportProblem } from './read/problem.ts'
import { readBoolean, readChoice } from './read/value.ts'
import { readRegistry } from './registry-address.ts'
import { secret } from './secret.ts'

/** The inputs with credentials for registries; `registry` has already been read. */
export type LoginTexts = {
  readonly registry: RegistryInput | undefined
  readonly username: string | undefined
  readonly password: string | undefined
  readonly scope: string | undefined
  readonly ecr: 'auto' | 'true' | 'false'
  readonly registries: string | undefined
  readonly 'registry-auth': string | undefined
}

export type LoginOptions = {
  /** With a push, missing credentials are an error, otherwise a warning. */
  readonly push: boolean
  readonly parsePlacedYaml: ParsePlacedYaml | undefined
  readonly hasHubConnection: boolean
  readonly report: ReportProblem
  readonly warn: (message: string) => void
}

/** Returns the registries that the inputs address with `http://`. */
export function plainRegistries({ registry, logins }: Pick<Inputs, 'registry' | 'logins'>): readonly string[] {
  return [
    ...(registry?.plainHttp ? [registry.host] : []),
    ...logins.flatMap((login) => (login.plainHttp ? [login.registry] : [])),
  ]
}

const keys = [
  'registry',
  'username',
  'password',
  'scope',
  'ecr',
  'create-repository',
  'role-to-assume',
  'region',
  'workload-identity-provider',
  'service-account',
  'client-id',
  'tenant-id',
  'connection-id',
] as const

type Key = (typeof keys)[number]
type Entry = Partial<Readonly<Record<Key, string>>>

/** Reads the credentials of registries: `username` and `password` for `registry`, and the entries of `registries`. */
export function readLogins(
  texts: LoginTexts,
  options: LoginOptions,
): { readonly login: LoginInput | undefined; readonly logins: readonly RegistryLogin[] } {
  const single = readSingle(texts, options)
  const listed = readList(texts, options)
  const plain = single.login === undefined ? [] : [{ registry: texts.registry?.host ?? hub, scope: undefined }]
  const taken = new Set([...plain, ...single.logins].map(keyOf))
  for (const { login, line, input } of listed) {
    const key = keyOf(login)
    if (taken.has(key))
      options.report(input, `there are two entries for ${key}; each registry and scope can have one`, line)
    taken.add(key)
  }
  return { login: single.login, logins: [...single.logins, ...listed.map(({ login }) => login)] }
}

const hub = 'docker.io'

function keyOf({ registry, scope }: Pick<RegistryLogin, 'registry' | 'scope'>): string {
  return `${registry}${scope === undefined ? '' : ` with the scope ${formatScope(scope)}`}`
}

/** Formats a scope such as `acme/app@pull,push`. */
export function formatScope({ repository, actions }: LoginScope): string {
  return `${repository}${actions.length === 0 ? '' : `@${actions.join(',')}`}`
}

/**
 * Reads `username` and `password`, which are only valid together. A user alone is allowed if nothing is pushed: pull
 * requests from forks have no secrets.
 */
function readSingle(
  { registry, username, password, scope: scopeText, ecr }: LoginTexts,
  options: LoginOptions,
): { readonly login: LoginInput | undefined; readonly logins: readonly RegistryLogin[] } {
  const none = { login: undefined, logins: [] }
  const { report } = options
  const host = registry?.host ?? hub
  const at = { registry: host, plainHttp: registry?.plainHttp ?? false }
  const scope = scopeText === undefined ? undefined : readScope(scopeText)
  if (scope !== undefined && 'problem' in scope) report('scope', scope.problem)
  const scoped = scope !== undefined && 'value' in scope ? scope.value : undefined
  const isAws = ecr === 'true' || (ecr === 'auto' && registry !== undefined && isEcrHost(host))
  if (username === undefined && password !== undefined) report('username', 'is required with password')
  if (username !== undefined && password === undefined) {
    if (!isAws && options.hasHubConnection && isHubBacked(host)) {
      return { ...none, logins: [{ ...at, scope: scoped, means: hubIdentity(username, undefined) }] }
    }
    if (options.push) report('password', `is required with username; ${emptySecret}`)
    else options.warn(`username is set without password, so the login is skipped: ${emptySecret}`)
    return none
  }
  const given = username !== undefined && password !== undefined ? { username, password: secret(password) } : undefined
  if (isAws) {
    // An entry may have only names; without keys or a role, credentials come from the environment.
    const means: Identity = { kind: 'aws', keys: given, role: undefined, region: undefined, createRepository: false }
    return given === undefined && ecr === 'auto' ? none : { ...none, logins: [{ ...at, scope: scoped, means }] }
  }
  if (given === undefined) {
    if (scopeText !== undefined) report('scope', 'is for username and password, which are missing')
    return none
  }
  if (scopeText === undefined) return { ...none, login: given }
  return { ...none, logins: [{ ...at, scope: scoped, means: { kind: 'password', ...given } }] }
}

const emptySecret = 'a secret is empty when its name is wrong, and in pull requests of forks'

type Listed = { readonly login: RegistryLogin; readonly line: number; readonly input: 'registries' | 'registry-auth' }

function readList(texts: LoginTexts, options: LoginOptions): readonly Listed[] {
  const { report, parsePlacedYaml } = options
  if (texts.registries !== undefined && texts['registry-auth'] !== undefined) {
    report('registry-auth', 'cannot be given together with registries: both are the same')
    return []
  }
  const name = texts.registries === undefined ? 'registry-auth' : 'registries'
  const text = texts[name]
  if (text === undefined || parsePlacedYaml === undefined) return []
  try {
    const { value, lineOf } = parsePlacedYaml(text)
    if (!Array.isArray(value)) {
      report(name, 'expected a YAML list, each entry "- registry: …" with username and password')
      return []
    }
    return value.flatMap((entry: unknown, index): readonly Listed[] => {
      const tell: Tell = (message, key) =>
        report(name, message, lineOf(key === undefined ? [index] : [index, key]) ?? 1)
      const warn = (message: string) => options.warn(`${name}, line ${lineOf([index]) ?? 1}: ${message}`)
      const login = readEntry(entry, { ...options, tell, warn })
      return login === undefined ? [] : [{ login, line: lineOf([index]) ?? 1, input: name }]
    })
  } catch (error) {
    if (!(error instanceof SilentYamlError)) throw error
    report(
      name,
      `${error.message}. A secret is safe in YAML as \${{ toJSON(secrets.NAME) }}, which quotes it`,
      error.line,
    )
    return []
  }
}

type Tell = (message: string, key?: string) => void

function readEntry(
  found: unknown,
  options: Omit<LoginOptions, 'report'> & { readonly tell: Tell },
): RegistryLogin | undefined {
  const { tell } = options
  if (typeof found !== 'object' || found === null || Array.isArray(found)) {
    tell('expected a mapping with registry, username and password')
    return undefined
  }
  const entry: Partial<Record<Key, string>> = {}
  let isWrong = false
  const wrong: Tell = (message, key) => {
    isWrong = true
    tell(message, key)
  }
  for (const [written, value] of Object.entries(found)) {
    const name = keys.find((key) => key === written.replaceAll('_', '-'))
    if (name === undefined) {
      // Not shown unless it is similar to a key: it may be a part of a secret with several lines.
      const near = didYouMean(written, keys)
      wrong(near === '' ? `unknown key; expected ${keys.join(', ')}` : `unknown key ${quote(written)}${near}`, written)
    } else if (entry[name] !== undefined) {
      wrong(`${name} is given twice`, written)
    } else if (typeof value !== 'string') {
      wrong(`${name}: expected one text. Write a secret as \${{ toJSON(secrets.NAME) }}, which quotes it`, written)
    } else if (value.trim() !== '') entry[name] = name === 'password' ? value : value.trim()
  }
  if (isWrong) return undefined

  const registry = readRegistry(entry.registry ?? hub)
  const scope = entry.scope === undefined ? undefined : readScope(entry.scope)
  if ('problem' in registry) wrong(registry.problem, 'registry')
  if (scope !== undefined && 'problem' in scope) wrong(scope.problem, 'scope')
  if ('problem' in registry || (scope !== undefined && 'problem' in scope)) return undefined
  const { host, plainHttp } = registry.value
  const means = readMeans(entry, host, { ...options, tell: wrong })
  if (means === undefined || isWrong) return undefined
  return { registry: host, plainHttp, scope: scope?.value, means }
}

function readMeans(
  entry: Entry,
  host: string,
  { push, tell, warn, hasHubConnection }: Omit<LoginOptions, 'report'> & { readonly tell: Tell },
): RegistryLogin['means'] | undefined {
  const { username, password } = entry
  const kind = kindOf(entry, host, hasHubConnection, tell)
  const stray = Object.keys(entry).find((key) => !always.includes(key) && !own[kind].includes(key))
  if (stray !== undefined) {
    const choices = own[kind].join(', ')
    tell(`${stray} is not used for ${names[kind]} (${host}), which has ${choices}`, stray)
    return undefined
  }
  const both = username !== undefined && password !== undefined ? { username, password: secret(password) } : undefined
  switch (kind) {
    case 'aws':
      return readAws(entry, both, tell)
    case 'google':
      if (entry['workload-identity-provider'] === undefined && entry['service-account'] !== undefined) {
        tell('service-account needs workload-identity-provider', 'service-account')
      }
      return { kind, provider: entry['workload-identity-provider'], serviceAccount: entry['service-account'] }
    case 'azure':
      return { kind, clientId: entry['client-id'], tenantId: entry['tenant-id'] }
    case 'docker-hub':
      if (username === undefined) tell('username is missing: the name of the organization that has the connection')
      return hubIdentity(username ?? '', entry['connection-id'])
    case 'password': {
      if (both !== undefined) return { kind, ...both }
      const missing = [...(username ? [] : ['username']), ...(password ? [] : ['password'])].join(' and ')
      const problem = `${missing} for ${host} ${missing.includes(' ') ? 'are' : 'is'} missing; ${emptySecret}`
      if (push) tell(problem)
      else warn(`${problem}. The login is skipped`)
      return undefined
    }
  }
}

type Kind = RegistryLogin['means']['kind']

const always: readonly string[] = ['registry', 'scope', 'ecr']
const own: Readonly<Record<Kind, readonly string[]>> = {
  password: ['username', 'password'],
  aws: ['username', 'password', 'role-to-assume', 'region', 'create-repository'],
  google: ['workload-identity-provider', 'service-account'],
  azure: ['client-id', 'tenant-id'],
  'docker-hub': ['username', 'connection-id'],
}
const names: Readonly<Record<Kind, string>> = {
  password: 'a registry with username and password',
  aws: 'Amazon ECR',
  google: 'Google',
  azure: 'Azure',
  'docker-hub': 'Docker Hub by OIDC',
}

/**
 * Returns the kind of identity by the keys of the entry, else by the host: a cloud registry needs only its name if the
 * environment provides the rest.
 */
function kindOf(entry: Entry, host: string, hasHubConnection: boolean, tell: Tell): Kind {
  const ecr = readChoice(entry.ecr ?? 'auto', ['auto', 'true', 'false'])
  if ('problem' in ecr) tell(`ecr: ${ecr.problem}`, 'ecr')
  else if (ecr.value === 'true' || (ecr.value === 'auto' && isEcrHost(host))) return 'aws'
  const named = (['google', 'azure'] as const).find((kind) => own[kind].some((key) => entry[key as Key] !== undefined))
  if (named !== undefined) return named
  if (entry['connection-id'] !== undefined) return 'docker-hub'
  if (entry.password !== undefined) return 'password'
  if (entry.username !== undefined) return hasHubConnection && isHubBacked(host) ? 'docker-hub' : 'password'
  if (/(?:^|[.-])pkg\.dev$|(?:^|\.)gcr\.io$/.test(host)) return 'google'
  return /\.azurecr\.(?:io|cn|us)$/.test(host) ? 'azure' : 'password'
}

function readAws(entry: Entry, keys: LoginInput | undefined, tell: Tell): Identity {
  const { username, password, region, 'role-to-assume': role } = entry
  if (keys === undefined && (username ?? password) !== undefined) {
    tell('expected both username (the access key ID) and password (the secret access key), or none of them')
  }
  if (keys !== undefined && role !== undefined) {
    tell('role-to-assume is assumed with the OIDC token of the job: remove username and password', 'role-to-assume')
  }
  if (role !== undefined && !/^arn:aws[a-z-]{0,20}:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/.test(role)) {
    tell(`role-to-assume: expected arn:aws:iam::<account>:role/<name>, found ${quote(role)}`, 'role-to-assume')
  }
  if (region !== undefined && !/^[a-z]{2,6}(?:-[a-z0-9]{1,20}){1,4}$/.test(region)) {
    tell(`region: expected a region such as eu-central-1, found ${quote(region)}`, 'region')
  }
  const create = readBoolean(entry['create-repository'] ?? 'false')
  if ('problem' in create) tell(`create-repository: ${create.problem}`, 'create-repository')
  return { kind: 'aws', keys, role, region, createRepository: 'value' in create && create.value }
}

function hubIdentity(username: string, connection: string | undefined): Identity {
  return { kind: 'docker-hub', username, connection }
}

/** Whether a registry accepts the tokens of Docker Hub. */
function isHubBacked(host: string): boolean {
  return host === hub || host === 'dhi.io'
}

/** Reads `acme/app`, `acme/app@push` or `@pull,push`: a repository, actions, or both. */
export function readScope(text: string): Read<LoginScope> {
  const [repository = '', actions, ...rest] = text.split('@')
  const words = (actions ?? '').split(',').flatMap((word) => word.trim() || [])
  const isPath = repository === '' || /^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/.test(repository)
  const unknown = words.find((word) => !known.includes(word))
  if (unknown !== undefined) {
    return {
      problem: `expected the actions pull and push after "@", found ${quote(unknown)}${didYouMean(unknown, known)}`,
    }
  }
  // A path that leaves its directory is invalid.
  const isPlain = isPath && !/\.\.|\/\//.test(repository) && repository.length <= 255
  if (!isPlain || rest.length > 0 || (repository === '' && words.length === 0)) {
    return { problem: `expected a scope such as acme/app, acme/app@push or @push, found ${quote(text)}` }
  }
  return { value: { repository, actions: [...new Set(words)] } }
}

const known = ['pull', 'push']
