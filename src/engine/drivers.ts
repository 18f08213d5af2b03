/** The traits of a driver. Code outside this table never compares driver names. */
export type DriverTraits = {
  /** Where BuildKit runs: in the daemon, in a container on the daemon, or elsewhere. */
  readonly runs: 'in-daemon' | 'on-daemon' | 'elsewhere'
  /** Whether this step can create a builder with it. */
  readonly made: boolean
  /** Whether its builder has a network of its own to reach registries, not that of the daemon. */
  readonly ownNetwork: boolean
  /** Whether its builder can only be created with an address. */
  readonly needsEndpoint: boolean
  /** Whether this step can set the entitlements of a builder that it creates. */
  readonly takesGrants: boolean
  /** Whether the build cache of a builder that this step creates can outlive the builder. */
  readonly keepsState?: true
  /** Whether its nodes are pods of a cluster: an endpoint is a context of the kubeconfig, and is optional. */
  readonly inCluster?: true
  /** Names of options that can follow a comma; undefined if it has none. */
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
    inCluster: true,
    options:
      /^(?:image|namespace|default-load|provenance-add-gha|replicas|(?:requests|limits)\.[\w-]+|buildkit-root-volume-memory|nodeselector|annotations|labels|tolerations|serviceaccount|schedulername|rootless|loadbalance|qemu\.\w+|timeout|env\.[^=]+)=/,
  },
  cloud: { runs: 'elsewhere', made: false, ownNetwork: false, needsEndpoint: false, takesGrants: false },
} as const satisfies Readonly<Record<string, DriverTraits>>

export type Driver = keyof typeof drivers

/** The choices of the input `driver`: a builder that this step creates, or the daemon's own. */
export const driverChoices = (Object.keys(drivers) as readonly Driver[]).filter((name) => {
  const { made, runs } = traitsOf(name)
  return made || runs === 'in-daemon'
})

/** Returns the traits of a driver. An unknown driver of a newer buildx is assumed to run elsewhere. */
export function traitsOf(driver: Driver): DriverTraits {
  return Object.hasOwn(drivers, driver) ? drivers[driver] : drivers.cloud
}
