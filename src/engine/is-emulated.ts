/**
 * Whether an engine whose nodes have the platforms `natives` needs an emulator for `platform`, all as `os/arch[/variant]`. False if its nodes
 * are unknown, because they can have any platform.
 */
export function isEmulated(platform: string, natives: readonly string[]): boolean {
  if (natives.length === 0 || (natives.includes('linux/amd64') && platform === 'linux/386')) return false
  return !natives.some((native) => platform === native || platform.startsWith(`${native}/`))
}
