import { BlockList, isIP } from 'node:net'

/** Whether a registry's host, with or without port, is this machine: the engines speak plain HTTP to it unasked, and so do we. */
export function isLoopback(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '').toLowerCase()
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/**
 * Whether a registry (`host[:port]`) may be spoken to in plain HTTP: this machine always, others when `allowed` names
 * them. `allowed` has hosts and networks in CIDR form, as `insecure-registries` of the Docker daemon does.
 */
export function isInsecure(registry: string, allowed: readonly string[]): boolean {
  if (isLoopback(registry) || allowed.includes(registry)) return true
  const host = registry.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  const family = isIP(host)
  if (family === 0) return false
  const networks = new BlockList()
  for (const [network = '', bits = ''] of allowed.map((entry) => entry.split('/'))) {
    const version = isIP(network)
    // What is no network may be the name of a registry.
    if (version === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (version === 6 ? 128 : 32)) continue
    networks.addSubnet(network, Number(bits), version === 6 ? 'ipv6' : 'ipv4')
  }
  return networks.check(host, family === 6 ? 'ipv6' : 'ipv4')
}
