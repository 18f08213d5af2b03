import { BlockList, isIP } from 'node:net'

/**
 * Whether a registry's host, with or without port, is this machine: the engines use plain HTTP for it by default, and
 * so does this client.
 */
export function isLoopback(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '').toLowerCase()
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/**
 * Whether a registry (`host[:port]`) allows plain HTTP: always for this machine, for others if `allowed` includes them.
 * `allowed` has hosts and networks in CIDR form, as in `insecure-registries` of the Docker daemon.
 */
export function isInsecure(registry: string, allowed: readonly string[]): boolean {
  if (isLoopback(registry) || allowed.includes(registry)) return true
  const host = registry.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  const family = isIP(host)
  if (family === 0) return false
  const networks = new BlockList()
  for (const [network = '', bits = ''] of allowed.map((entry) => entry.split('/'))) {
    const version = isIP(network)
    // Anything else may be the name of a registry.
    if (version === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (version === 6 ? 128 : 32)) continue
    networks.addSubnet(network, Number(bits), version === 6 ? 'ipv6' : 'ipv4')
  }
  return networks.check(host, family === 6 ? 'ipv6' : 'ipv4')
}
