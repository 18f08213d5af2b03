import { BlockList, isIP } from 'node:net'
import { isLoopback } from './session.ts'

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
  for (const [, network, bits] of allowed.map((entry) => /^([0-9a-f.:]+)\/(\d+)$/i.exec(entry) ?? [])) {
    if (network !== undefined) networks.addSubnet(network, Number(bits), isIP(network) === 6 ? 'ipv6' : 'ipv4')
  }
  return networks.check(host, family === 6 ? 'ipv6' : 'ipv4')
}
