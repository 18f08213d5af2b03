import { describe, expect, test } from 'vitest'
import { chooseMethod } from '../../../../src/engine/buildx/choose-method.ts'
import type { Driver } from '../../../../src/engine/drivers.ts'
import { inputsOf, serverOf } from '../../../support/plan.ts'

type Row = {
  readonly driver?: Driver
  readonly store?: 'classic' | 'containerd' | 'none'
  readonly platforms?: string
  readonly push?: boolean
  readonly load?: boolean
  readonly outputs?: string
  readonly verify?: string
  readonly smokeTest?: string
  readonly maxSize?: string
}

function methodOf({
  driver = 'docker',
  store = 'classic',
  platforms = 'amd64',
  push = false,
  load = false,
  outputs = '',
  verify = '',
  smokeTest = '',
  maxSize = '',
}: Row) {
  const texts = { outputs, verify, 'smoke-test': smokeTest, 'max-size': maxSize }
  const inputs = inputsOf({ images: 'app', platforms, push: String(push), ...texts })
  const server = store === 'none' ? undefined : serverOf({ store })
  return chooseMethod(inputs, { builder: { kind: 'existing', name: 'b', driver, because: '' }, server, load }).name
}

const two = 'amd64, arm64'

describe('chooseMethod()', () => {
  test.each<Row & { readonly is: string }>([
    { load: true, is: 'join' },
    { load: true, store: 'containerd', is: 'layout' },
    { load: true, store: 'containerd', platforms: two, is: 'layout' },
    { load: true, driver: 'docker-container', is: 'layout' },
    { outputs: 'type=cacheonly', is: 'join' },
    { outputs: 'type=cacheonly', driver: 'remote', store: 'none', is: 'layout' },
    { load: true, verify: 'off', is: 'load' },
    { load: true, verify: 'off', store: 'containerd', platforms: two, is: 'load' },
    { load: true, verify: 'off', driver: 'docker-container', is: 'load' },
    { load: true, verify: 'off', driver: 'remote', store: 'containerd', platforms: two, is: 'layout' },
    { load: true, driver: 'docker-container', store: 'containerd', platforms: two, is: 'layout' },
    { load: true, push: true, driver: 'remote', store: 'containerd', platforms: two, is: 'digest' },
    { load: true, verify: 'off', store: 'containerd', smokeTest: 'app --version', is: 'layout' },
    { load: true, verify: 'off', store: 'containerd', maxSize: '1g', is: 'layout' },
    { verify: 'off', is: 'cache' },
    { verify: 'off', platforms: two, is: 'cache' },
    { verify: 'off', outputs: 'type=cacheonly', driver: 'remote', store: 'none', is: 'cache' },
    { verify: 'off', outputs: 'out', store: 'containerd', is: 'layout' },
    { verify: 'off', push: true, is: 'join' },
    { push: true, is: 'join' },
    { push: true, load: true, is: 'join' },
    { push: true, platforms: two, is: 'join' },
    { platforms: two, is: 'join' },
    { push: true, store: 'containerd', is: 'layout' },
    { push: true, store: 'containerd', platforms: two, load: true, is: 'layout' },
    { store: 'containerd', platforms: two, is: 'layout' },
    { push: true, driver: 'docker-container', platforms: two, is: 'digest' },
    { push: true, driver: 'remote', store: 'none', is: 'digest' },
    { driver: 'docker-container', platforms: two, is: 'layout' },
    { driver: 'remote', store: 'none', is: 'layout' },
    { load: true, outputs: 'out', is: 'join' },
    { load: true, outputs: 'out', store: 'containerd', is: 'layout' },
    { load: true, outputs: 'type=cacheonly', is: 'join' },
    { push: true, outputs: 'out', driver: 'remote', store: 'none', is: 'layout' },
    { push: true, outputs: 'type=cacheonly', driver: 'remote', store: 'none', is: 'digest' },
  ])('returns $is for %j', ({ is, ...row }) => {
    expect(methodOf(row)).toBe(is)
  })

  test.each<Row>([
    { load: true, platforms: two },
    { load: true, platforms: two, push: true },
    { load: true, driver: 'remote', store: 'none' },
    { load: true, driver: 'remote', store: 'none', push: true },
  ])('rejects to load %j', (row) => {
    expect(() => methodOf(row)).toThrow(expect.objectContaining({ code: 'feature-missing' }))
  })
})
