/** Formats milliseconds as `8 s`, `4 min 30 s`, `2 h 5 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  const parts =
    hours > 0
      ? [
          [hours, 'h'],
          [minutes, 'min'],
        ]
      : [
          [minutes, 'min'],
          [seconds % 60, 's'],
        ]
  const told = parts.filter(([count]) => count !== 0)
  return told.length === 0 ? '0 s' : told.map((part) => part.join(' ')).join(' ')
}

/** Formats the milliseconds of a step: tenths of a second up to 100 seconds, then like `formatDuration`. */
export function formatSeconds(milliseconds: number): string {
  return milliseconds < 99_950 ? `${(milliseconds / 1000).toFixed(1)} s` : formatDuration(milliseconds)
}
