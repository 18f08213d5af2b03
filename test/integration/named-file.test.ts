import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makePlan } from '../../src/plan/make-plan.ts'
import { openFolder } from '../../src/source/open-context.ts'
import { findNamedFile } from '../../src/tree/named-file.ts'
import { createTestHost } from '../support/host.ts'
import { factsOf, inputsOf } from '../support/plan.ts'
import { runOf } from '../support/run.ts'
import { tempFolder } from '../support/temp.ts'

// The results of BuildKit 0.25 were recorded with docker buildx build.
const links = [
  { name: 'a file', target: undefined, found: 'ctx/Dockerfile' },
  { name: 'a link within the directory', target: 'sub/real', found: 'ctx/sub/real' },
  { name: 'a link that leads out and back in', target: 'sub/../sub/real', found: 'ctx/sub/real' },
  { name: 'an absolute link', target: '<root>/ctx/sub/real', found: undefined },
  { name: 'a link out of the directory', target: '../out/real', found: undefined },
  { name: 'a link to a file of the machine', target: '/etc/passwd', found: undefined },
  { name: 'a link to the environment of the step', target: '/proc/self/environ', found: undefined },
  { name: 'a link out through a link', target: 'away/real', found: undefined },
  { name: 'a link to a directory', target: 'sub', found: undefined },
  { name: 'a dangling link', target: 'gone', found: undefined },
]

function setUp(target: string | undefined, name = 'Dockerfile') {
  const text = 'FROM scratch\nCOPY f /\n'
  const root = tempFolder({
    'ctx/sub/real': text,
    'ctx/f': 'f',
    'out/real': text,
    ...(target ? {} : { [`ctx/${name}`]: text }),
  })
  symlinkSync('../out', join(root, 'ctx/away'))
  if (target !== undefined) symlinkSync(target.replace('<root>', root), join(root, 'ctx', name))
  return { root, path: join(root, 'ctx', name) }
}

describe.each(links)('$name', ({ target, found }) => {
  it(`is ${found ?? 'not found'} as a file that an input names`, async () => {
    const { root, path } = setUp(target)
    expect(await findNamedFile(path)).toBe(found === undefined ? undefined : join(root, found))
  })

  it.each(['buildx', 'embedded'])(`is ${found ? 'read' : 'rejected'} as a Dockerfile by %s`, async (engine) => {
    const { root } = setUp(target)
    const host = createTestHost()
    const plan = makePlan(inputsOf({ engine, context: join(root, 'ctx') }), factsOf())
    const reading = (await runOf(plan, host)).source.reading()
    if (found !== undefined) expect((await reading)?.platforms).toHaveLength(1)
    else await expect(reading).rejects.toMatchObject({ code: 'dockerfile-not-found' })
    host.close()
  })

  it.each(['.dockerignore', 'Dockerfile.dockerignore'])(
    `${found ? 'counts' : 'does not count'} as %s`,
    async (name) => {
      const root = tempFolder({
        'ctx/sub/real': 'f\n',
        'ctx/f': 'f',
        'out/real': 'f\n',
        ...(target ? {} : { [`ctx/${name}`]: 'f\n' }),
      })
      symlinkSync('../out', join(root, 'ctx/away'))
      if (target !== undefined) symlinkSync(target.replace('<root>', root), join(root, 'ctx', name))
      const host = createTestHost()
      const tree = await openFolder(join(root, 'ctx'), host, join(root, 'ctx/Dockerfile'))
      expect((await tree.list('')).includes('f')).toBe(found === undefined)
      host.close()
    },
  )
})

it('the directory of a file may be reached through a link, and may be outside of the context', async () => {
  const { root } = setUp(undefined)
  expect(await findNamedFile(join(root, 'ctx/away/real'))).toBe(join(root, 'out/real'))
  expect(await findNamedFile(join(root, 'ctx/../out/real'))).toBe(join(root, 'out/real'))
})

it('a context that is a link to a directory is that directory', async () => {
  const { root } = setUp(undefined)
  symlinkSync('ctx', join(root, 'link'))
  const host = createTestHost()
  expect(await (await openFolder(join(root, 'link'), host)).list('')).toContain('f')
  host.close()
})

it('links in a circle are an error', async () => {
  const { path } = setUp('Dockerfile')
  await expect(findNamedFile(path)).rejects.toMatchObject({ code: 'path-invalid' })
})

it.each([
  { name: 'a password file', text: 'root:$6$hunter2:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n'.repeat(12) },
  { name: 'variables', text: 'HUNTER2_TOKEN=hunter2\0PATH=/bin\0' },
  { name: 'a key', text: '-----BEGIN PRIVATE KEY-----\nhunter2hunter2hunter2\n-----END PRIVATE KEY-----\n' },
])('at most one word of $name that is used as a Dockerfile is quoted', async ({ text }) => {
  const host = createTestHost()
  const plan = makePlan(inputsOf({ engine: 'embedded', context: tempFolder({ Dockerfile: text }) }), factsOf())
  const failure = await (await runOf(plan, host)).source.reading().catch((thrown: unknown) => thrown)
  expect(failure).toMatchObject({ code: 'dockerfile-invalid' })
  expect(String(failure)).not.toMatch(/hunter2/i)
  expect(String(failure).split('\n')).toHaveLength(1)
  host.close()
})
