type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy for a URL by the environment, or undefined for none: HTTPS_PROXY or HTTP_PROXY by the URL's scheme, else ALL_PROXY, each
 * in lower or upper case, and NO_PROXY (names with their subdomains, `*`, `host:port`). This machine is never reached through a proxy.
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const host = url.hostname.toLowerCase()
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  if (isLocal(host) || isExcepted(host, port, variable(env, 'NO_PROXY'))) return undefined
  const text = variable(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') || variable(env, 'ALL_PROXY')
  if (text === '') return undefined
  const address = text.includes('://') ? text : `http://${text}`
  return URL.canParse(address) ? new URL(address) : undefined
}

/** `Basic …` for the user and password in a proxy's address, or undefined. */
export function proxyAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`
}

function variable(env: Environment, name: string): string {
  return (env[name.toLowerCase()] || env[name] || '').trim()
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d+){3}$/.test(host)
}

function isExcepted(host: string, port: string, exceptions: string): boolean {
  return exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = '', only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? []
      if (entry === '*') return true
      if (only !== undefined && only !== port) return false
      return host === name || (name !== '' && host.endsWith(`.${name}`))
    })
}
