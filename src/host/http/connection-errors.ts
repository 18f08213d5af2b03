/** Timeout for each phase of a connection setup (milliseconds). */
export const connectTimeout = 30_000

/** Returns the proxy's address without user and password, which are sent in a header. */
export function proxyTarget(proxy: URL): string {
  return `${proxy.protocol}//${proxy.host}`
}

/** Returns the error for a failed connection to a proxy, so that it is not mistaken for a registry error. */
export function throughProxy(error: Error, proxy: URL): Error {
  const code = 'code' in error ? String(error.code) : 'ECONNRESET'
  return Object.assign(withCode(`the proxy ${proxy.host} cannot be reached: ${error.message || code}`, code), {
    proxy: proxy.host,
    cause: error,
  })
}

/** Returns the error code for a proxy's status: a proxy that cannot reach the server is a network error, one that rejects the request is not. */
export function proxyCode(status: number): string {
  return status >= 500 ? 'EHOSTUNREACH' : 'ERR_PROXY_REFUSED'
}

/** Returns an error in the format of Node's own errors. */
export function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code })
}
