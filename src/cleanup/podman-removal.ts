/** Returns the arguments that remove a container with its volumes, and kill it at once; nerdctl, which has no `--time`, does so anyway. */
export function podmanRemoval(name: string, isNerdctl: boolean): readonly string[] {
  return ['rm', '--force', ...(isNerdctl ? [] : ['--time', '0']), '--volumes', name]
}
