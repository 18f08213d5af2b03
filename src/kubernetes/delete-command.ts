/** The node of a builder in a cluster. */
export type BuilderNode = {
  /** Of the Deployment. */
  readonly name: string
  readonly namespace: string | undefined
  readonly context?: string | undefined
}

/** Returns the command with which a user removes the objects of a builder's node. */
export function deleteCommand({ name, namespace, context }: BuilderNode): string {
  const of = context === undefined ? '' : ` --context ${context}`
  const place = namespace === undefined ? '' : ` --namespace ${namespace}`
  return `kubectl delete${of}${place} --ignore-not-found deployment/${name} statefulset/${name} configmap/${name}-config`
}
