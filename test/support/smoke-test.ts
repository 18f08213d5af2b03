import type { ContainerOptions } from '../../src/containers/container-options.ts'
import type { SmokeTest } from '../../src/inputs/inputs.ts'

/** The image's own command, which must exit with 0, with the given differences. */
export function smokeTestOf(more: Partial<SmokeTest> = {}): SmokeTest {
  return {
    entrypoint: undefined,
    command: undefined,
    env: {},
    user: undefined,
    workdir: undefined,
    ports: [],
    volumes: [],
    addHosts: [],
    container: containerOf(),
    output: undefined,
    status: 0,
    http: undefined,
    timeout: 60_000,
    ...more,
  }
}

/** A container with the daemon's defaults, with the given differences. */
export function containerOf(more: Partial<ContainerOptions> = {}): ContainerOptions {
  return {
    network: undefined,
    hostname: undefined,
    labels: {},
    memory: undefined,
    cpus: undefined,
    pidsLimit: undefined,
    shmSize: undefined,
    ulimits: [],
    readOnly: undefined,
    privileged: undefined,
    init: undefined,
    capAdd: [],
    capDrop: [],
    securityOpt: [],
    tmpfs: {},
    devices: [],
    ...more,
  }
}
