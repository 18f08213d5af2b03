import { resolve } from 'node:path'
import type { SmokeTest } from '../inputs/inputs.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Platform } from '../oci/types.ts'

export type Container = {
  readonly name: string
  /** As the daemon knows it. */
  readonly image: string
  readonly platform: Platform
  /** Address of the daemon's machine that ports are published on; undefined: all of them. */
  readonly publishOn: string | undefined
}

/** The arguments of `docker` that start a container in the background. Paths of volumes start from the working folder. */
export function runArgs(test: SmokeTest, { name, image, platform, publishOn }: Container): readonly string[] {
  const { entrypoint = [], command = [] } = test
  const [program, ...more] = entrypoint
  return [
    'run',
    '--detach',
    `--name=${name}`,
    `--platform=${formatPlatform(platform)}`,
    // The image is there under a name of this run: nobody else may answer for it.
    '--pull=never',
    // Whatever the daemon logs to, `docker logs` can read this.
    '--log-driver=json-file',
    '--log-opt=max-size=10m',
    ...(program === undefined ? [] : [`--entrypoint=${program}`]),
    ...Object.entries(test.env).map(([key, value]) => `--env=${value === null ? key : `${key}=${value}`}`),
    ...(test.user === undefined ? [] : [`--user=${test.user}`]),
    ...(test.workdir === undefined ? [] : [`--workdir=${test.workdir}`]),
    ...publishedPorts(test).map(({ host, container, protocol }) => {
      // An empty part between address and container is a free port.
      const parts = publishOn === undefined ? [host, container] : [publishOn, host ?? '', container]
      return `--publish=${parts.filter((part) => part !== undefined).join(':')}/${protocol}`
    }),
    ...test.volumes.map(({ source, target, readOnly }) =>
      source === undefined ? `--volume=${target}` : `--volume=${resolve(source)}:${target}${readOnly ? ':ro' : ''}`,
    ),
    ...test.addHosts.map((host) => `--add-host=${host}`),
    image,
    ...more,
    ...command,
  ]
}

/** The ports of the test, and the one that is asked over HTTP, which need not be among them. */
function publishedPorts({ ports, http }: SmokeTest): SmokeTest['ports'] {
  const has = ports.some(({ container, protocol }) => container === http?.port && protocol === 'tcp')
  return http === undefined || has ? ports : [...ports, { host: undefined, container: http.port, protocol: 'tcp' }]
}
