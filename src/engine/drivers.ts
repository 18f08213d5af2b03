/** What the stages and the buildx engine ask of a driver; nobody compares its name. */
export type DriverTraits = {
  /** Where BuildKit runs: as a part of the daemon, in a container of it, or where only the builder knows. */
  readonly runs: 'in-daemon' | 'on-daemon' | 'elsewhere'
  /** Whether this step can make a builder of it. */
  readonly made: boolean
  /** Whether a builder of it reaches registries over a network of its own, and not over the daemon's. */
  readonly ownNetwork: boolean
  /** Whether a builder of it is made only with an address. */
  readonly needsEndpoint: boolean
  /** Whether this step can say which entitlements a builder that it makes grants to builds. */
  readonly takesGrants: boolean
  /** Whether the build cache of a builder that it makes can stay when the builder is removed. */
  readonly keepsState?: true
  /** Names of options that may follow a comma; undefined where it has none. */
  readonly options?: RegExp
}

/** The drivers of buildx, a row each. https://docs.docker.com/build/builders/drivers/ */
export const drivers = {
  docker: { runs: 'in-daemon', made: false, ownNetwork: false, needsEndpoint: false, takesGrants: false },
  'docker-container': {
    runs: 'on-daemon',
    made: true,
    ownNetwork: true,
    needsEndpoint: false,
    takesGrants: true,
    keepsState: true,
    options:
      /^(?:image|network|memory|memory-swap|cpu-(?:quota|period|shares)|cpuset-(?:cpus|mems)|cgroup-parent|restart-policy|default-load|provenance-add-gha|gpus|env\.[^=]+)=/,
  },
  remote: {
    runs: 'elsewhere',
    made: true,
    ownNetwork: false,
    needsEndpoint: true,
    takesGrants: false,
    options: /^(?:key|cert|cacert|servername|default-load|provenance-add-gha)=/,
  },
  kubernetes: {
    runs: 'elsewhere',
    made: true,
    ownNetwork: true,
    needsEndpoint: false,
    takesGrants: true,
    options:
      /^(?:image|namespace|default-load|provenance-add-gha|replicas|(?:requests|limits)\.[\w-]+|buildkit-root-volume-memory|nodeselector|annotations|labels|tolerations|serviceaccount|schedulername|rootless|loadbalance|qemu\.\w+|timeout|env\.[^=]+)=/,
  },
  cloud: { runs: 'elsewhere', made: false, ownNetwork: false, needsEndpoint: false, takesGrants: false },
} as const satisfies Readonly<Record<string, DriverTraits>>

export type Driver = keyof typeof drivers

/** Those that the input `driver` may name: a builder that this step makes, or the daemon's own. */
export const driverChoices = (Object.keys(drivers) as readonly Driver[]).filter((name) => {
  const { made, runs } = traitsOf(name)
  return made || runs === 'in-daemon'
})

/** What is known of a driver; one that a newer buildx has brought runs elsewhere, as far as anybody here can tell. */
export function traitsOf(driver: Driver): DriverTraits {
  return Object.hasOwn(drivers, driver) ? drivers[driver] : drivers.cloud
}
