import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseDockerfile } from '../../../src/dockerfile/read/parse.ts'
import type { ActionError } from '../../../src/errors/action-error.ts'
import { problemsOf } from '../../../src/errors/gather.ts'
import type { InputName } from '../../../src/inputs/schema.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { planPlatforms } from '../../../src/source/needed-stages.ts'
import { verifyImage } from '../../../src/verify/verify.ts'
import { builtOf, type GivenImage } from '../../support/built-image.ts'
import { elf } from '../../support/elf.ts'
import { createTestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

const token = 'ghs_16C7e42F292c6912E7710c838347Ae178B4a'
const base64 = Buffer.from(`x-access-token:${token}`).toString('base64')

type Given = {
  readonly images: readonly GivenImage[]
  readonly dockerfile?: string
  readonly inputs?: Partial<Record<InputName, string>>
  readonly env?: Readonly<Record<string, string>>
  /** Of the build context. */
  readonly files?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** Verifies the images, and returns the problems and the log. */
async function verify({
  images,
  dockerfile = 'FROM scratch\n',
  inputs = {},
  env,
  files = {},
  annotations = {},
}: Given) {
  const context = tempFolder({ Dockerfile: dockerfile, ...files })
  const host = createTestHost({ env: { GITHUB_TOKEN: token, GITHUB_WORKSPACE: context, ...env } })
  const client = createTestClient()
  onTestFinished(() => {
    host.close()
    client.close()
  })
  const platforms = images.map(({ platform }) => platform).join()
  const plan = makePlan(
    inputsOf({ platforms, context, ...inputs }),
    factsOf({ docker: serverOf({ store: 'containerd' }) }),
  )
  const buildPlatform = parsePlatform('amd64')
  const reading = planPlatforms(parseDockerfile(dockerfile, join(context, 'Dockerfile')), plan.build, {
    buildPlatform,
    env: {},
  })
  const built = await builtOf(images, { annotations })
  const problems = await verifyImage(await runOf(plan, host, loginOf(client)), built, {
    reading,
    bases: [],
    emulations: [],
  }).then(
    () => [],
    (thrown: unknown) => problemsOf(thrown),
  )
  return { problems, host }
}

function imageOf(more: Partial<GivenImage>): readonly GivenImage[] {
  return [{ platform: 'amd64', layers: [], ...more }]
}

/** No message contains the secret. */
function expectHidden(problems: readonly ActionError[], secret = token): void {
  const told = JSON.stringify(problems.map(({ message, hint }) => [message, hint]))
  expect(told).not.toContain(secret)
  expect(told).not.toContain(Buffer.from(secret).toString('base64').slice(4, 20))
}

describe('verifyImage() rejects an image with a secret of the step', () => {
  const config = `[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic ${base64}\n`

  test('in a file of a layer, and names file, layer, line and kind', async () => {
    const dockerfile = 'FROM scratch\nLABEL a=b\nCOPY . /src\n'
    const images = imageOf({
      layers: [{ 'src/a': 'x', 'src/.git/config': config }],
      history: ['COPY . /src # buildkit'],
    })
    const { problems } = await verify({ images, dockerfile })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({
      code: 'secret-in-image',
      platform: 'linux/amd64',
      hint: expect.stringContaining('.dockerignore'),
      place: { line: 3 },
      message: expect.stringMatching(
        /^Cannot use the image for linux\/amd64: \/src\/\.git\/config contains the job's token \(layer sha256:.*Dockerfile:3: COPY \. \/src\)$/,
      ),
    })
    expectHidden(problems)
  })

  test.each<{ readonly name: string; readonly given: Partial<Given>; readonly told: RegExp }>([
    {
      name: 'the token that the checkout left in the context',
      given: {
        env: { GITHUB_TOKEN: '' },
        files: { '.git/config': config },
        images: imageOf({ layers: [{ x: `a${token}` }] }),
      },
      told: /\/x contains the credentials in the Git configuration/,
    },
    {
      name: 'a build secret',
      given: {
        inputs: { secrets: `npm=${token}` },
        env: { GITHUB_TOKEN: '' },
        images: imageOf({ layers: [{ '.npmrc': token }] }),
      },
      told: /\/\.npmrc contains build secret npm/,
    },
    {
      name: 'a build secret of the environment, in Base64',
      given: {
        inputs: { 'secret-envs': 'pip=PIP' },
        env: { PIP: 'Tr0ub4dor&3xyz', GITHUB_TOKEN: '' },
        images: imageOf({ layers: [{ a: Buffer.from('user:Tr0ub4dor&3xyz!').toString('base64') }] }),
      },
      told: /\/a contains build secret pip/,
    },
    {
      name: 'the password of a registry',
      given: {
        inputs: { registry: 'registry.example.com', username: 'me', password: 'Tr0ub4dor&3' },
        images: imageOf({ layers: [{ 'root/.docker/config.json': Buffer.from('me:Tr0ub4dor&3').toString('base64') }] }),
      },
      told: /\/root\/\.docker\/config\.json contains the password for registry\.example\.com/,
    },
    {
      name: 'the password of a proxy',
      given: {
        env: { HTTPS_PROXY: 'proxy-user:Xq7-vR2m_kL9@proxy.example.com:3128' },
        images: imageOf({ layers: [{ 'etc/wgetrc': 'proxy_password = Xq7-vR2m_kL9' }] }),
      },
      told: /\/etc\/wgetrc contains the password in HTTPS_PROXY/,
    },
    {
      name: 'the password in the URL of a context',
      given: {
        inputs: { 'build-contexts': 'lib=https://ci:Xq7-vR2m_kL9@git.example.com/acme/lib.git#main' },
        images: imageOf({ layers: [{ 'root/.netrc': 'machine git.example.com login ci password Xq7-vR2m_kL9' }] }),
      },
      told: /\/root\/\.netrc contains the password for git\.example\.com/,
    },
    {
      name: 'a password in the options of a driver',
      given: {
        inputs: {
          'driver-opts': 'env.HTTP_PROXY=http://proxy-user:Xq7-vR2m_kL9@proxy.example.com:3128',
          driver: 'docker-container',
        },
        images: imageOf({ layers: [{ a: 'Xq7-vR2m_kL9' }] }),
      },
      told: /\/a contains the password in driver-opts env\.HTTP_PROXY/,
    },
    {
      name: "a runner's token",
      given: {
        env: { ACTIONS_RUNTIME_TOKEN: 'eyJhbGciOiJSUzI1NiIs.x9' },
        images: imageOf({ layers: [{ a: 'eyJhbGciOiJSUzI1NiIs.x9' }] }),
      },
      told: /\/a contains ACTIONS_RUNTIME_TOKEN/,
    },
    {
      name: 'the name of a file',
      given: { images: imageOf({ layers: [{ a: '', [`keys/${token}.pem`]: 'x', z: '' }] }) },
      told: /the name or an attribute of \/keys\/\*\*\*\.pem contains the job's token/,
    },
    {
      name: 'a long name, which spans two fields of the header',
      given: { images: imageOf({ layers: [{ [`${'d'.repeat(80)}/${token}/x`]: 'x' }] }) },
      told: /the name or an attribute of .*\*\*\*\/x contains the job's token/,
    },
    {
      name: 'the target of a link',
      given: { images: imageOf({ layers: [{ current: `-> /releases/${token}` }] }) },
      told: /the name or an attribute of \/current contains the job's token/,
    },
    {
      name: 'an environment variable',
      given: {
        images: imageOf({ layers: [], execution: { Env: ['PATH=/bin', `NPM_TOKEN=${token}`] }, history: [] }),
        dockerfile: 'FROM scratch\nARG T\nENV NPM_TOKEN=$T\n',
      },
      told: /the environment variable NPM_TOKEN contains the job's token \(.*Dockerfile:3: ENV NPM_TOKEN=\$T\)/,
    },
    {
      name: 'a label',
      given: { images: imageOf({ execution: { Labels: { built: `by ${token}` } } }) },
      told: /the label built contains the job's token/,
    },
    {
      name: 'the history, where a build argument was used',
      given: {
        images: imageOf({ layers: [{ a: '' }], history: [`RUN |1 TOKEN=${token} /bin/sh -c make # buildkit`] }),
        dockerfile: 'FROM scratch\nARG TOKEN\nRUN make\n',
      },
      told: /the history contains the job's token \(.*Dockerfile:3: RUN make\)/,
    },
    {
      name: 'an annotation',
      given: { images: imageOf({}), annotations: { 'com.example.by': token } },
      told: /the annotation com\.example\.by of sha256:\w+ contains the job's token/,
    },
  ])('in $name', async ({ given, told }) => {
    const { problems } = await verify({ images: [], ...given })
    expect(problems.map(({ code }) => code)).toEqual(['secret-in-image'])
    expect(problems[0]?.message).toMatch(told)
    expectHidden(problems)
  })

  test('next to a binary of another platform, in one error', async () => {
    const { problems } = await verify({ images: imageOf({ layers: [{ app: elf('arm64'), key: token }] }) })
    expect(problems.map(({ code }) => code).sort()).toEqual(['platform-mismatch', 'secret-in-image'])
  })

  test('in a layer of several platforms once, with all of them', async () => {
    const layers = [{ key: token }]
    const images = ['amd64', 'arm64', 'arm/v7'].map((platform) => ({ platform, layers }))
    const { problems } = await verify({ images })
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toMatch(
      /^Cannot use the image for linux\/amd64, linux\/arm64, linux\/arm\/v7: \/key contains the job's token/,
    )
  })

  test('in many files, of which it names five and counts the others', async () => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`f${at}`, token]))
    const { problems } = await verify({ images: imageOf({ layers: [files] }) })
    expect(problems).toHaveLength(6)
    expect(problems.map(({ message }) => message).join('\n')).toContain('35 more files contain secrets of this step')
  })

  test('in any file, at the start, at the end and across the pieces that are read', async () => {
    const large = Buffer.concat([Buffer.alloc(300_000, 'ab'), Buffer.from(token), Buffer.alloc(200_000, 'cd')])
    const layers = [
      { start: `${token}${'x'.repeat(5000)}`, none: 'y'.repeat(700), end: `${'x'.repeat(5000)}${token}`, large },
    ]
    const { problems } = await verify({ images: imageOf({ layers }) })
    expect(problems.map(({ message }) => /: \/(\w+) contains/.exec(message)?.[1])).toEqual(['start', 'end', 'large'])
  })
})

describe('verifyImage() accepts', () => {
  test.each<{ readonly name: string; readonly given: Partial<Given> }>([
    {
      name: 'an image without secrets',
      given: { images: imageOf({ layers: [{ a: 'production' }] }), inputs: { secrets: `x=${token}x` } },
    },
    {
      name: 'an ordinary word that was set as a secret',
      given: { images: imageOf({ layers: [{ a: 'NODE_ENV=production' }] }), inputs: { secrets: 'env=production' } },
    },
    {
      name: 'a secret shorter than 8 characters',
      given: { images: imageOf({ layers: [{ a: 's3cr3t!' }] }), inputs: { secrets: 'x=s3cr3t!' } },
    },
    {
      name: 'any image with verify: off',
      given: { images: imageOf({ layers: [{ a: token }] }), inputs: { verify: 'off' } },
    },
  ])('$name', async ({ given }) => {
    expect((await verify({ images: [], ...given })).problems).toEqual([])
  })

  test('an image with a secret if verify is warn, and reports it as an annotation on the line', async () => {
    const images = imageOf({ layers: [{ 'src/key': token }], history: ['COPY . /src # buildkit'] })
    const { problems, host } = await verify({
      images,
      dockerfile: 'FROM scratch\nCOPY . /src\n',
      inputs: { verify: 'warn' },
    })
    expect(problems).toEqual([])
    expect(host.log.lines.join('\n')).toMatch(/warning: .*src\/key contains the job's token/)
    expect(host.log.lines.join('\n')).not.toContain(token)
    expect(host.log.places).toMatchObject([{ line: 2 }])
  })
})
