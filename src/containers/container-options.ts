/** The options of a container, named after those of `docker run`. Undefined: Docker's default. */
export type ContainerOptions = {
  /** `bridge`, `host`, `none`, or the name of a network. */
  readonly network: string | undefined
  readonly hostname: string | undefined
  readonly labels: Readonly<Record<string, string>>
  /** Bytes. */
  readonly memory: number | undefined
  /** Number of processors, which may be a fraction. */
  readonly cpus: number | undefined
  /** Maximum number of processes and threads. */
  readonly pidsLimit: number | undefined
  /** Size of /dev/shm in bytes. */
  readonly shmSize: number | undefined
  readonly ulimits: readonly { readonly name: string; readonly soft: number; readonly hard: number }[]
  /** Whether its file system is read-only. */
  readonly readOnly: boolean | undefined
  readonly privileged: boolean | undefined
  /** Whether an init process runs as its first process and reaps orphans. */
  readonly init: boolean | undefined
  readonly capAdd: readonly string[]
  readonly capDrop: readonly string[]
  readonly securityOpt: readonly string[]
  /** Mount options by directory. */
  readonly tmpfs: Readonly<Record<string, string>>
  readonly devices: readonly Device[]
}

/** `access` consists of the letters r, w and m. */
export type Device = { readonly source: string; readonly target: string; readonly access: string }

/** `host` undefined: any free port. */
export type Port = { readonly host: number | undefined; readonly container: number; readonly protocol: 'tcp' | 'udp' }

/** `source` is a path relative to the workspace; undefined: an empty volume that is removed with the container. */
export type Volume = { readonly source: string | undefined; readonly target: string; readonly readOnly: boolean }
