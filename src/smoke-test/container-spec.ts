import type { Port } from '../containers/container-options.ts'
import type { ContainerSpec } from '../containers/containers.ts'
import type { Environment } from '../host/host.ts'
import type { SmokeTest } from '../inputs/inputs.ts'
import type { Platform } from '../oci/types.ts'

type Given = {
  /** As the engine knows it. */
  readonly image: string
  readonly platform: Platform
  /** Provides the values of variables that are given by name only. */
  readonly env: Environment
}

/** Returns the container that a smoke test runs. Pure. */
export function containerSpec(test: SmokeTest, { image, platform, env }: Given): ContainerSpec {
  const { entrypoint, command, user, workdir, volumes, addHosts, container } = test
  return {
    image,
    platform,
    lifetime: test.timeout,
    ...{ entrypoint, command, user, workdir, volumes, addHosts },
    env: Object.fromEntries(
      Object.entries(test.env).flatMap(([key, value]) => {
        const text = value ?? env[key]
        return text === undefined ? [] : [[key, text]]
      }),
    ),
    ports: publishedPorts(test),
    options: container,
  }
}

/** The ports of the test, and the one that is requested over HTTP. In the network of the host, no port is published. */
function publishedPorts({ ports, http, container: { network } }: SmokeTest): readonly Port[] {
  if (network === 'host') return []
  const has = ports.some(({ container, protocol }) => container === http?.port && protocol === 'tcp')
  return http === undefined || has ? ports : [...ports, { host: undefined, container: http.port, protocol: 'tcp' }]
}
