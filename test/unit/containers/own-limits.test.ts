import { expect, test } from 'vitest'
import { isLimitRefused, limitsIn } from '../../../src/containers/own-limits.ts'

const table = (files: string, processes: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max processes             ${processes}                processes
Max open files            ${files}                files`

test.each([
  {
    name: 'of the process',
    files: '1024 20000',
    processes: '4096 4096',
    expected: [
      [1024, 20000],
      [4096, 4096],
    ],
  },
  {
    name: 'without more processes than a service',
    files: '1024 4096',
    processes: '96365 unlimited',
    expected: [
      [1024, 4096],
      [32768, 32768],
    ],
  },
])('limitsIn() returns the limits $name', ({ files, processes, expected: [nofile, nproc] }) => {
  expect(limitsIn(table(files, processes))).toEqual([
    { name: 'nofile', soft: nofile?.[0], hard: nofile?.[1] },
    { name: 'nproc', soft: nproc?.[0], hard: nproc?.[1] },
  ])
})

test('limitsIn() returns nothing of another table', () => {
  expect(limitsIn('')).toEqual([])
})

test('isLimitRefused() recognizes the messages of runc and Podman', () => {
  const runc =
    'runc create failed: unable to start container process: error during container init: error setting rlimits for ready process: error setting rlimit type 7: operation not permitted: OCI permission denied'
  expect(isLimitRefused(runc)).toBe(true)
  expect(isLimitRefused('crun: setrlimit `RLIMIT_NOFILE`: Operation not permitted: OCI permission denied')).toBe(true)
  expect(isLimitRefused('exec: "/x": no such file or directory')).toBe(false)
})
