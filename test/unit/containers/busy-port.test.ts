import { expect, test } from 'vitest'
import { busyPort } from '../../../src/containers/busy-port.ts'

// The messages of Docker 28 and 20.
const busy = {
  'Docker 28':
    'failed to set up container networking: driver failed programming external connectivity on endpoint x (43): failed to bind host port for 127.0.0.1:5000:198.18.250.2:80/tcp: address already in use',
  'Docker 20':
    'driver failed programming external connectivity on endpoint x (fe): Error starting userland proxy: listen tcp4 127.0.0.1:5000: bind: address already in use',
  "another container's":
    'driver failed programming external connectivity on endpoint x (fe): Bind for 127.0.0.1:5000 failed: port is already allocated',
}

test.each(Object.entries(busy))('busyPort() finds the port in the message of %s', (_, said) => {
  expect(busyPort(said)).toBe(5000)
})

test('busyPort() finds no port in other messages', () => {
  expect(busyPort('exec: "/nothere": no such file or directory')).toBeUndefined()
})
