/** Returns the message of a line in the format of logrus, which programs of containerd print; undefined for any other line. */
export function logrusMessage(line: string, level = ''): string | undefined {
  if (!line.startsWith('time="') || !line.includes(` level=${level}`) || !line.endsWith('"')) return undefined
  const start = line.indexOf(' msg="')
  if (start === -1) return undefined
  return line
    .slice(start + ' msg="'.length, -1)
    .replaceAll('\\"', '"')
    .replaceAll('\\n', ' ')
}
