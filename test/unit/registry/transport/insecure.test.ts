import { expect, test } from 'vitest'
import { isInsecure } from '../../../../src/registry/transport/insecure.ts'

test.each([
  { name: 'this machine', registry: 'localhost:5000', allowed: [], is: true },
  { name: 'the loopback address', registry: '127.0.0.1:5000', allowed: [], is: true },
  { name: 'the loopback address of IPv6', registry: '[::1]:5000', allowed: [], is: true },
  { name: 'another host', registry: 'reg.example', allowed: [], is: false },
  { name: 'a listed host', registry: 'reg.example:5000', allowed: ['reg.example:5000'], is: true },
  { name: 'another port of it', registry: 'reg.example', allowed: ['reg.example:5000'], is: false },
  { name: 'an address in a network', registry: '10.1.2.3:5000', allowed: ['10.0.0.0/8'], is: true },
  { name: 'an address out of it', registry: '11.1.2.3:5000', allowed: ['10.0.0.0/8'], is: false },
  { name: 'an address of IPv6 in a network', registry: '[fd00::1]:5000', allowed: ['fd00::/8'], is: true },
  { name: 'a name, which is not in a network', registry: 'reg.example', allowed: ['0.0.0.0/0'], is: false },
  { name: 'networks of the other family', registry: '10.1.2.3', allowed: ['fd00::/8', '::1/128'], is: false },
  {
    name: 'a value that is not a network',
    registry: '10.1.2.3',
    allowed: ['cafe/8', '10.0.0.0/99', '1.2.3/8', 'x'],
    is: false,
  },
])('isInsecure() of $name is $is', ({ registry, allowed, is }) => {
  expect(isInsecure(registry, allowed)).toBe(is)
})
