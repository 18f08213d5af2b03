/** Formats bytes in decimal units, as registries and disks count. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const exact = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1)
  // 999 999 is 1.0 MB and not 1000.0 kB.
  const power = exact > 0 && exact < units.length - 1 && bytes / 1000 ** exact >= 999.95 ? exact + 1 : exact
  const value = bytes / 1000 ** power
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`
}
