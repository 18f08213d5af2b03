import { parseReference } from '../oci/reference.ts'
import { trimEnd } from '../text/trim-end.ts'
import type { RegistryInput } from './inputs.ts'
import { quote, type Read, readWith } from './read/problem.ts'

// The host names of Docker Hub, from https://github.com/distribution/reference and Docker's documentation on logging
// in.
const hubHosts = ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com', 'hub.docker.com']

/**
 * Reads `[http[s]://]host[:port][/namespace]`; the API path that is sometimes given for Docker Hub (`/v1/`) is dropped.
 */
export function readRegistry(text: string): Read<RegistryInput> {
  // Not shown: the part before it may be a password.
  if (text.includes('@'))
    return { problem: 'expected a registry without "@"; username and password are inputs of their own' }
  const [, scheme = '', rest = ''] = /^(?:(https?):\/\/)?(.*)$/s.exec(text.slice(0, 512).toLowerCase()) ?? []
  const address = trimEnd(rest, '/')
  const [given = '', ...path] = address.split('/')
  const isHub = hubHosts.includes(given)
  const namespace = isHub ? path.filter((part) => !/^v[12]$/.test(part)).join('/') : path.join('/')
  const host = isHub ? 'docker.io' : given
  const name = readWith([host, namespace, 'name'].filter((part) => part !== '').join('/'), parseReference)
  if ('problem' in name || name.value.registry !== host || name.value.tag !== undefined) {
    return {
      problem: `expected a registry such as ghcr.io, localhost:5000 or registry.acme.dev/team, found ${quote(text)}`,
    }
  }
  return { value: { host, namespace, plainHttp: scheme === 'http' } }
}
