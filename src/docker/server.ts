/** A daemon that answers with the API of Docker. */
export type DockerServer = {
  readonly kind: 'server'
  readonly endpoint: DockerEndpoint
  /** The version of the API that both sides know, `1.51`. */
  readonly api: string
  /** As the server tells it, suffix and all: `20.10.24+dfsg1`. */
  readonly version: string
  /** `podman` behind a Docker socket answers the API, but buildx cannot build with it. */
  readonly product: 'docker' | 'podman'
  /** `linux` or `windows`. */
  readonly os: string
  readonly architecture: string
  /** With `containerd` the daemon keeps indexes and can build several platforms at once; `classic` cannot. */
  readonly store: 'containerd' | 'classic'
  /** Registries that the daemon was told to reach over plain HTTP or without checking certificates. */
  readonly insecureRegistries: readonly string[]
  /** Undefined where the daemon is on another machine, or in a virtual one. */
  readonly local: LocalDaemon | undefined
}

/** The image store of a daemon. */
export type ImageStore = Pick<DockerServer, 'store' | 'endpoint' | 'api'>

/** A daemon that runs on the kernel of this process. */
export type LocalDaemon = {
  /** The folder that images and build cache are in, as the daemon names it. */
  readonly dataRoot: string
}

/** Where the daemon listens and how that was decided. */
export type DockerEndpoint = {
  /** `unix:///…`, `npipe:///…`, `tcp://…`, `ssh://…`. */
  readonly host: string
  /** Name of the Docker context it comes from; `default` when from `DOCKER_HOST` or a socket. */
  readonly context: string
  readonly because: string
  /** Set for children when the endpoint is not what the Docker CLI would find by itself. */
  readonly env: Readonly<Record<string, string>>
  /** Undefined: a `tcp://` address is spoken to without TLS. */
  readonly tls?: TlsFiles
  /** The version of the API that `DOCKER_API_VERSION` asks for. */
  readonly api?: string
}

/** The files of a TLS connection. */
export type TlsFiles = {
  /** Of the authorities that sign the daemon's certificate; undefined: Node's own are taken. */
  readonly ca: string | undefined
  readonly own: { readonly cert: string; readonly key: string } | undefined
  /** Whether the daemon's certificate is checked. */
  readonly verify: boolean
}

/** A daemon that does not answer, and why. */
export type Unreachable = { readonly kind: 'unreachable'; readonly reason: string; readonly endpoint: DockerEndpoint }

/** Path of the socket or pipe behind an endpoint, or undefined when it is reached over a network. */
export function socketPath(endpoint: DockerEndpoint): string | undefined {
  const { host } = endpoint
  if (host.startsWith('unix://')) return host.slice('unix://'.length)
  if (host.startsWith('npipe://')) return host.slice('npipe://'.length).replaceAll('/', '\\')
  return undefined
}
