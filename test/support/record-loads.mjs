// Preloaded with `node --import`: appends the URL of each loaded module to the file POLYARCH_LOADS.
import { appendFileSync } from 'node:fs'
import { register } from 'node:module'

export async function load(url, context, nextLoad) {
  appendFileSync(process.env.POLYARCH_LOADS, `${url}\n`)
  return await nextLoad(url, context)
}

if (process.env.POLYARCH_LOADS_HOOK !== 'set') {
  process.env.POLYARCH_LOADS_HOOK = 'set'
  register(import.meta.url)
}
