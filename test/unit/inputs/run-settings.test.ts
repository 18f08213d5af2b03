import { describe, expect, test } from 'vitest'
import { readByteCount } from '../../../src/inputs/run-settings.ts'
import { inputsOf } from '../../support/plan.ts'

describe('readByteCount()', () => {
  test.each([
    { text: '200m', bytes: 209_715_200 },
    { text: '1g', bytes: 1_073_741_824 },
    { text: '1T', bytes: 1_099_511_627_776 },
    { text: '2048k', bytes: 2_097_152 },
    { text: '1.5 MB', bytes: 1_572_864 },
    { text: '7', bytes: 7 },
    { text: '7b', bytes: 7 },
  ])('reads $text', ({ text, bytes }) => {
    expect(readByteCount(text)).toEqual({ value: bytes })
  })

  test.each(['200x', 'm', '-1', '0', '0.1b', '1 000'])('rejects %s', (text) => {
    expect(readByteCount(text)).toMatchObject({ problem: expect.stringMatching(/^expected a size .*found "/) })
  })
})

describe('settings of RUN steps', () => {
  test('are read in the formats of docker/build-push-action', () => {
    const inputs = inputsOf({
      'add-hosts': 'a:10.0.0.1,b:10.0.0.2\nc=::1\nd:[::1]\ne:host-gateway\nf:::ffff:10.0.0.1',
      allow: 'network.host,security.insecure\ndevice, device=vendor.com/device=x',
      network: 'none',
      'no-cache-filters': 'Test, build-2\nfinal.1',
      'shm-size': '2.5 GiB',
      ulimit: 'nofile=1024:65536\nstack=8192\ncore=-1\nnproc=5:-1',
      'cgroup-parent': 'foo.slice',
    })
    expect(inputs).toMatchObject({
      addHosts: ['a:10.0.0.1', 'b:10.0.0.2', 'c=::1', 'd:[::1]', 'e:host-gateway', 'f:::ffff:10.0.0.1'],
      allow: ['network.host', 'security.insecure', 'device', 'device=vendor.com/device=x'],
      network: 'none',
      noCacheFilters: ['Test', 'build-2', 'final.1'],
      shmSize: '2.5 GiB',
      ulimit: ['nofile=1024:65536', 'stack=8192', 'core=-1', 'nproc=5:-1'],
      cgroupParent: 'foo.slice',
    })
  })

  test.each([
    ['add-hosts', 'a:10.0.0.1\nb', 'add-hosts, line 2: expected name:address, found "b"'],
    ['add-hosts', ':10.0.0.1', 'expected name:address'],
    ['add-hosts', '-a:10.0.0.1', 'expected name:address'],
    ['add-hosts', 'a:', 'expected an IP address or host-gateway after "a", found ""'],
    ['add-hosts', 'a:10.0.0.256', 'found "10.0.0.256"'],
    ['add-hosts', 'a:10.0.0.01', 'found "10.0.0.01"'],
    ['add-hosts', 'a:db.internal', 'found "db.internal"'],
    ['add-hosts', 'a:1::2::3', 'found "1::2::3"'],
    ['add-hosts', 'a:host-gatway', 'did you mean host-gateway?'],
    ['allow', 'network.host\nnetwork.hots', 'allow, line 2: expected network.host, security.insecure, device'],
    ['allow', 'securty.insecure', 'did you mean security.insecure?'],
    ['allow', 'device=', 'found "device="'],
    ['network', 'hots', 'network: expected one of default, host, none, found "hots"; did you mean host?'],
    ['network', 'my-net', 'driver-opts: network=name'],
    ['no-cache-filters', 'a\nb c', 'no-cache-filters, line 2: expected the name of a stage'],
    ['no-cache-filters', '--target', 'expected the name of a stage'],
    ['shm-size', '512x', 'shm-size: expected a size such as 512m, 1g or a number of bytes, found "512x"'],
    ['shm-size', '-1', 'expected a size'],
    ['ulimit', 'nofile=1\nnofle=1', 'ulimit, line 2: expected one of core, cpu'],
    ['ulimit', 'nofle=1', 'did you mean nofile?'],
    ['ulimit', 'nofile', 'expected name=soft:hard, found "nofile"'],
    ['ulimit', 'nofile=a', 'expected soft or soft:hard, in whole numbers, after "nofile=", found "a"'],
    ['ulimit', 'nofile=2:1', 'the soft limit of nofile is above its hard limit: "2:1"'],
    ['ulimit', 'nofile=-1:1', 'the soft limit of nofile is above its hard limit'],
  ])('rejects %s %j', (name, text, expected) => {
    expect(() => inputsOf({ [name]: text })).toThrow(expected)
  })
})
