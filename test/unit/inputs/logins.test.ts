import { expect, test } from 'vitest'
import { loadPlacedYaml } from '../../../src/bounds/yaml.ts'
import { formatScope } from '../../../src/inputs/logins.ts'
import { parseInputs } from '../../../src/inputs/parse.ts'
import { type InputName, inputRows } from '../../../src/inputs/schema.ts'

const parsePlacedYaml = await loadPlacedYaml()

function read(given: Partial<Record<InputName, string>>, hasHubConnection = false) {
  const rows: Readonly<Record<string, { readonly default: string }>> = inputRows
  const options = { parsePlacedYaml, hasHubConnection }
  return parseInputs((name) => given[name] ?? rows[name]?.default ?? '', [], options)
}

/** Each login in one line. */
function loginsOf(given: Partial<Record<InputName, string>>, hasHubConnection = false) {
  return read(given, hasHubConnection).inputs.logins.map(({ registry, scope, means }) => {
    const at = `${registry}${scope === undefined ? '' : `/${formatScope(scope)}`}`
    if (means.kind === 'password') return `${means.username}:${means.password.reveal()} at ${at}`
    const { kind, ...rest } = means
    const words = Object.entries(rest).filter(([, value]) => value !== undefined)
    return `${kind} ${words.map(([key, value]) => `${key}=${typeof value === 'object' ? value.username : value}`).join(' ')} at ${at}`
  })
}

function problemsOf(given: Partial<Record<InputName, string>>): string {
  try {
    read(given)
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const list = (...entries: readonly string[]) => ({ registries: entries.map((entry) => `- ${entry}`).join('\n') })
const ecr = '123456789012.dkr.ecr.eu-central-1.amazonaws.com'

test.each([
  {
    name: 'several registries',
    given: list('registry: ghcr.io\n  username: a\n  password: "1"', '{username: b, password: 007}'),
    is: ['a:1 at ghcr.io', 'b:007 at docker.io'],
  },
  {
    name: 'texts that YAML would change',
    given: list('registry: localhost:5000\n  username: 0x10\n  password: 1e3'),
    is: ['0x10:1e3 at localhost:5000'],
  },
  {
    name: "login-action's name and scopes",
    given: {
      'registry-auth':
        '- username: u\n  password: p\n  scope: "@push"\n- username: v\n  password: q\n  scope: acme/app@pull,push',
    },
    is: ['u:p at docker.io/@push', 'v:q at docker.io/acme/app@pull,push'],
  },
  { name: 'a name of ECR', given: list(`registry: ${ecr}`), is: [`aws createRepository=false at ${ecr}`] },
  {
    name: 'a role of AWS',
    given: list(
      `registry: public.ecr.aws\n  role-to-assume: arn:aws:iam::123456789012:role/ci\n  create_repository: true`,
    ),
    is: ['aws role=arn:aws:iam::123456789012:role/ci createRepository=true at public.ecr.aws'],
  },
  {
    name: 'access keys of the plain inputs',
    given: { registry: ecr, username: 'AKIA', password: 'key' },
    is: [`aws keys=AKIA createRepository=false at ${ecr}`],
  },
  {
    name: 'ecr: false',
    given: list(`registry: ${ecr}\n  ecr: false\n  username: AWS\n  password: p`),
    is: [`AWS:p at ${ecr}`],
  },
  {
    name: 'Google with its underscores',
    given: list(
      'registry: europe-docker.pkg.dev\n  workload_identity_provider: projects/1/x\n  service_account: a@b',
      'registry: gcr.io',
    ),
    is: ['google provider=projects/1/x serviceAccount=a@b at europe-docker.pkg.dev', 'google  at gcr.io'],
  },
  {
    name: 'Azure',
    given: list('registry: acme.azurecr.io\n  client-id: c\n  tenant-id: t', 'registry: other.azurecr.io'),
    is: ['azure clientId=c tenantId=t at acme.azurecr.io', 'azure  at other.azurecr.io'],
  },
  {
    name: 'a connection of Docker Hub',
    given: list('username: acme\n  connection-id: x'),
    is: ['docker-hub username=acme connection=x at docker.io'],
  },
  {
    name: 'the scope of the plain inputs',
    given: { username: 'u', password: 'p', scope: '@push' },
    is: ['u:p at docker.io/@push'],
  },
])('reads $name', ({ given, is }) => {
  expect(loginsOf(given)).toEqual(is)
})

test('a user without a password is an OIDC login if the environment has a connection', () => {
  expect(loginsOf({ username: 'acme' }, true)).toEqual(['docker-hub username=acme at docker.io'])
  expect(loginsOf(list('{registry: dhi.io, username: acme}'), true)).toEqual(['docker-hub username=acme at dhi.io'])
})

const one = 'registry: ghcr.io\n  username: a\n  password: hunter2'
test.each([
  {
    name: 'an unknown key',
    given: list(`${one}\n  usrname: x`),
    is: 'registries, line 4: unknown key "usrname"; did you mean username?',
  },
  {
    name: 'a key that is a secret',
    given: list(`${one}\n  hunter2hunter2: x`),
    is: 'registries, line 4: unknown key;',
  },
  {
    name: 'two entries for one registry',
    given: list(one, one),
    is: 'registries, line 4: there are two entries for ghcr.io',
  },
  {
    name: 'a duplicate value',
    given: { ...list(one), registry: 'ghcr.io', username: 'u', password: 'p' },
    is: 'registries, line 1: there are two entries for ghcr.io',
  },
  { name: 'a mapping', given: { registries: 'registry: ghcr.io' }, is: 'registries: expected a YAML list' },
  { name: 'an alias', given: { registries: '- password: *hunter2' }, is: 'registries, line 1: ' },
  {
    name: 'a quote in a secret',
    given: { registries: "- username: a\n  password: 'hunter2's'" },
    is: 'registries, line 2: ',
  },
  {
    name: 'a colon in a secret',
    given: { registries: '- username: a\n  password: x hunter2: y' },
    is: 'registries, line 2: ',
  },
  {
    name: 'a secret of several lines',
    given: { registries: '- password: {\n  "a": "hunter2"\n}\n' },
    is: 'registries, line',
  },
  {
    name: 'a secret that is a mapping',
    given: { registries: '- username: a\n  password: {"hunter2": 1}' },
    is: 'registries, line 2: password: expected one text',
  },
  {
    name: 'the same key twice',
    given: { registries: '- hunter2: a\n  hunter2: b' },
    is: 'registries, line 2: a mapping has the same key twice',
  },
  {
    name: 'an at-sign in a secret',
    given: { registries: '- username: a\n  password: @hunter2' },
    is: 'registries, line 2: a value begins with a character',
  },
  {
    name: 'a scope that leaves its directory',
    given: list(`${one}\n  scope: ../../x`),
    is: 'registries, line 4: expected a scope',
  },
  {
    name: 'an unknown action',
    given: list(`${one}\n  scope: acme/app@psh`),
    is: 'registries, line 4: expected the actions pull and push after "@", found "psh"; did you mean push?',
  },
  {
    name: 'two spellings of a key',
    given: list('client-id: a\n  client_id: b'),
    is: 'registries, line 2: client-id is given twice',
  },
  {
    name: 'keys and a role',
    given: list(
      `registry: ${ecr}\n  username: a\n  password: hunter2\n  role-to-assume: arn:aws:iam::123456789012:role/x`,
    ),
    is: 'registries, line 4: role-to-assume is assumed with the OIDC token',
  },
  {
    name: 'half of the keys',
    given: list(`registry: ${ecr}\n  username: a`),
    is: 'registries, line 1: expected both username',
  },
  {
    name: 'a key of another cloud',
    given: list('registry: ghcr.io\n  username: a\n  password: hunter2\n  region: x'),
    is: 'registries, line 4: region is not used for a registry with username and password (ghcr.io)',
  },
  {
    name: 'a missing password',
    given: { push: 'true', images: 'a/b', tags: '1', ...list('{registry: ghcr.io, username: a}') },
    is: 'registries, line 1: password for ghcr.io is missing',
  },
  {
    name: 'both names',
    given: { ...list(one), 'registry-auth': `- ${one}` },
    is: 'registry-auth: cannot be given together with registries',
  },
])('$name is an error with its line, without the secret', ({ given, is }) => {
  const found = problemsOf(given)
  expect(found).toContain(is)
  expect(found).not.toMatch(/hunter2/)
})

test('a missing password is a warning if nothing is pushed', () => {
  expect(read(list('{registry: ghcr.io, username: a}'))).toMatchObject({
    inputs: { logins: [] },
    warnings: [expect.stringContaining('registries, line 1: password for ghcr.io is missing')],
  })
})
