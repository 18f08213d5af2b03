import type { Host, TlsIdentity } from '../host/host.ts'
import type { Secret } from '../inputs/secret.ts'

/** The API of a Kubernetes cluster, and how to authenticate to it. */
export type KubeCluster = {
  /** URL of the API, without a slash at the end. */
  readonly server: string
  /** Name of the context; undefined for the service account of the pod that this process runs in. */
  readonly context: string | undefined
  /** Namespace of the context. Default: `default`. */
  readonly namespace: string
  /** The kubeconfig files that were read, or `the service account of this pod`: for messages. */
  readonly source: string
  readonly tls: Omit<TlsIdentity, 'own'>
  /**
   * Returns the current credentials: files are read again, because tokens are rotated, and a plugin runs again when its credentials expire,
   * or if `rejected` says that the API does not accept them.
   */
  readonly credentials: (host: Pick<Host, 'exec'>, rejected?: boolean) => Promise<Credentials>
}

/** What a request to the API authenticates with. */
export type Credentials = {
  /** Value of the header `Authorization`. */
  readonly authorization: Secret | undefined
  readonly certificate: { readonly cert: string; readonly key: Secret } | undefined
}
