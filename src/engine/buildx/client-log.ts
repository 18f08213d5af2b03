/**
 * Whether a line is the log of a library in buildx, the client of Kubernetes, which reports connections that end, in successful builds too:
 * `E1128 21:04:11.123456   12345 v2.go:104] "Unhandled Error" err="EOF"`.
 */
export function isClientLog(line: string): boolean {
  return /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6} /.test(line)
}

/** Returns the error of a buildx that failed: its last `ERROR:` line, otherwise the last line it printed. */
export function lastError(stderr: string): string {
  const lines = stderr.trim().split('\n')
  const last = lines.findLast((line) => !isClientLog(line)) ?? ''
  return lines.findLast((line) => line.startsWith('ERROR: ')) ?? last
}
