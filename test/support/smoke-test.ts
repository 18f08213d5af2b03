import type { SmokeTest } from '../../src/inputs/inputs.ts'

/** The image's own command, which is to exit with 0, with what differs. */
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
    output: undefined,
    status: 0,
    http: undefined,
    timeout: 60_000,
    ...more,
  }
}
