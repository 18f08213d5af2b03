/** Returns the port that is in use, from the engine's message. */
export function busyPort(said: string): number | undefined {
  if (!/address already in use|port is already allocated/.test(said)) return undefined
  const [, port] = /(?:for|listen tcp4?|port) \S*?:(\d+)/.exec(said) ?? []
  return port === undefined ? undefined : Number(port)
}
