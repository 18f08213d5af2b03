import { expect, test } from 'vitest'
import { listeningInodes } from '../../../src/containers/port-holder.ts'

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1
   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 100 0 0 10 0
`

test.each([
  { name: 'listening sockets, not connected ones', port: 8080, inodes: ['4711'] },
  { name: 'a port of fewer digits', port: 80, inodes: ['4713'] },
  { name: 'nothing on another port', port: 8081, inodes: [] },
])('listeningInodes() finds $name', ({ port, inodes }) => {
  expect(listeningInodes(table, port)).toEqual(inodes)
})
