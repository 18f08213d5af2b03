// Preloaded with `node --import`: appends the URL of each loaded module to the file POLYARCH_LOADS, and a line for each established connection.
import { appendFileSync } from 'node:fs'
import { register } from 'node:module'
import { Socket } from 'node:net'

export async function load(url, context, nextLoad) {
  appendFileSync(process.env.POLYARCH_LOADS, `${url}\n`)
  return await nextLoad(url, context)
}

if (process.env.POLYARCH_LOADS_HOOK !== 'set') {
  process.env.POLYARCH_LOADS_HOOK = 'set'
  register(import.meta.url)
  const { connect } = Socket.prototype
  Socket.prototype.connect = function (...args) {
    // A request is sent as soon as its connection is established.
    this.prependOnceListener('connect', () => appendFileSync(process.env.POLYARCH_LOADS, 'connected\n'))
    return connect.apply(this, args)
  }
}
