import { BlockList, isIP } from 'node:net'
import type { Environment } from '../host.ts'

/**
 * Returns the proxy for a URL according to the environment; undefined if there is no proxy: HTTPS_PROXY or HTTP_PROXY by the URL's scheme,
 * else ALL_PROXY, each in lowercase or uppercase. NO_PROXY lists exceptions: names with their subdomains, `*`, addresses, networks
 * (`10.0.0.0/8`, `fd00::/8`), each with or without a port. Loopback addresses never use a proxy.
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const host = url.hostname.toLowerCase()
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  if (isLocal(host) || isExcepted(host, port, variable(env, 'NO_PROXY'))) return undefined
  const text = variable(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') || variable(env, 'ALL_PROXY')
  if (text === '') return undefined
  const address = text.includes('://') ? text : `http://${text}`
  return URL.canParse(address) ? new URL(address) : undefined
}

/** Returns `Basic …` for the user and password in a proxy's address; undefined if it has none. */
export function proxyAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`
}

function variable(env: Environment, name: string): string {
  return (env[name.toLowerCase()] || env[name] || '').trim()
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d+){3}$/.test(host)
}

function isExcepted(host: string, port: string, exceptions: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  return exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true
      const { name, only } = splitPort(entry)
      if (only !== undefined && only !== port) return false
      if (isIP(bare) !== 0) return isSameAddress(bare, name)
      const domain = name.replace(/^\*?\./, '').replace(/\.$/, '')
      return domain !== '' && (bare === domain || bare.endsWith(`.${domain}`))
    })
}

/** Parses `host:port`, `[::1]:port`, or a host without a port; an IPv6 address without brackets has no port. */
function splitPort(entry: string): { readonly name: string; readonly only: string | undefined } {
  const [, address, network = '', last] = /^\[([^\]]*)\](\/\d+)?(?::(\d+))?$/.exec(entry) ?? []
  if (address !== undefined) return { name: address + network, only: last }
  if (isIP(entry.split('/', 1)[0] ?? '') === 6) return { name: entry, only: undefined }
  const [, name = entry, only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
  return { name, only }
}

/** Whether an address equals another, in any notation, or is in a network in CIDR notation. */
function isSameAddress(address: string, entry: string): boolean {
  const [network = '', bits] = entry.split('/')
  const version = isIP(network)
  const most = version === 6 ? 128 : 32
  if (version === 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most))) return false
  const family = version === 6 ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  if (bits === undefined) list.addAddress(network, family)
  else list.addSubnet(network, Number(bits), family)
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}
