/** Returns the namespace that options of the driver name. */
export function namespaceIn(options: readonly string[]): string | undefined {
  return options.findLast((option) => option.startsWith('namespace='))?.slice('namespace='.length)
}
