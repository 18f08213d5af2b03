import type { Podman } from '../../src/facts/facts.ts'

/** A rootful Podman on this machine, with the given differences. */
export function podmanOf(more: Partial<Podman> = {}): Podman {
  return {
    kind: 'podman',
    name: 'podman',
    path: '/usr/bin/podman',
    version: '5.8.6',
    rootless: false,
    remote: false,
    native: 'linux/amd64',
    ...more,
  }
}
