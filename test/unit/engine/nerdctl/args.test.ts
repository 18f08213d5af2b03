import { expect, test } from 'vitest'
import { nerdctlArguments } from '../../../../src/engine/nerdctl/args.ts'
import { makePlan } from '../../../../src/plan/make-plan.ts'
import { factsOf, inputsOf } from '../../../support/plan.ts'

const nerdctl = { kind: 'nerdctl', path: '/n', version: '2.2.1', buildkit: 'unix:///b.sock', native: '' } as const
const call = { buildkit: 'unix:///b.sock', dockerfile: '/w/Dockerfile', dir: '/t/a,b', progress: 'rawjson' } as const

test('nerdctlArguments() has every input that nerdctl supports, and no annotations', () => {
  const inputs = inputsOf({
    ...{ engine: 'nerdctl', images: 'a.example/x', tags: '1', push: 'true', platforms: 'amd64, arm64', context: '/w' },
    ...{ target: 'app', 'build-args': 'A=1\nB', 'build-contexts': 'c=/d\ni=docker-image://alpine', labels: 'l=a,b' },
    ...{ annotations: 'n=1', 'cache-from': 'type=registry,ref=a.example/c', 'cache-to': 'type=inline' },
    ...{ 'secret-files': 's=/x', ssh: 'default', 'add-hosts': 'h=10.0.0.1', allow: 'network.host', network: 'host' },
    ...{ 'no-cache': 'true', pull: 'true', compression: 'zstd', 'default-labels': 'false' },
  })
  const { build } = makePlan(inputs, factsOf({ nerdctl }))
  expect(nerdctlArguments(build, call)).toEqual([
    ...['build', '--buildkit-host', 'unix:///b.sock', '--progress', 'rawjson', '--platform', 'linux/amd64,linux/arm64'],
    ...['--output', 'type=oci,tar=false,"dest=/t/a,b",compression=zstd,force-compression=false'],
    ...['--file', '/w/Dockerfile', '--target', 'app', '--build-arg', 'A=1', '--build-arg', 'B'],
    ...['--build-context', 'c=/d', '--build-context', 'i=docker-image://alpine'],
    ...['--cache-from', 'type=registry,ref=a.example/c', '--cache-to', 'type=inline'],
    ...['--secret', 'id=s,src=/x', '--ssh', 'default', '--label', 'l=a,b', '--add-host', 'h:10.0.0.1'],
    ...['--allow', 'network.host', '--network', 'host', '--no-cache', '--pull', '/w'],
  ])
})
