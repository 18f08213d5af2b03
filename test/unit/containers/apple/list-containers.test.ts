import { expect, test } from 'vitest'
import { readContainers } from '../../../../src/containers/apple/list-containers.ts'

const now = [
  {
    id: 'web',
    configuration: { id: 'web', image: { reference: 'x' } },
    status: { state: 'running', networks: [{ ipv4Address: '192.168.64.3/24' }], startedDate: '2026-08-07T22:17:54Z' },
  },
]
/** Versions before 1.0. */
const before = [{ status: 'stopped', networks: [{ address: '192.168.64.4/24' }], configuration: { id: 'old' } }]

test.each([
  {
    name: 'version 1.2',
    text: now,
    found: [{ id: 'web', isRunning: true, wasStarted: true, address: '192.168.64.3' }],
  },
  {
    name: 'version 0.4',
    text: before,
    found: [{ id: 'old', isRunning: false, wasStarted: false, address: '192.168.64.4' }],
  },
  {
    name: 'an entry of another form',
    text: [7, {}, { id: 'a' }],
    found: [{ id: 'a', isRunning: false, wasStarted: false, address: undefined }],
  },
  { name: 'an object', text: {}, found: undefined },
])('reads the list of $name', ({ text, found }) => {
  expect(readContainers(JSON.stringify(text))).toEqual(found)
})

test('returns undefined for text that is not JSON', () => {
  expect(readContainers('No containers')).toBeUndefined()
})
