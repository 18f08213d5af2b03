/** A daemon that implements the Docker API. */
export type DockerServer = {
  readonly kind: 'server'
  readonly endpoint: DockerEndpoint
  /** The negotiated API version, such as `1.51`. */
  readonly api: string
  /** As reported by the server, with its suffix: `20.10.24+dfsg1`. */
  readonly version: string
  /** `podman` behind a Docker socket implements the API, but buildx cannot build with it. */
  readonly product: 'docker' | 'podman'
  /** `linux` or `windows`. */
  readonly os: string
  readonly architecture: string
  /** With `containerd` the daemon keeps indexes and can build several platforms at once; `classic` cannot. */
  readonly store: 'containerd' | 'classic'
  /** Registries that the daemon is configured to reach over plain HTTP or without certificate verification. */
  readonly insecureRegistries: readonly string[]
  /** Undefined if the daemon runs on another machine or in a virtual machine. */
  readonly local: LocalDaemon | undefined
}

/** The image store of a daemon. */
export type ImageStore = Pick<DockerServer, 'store' | 'endpoint' | 'api'>

/** A daemon that runs on the kernel of this process. */
export type LocalDaemon = {
  /** The directory with images and build cache, as reported by the daemon. */
  readonly dataRoot: string
}

/** The daemon's address and its origin. */
export type DockerEndpoint = {
  /** `unix:///…`, `npipe:///…`, `tcp://…`, `ssh://…`. */
  readonly host: string
  /** Name of the Docker context that it comes from; `default` for `DOCKER_HOST` or a socket. */
  readonly context: string
  readonly because: string
  /** Set for child processes if the Docker CLI would not find the endpoint automatically. */
  readonly env: Readonly<Record<string, string>>
  /** Undefined: a `tcp://` address is used without TLS. */
  readonly tls?: TlsFiles
  /** The sockets that were tried, if the default one is used because none of them exists. */
  readonly tried?: readonly string[]
  /** The API version set by `DOCKER_API_VERSION`. */
  readonly api?: string
}

/** The files of a TLS connection. */
export type TlsFiles = {
  /** The certificate authorities for the daemon's certificate. Default: Node's. */
  readonly ca: string | undefined
  readonly own: { readonly cert: string; readonly key: string } | undefined
  /** Whether the daemon's certificate is verified. */
  readonly verify: boolean
}

/** A daemon that does not respond, and the reason. */
export type Unreachable = { readonly kind: 'unreachable'; readonly reason: string; readonly endpoint: DockerEndpoint }

/** Returns the path of the socket or pipe of an endpoint; undefined if it is reached over a network. */
export function socketPath(endpoint: DockerEndpoint): string | undefined {
  const { host } = endpoint
  if (host.startsWith('unix://')) return host.slice('unix://'.length)
  if (host.startsWith('npipe://')) return host.slice('npipe://'.length).replaceAll('/', '\\')
  return undefined
}
