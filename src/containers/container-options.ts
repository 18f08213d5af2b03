/** What a container may use and do, as `docker run` has it. Undefined: as the daemon does it. */
export type ContainerOptions = {
  /** `bridge`, `host`, `none`, or the name of a network. */
  readonly network: string | undefined
  readonly hostname: string | undefined
  readonly labels: Readonly<Record<string, string>>
  /** Bytes. */
  readonly memory: number | undefined
  /** Processors, parts of one included. */
  readonly cpus: number | undefined
  /** Processes and threads. */
  readonly pidsLimit: number | undefined
  /** Of /dev/shm, bytes. */
  readonly shmSize: number | undefined
  readonly ulimits: readonly { readonly name: string; readonly soft: number; readonly hard: number }[]
  /** Whether its file system cannot be written to. */
  readonly readOnly: boolean | undefined
  readonly privileged: boolean | undefined
  /** Whether its first process is one that ends orphans. */
  readonly init: boolean | undefined
  readonly capAdd: readonly string[]
  readonly capDrop: readonly string[]
  readonly securityOpt: readonly string[]
  /** Options of mount by folder. */
  readonly tmpfs: Readonly<Record<string, string>>
  readonly devices: readonly Device[]
}

/** `access` is of the letters r, w and m. */
export type Device = { readonly source: string; readonly target: string; readonly access: string }

/** `host` undefined: any that is free. */
export type Port = { readonly host: number | undefined; readonly container: number; readonly protocol: 'tcp' | 'udp' }

/** `source` is a path from the workspace; undefined: an empty volume that is removed with the container. */
export type Volume = { readonly source: string | undefined; readonly target: string; readonly readOnly: boolean }
