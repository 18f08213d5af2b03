import { Agent, request } from 'node:https'
import type { Environment, HttpRequest } from '../host.ts'
import { createConnect } from './connect.ts'
import { createTrust, trustOf } from './trust.ts'

/** The part of the client that uses TLS; loaded by its first request that needs it, often while the daemon answers. */
export type Secure = {
  readonly request: typeof request
  /** With persistent connections. */
  readonly agent: Agent
  /** Returns an agent for one request with its own trust. */
  readonly agentFor: (tls: NonNullable<HttpRequest['tls']>) => Agent
}

/** Creates agents that use the proxies of the environment and trust private authorities. `timeout` closes unused connections (milliseconds). */
export function createSecure({
  env,
  certificateFolders,
  timeout,
}: {
  readonly env: Environment
  readonly certificateFolders: readonly string[] | undefined
  readonly timeout: number
}): Secure {
  const agent = new Agent({ keepAlive: true, timeout })
  agent.createConnection = createConnect({ env, trust: createTrust(env, certificateFolders) })
  return {
    request,
    agent,
    agentFor: (tls) => {
      const own = new Agent()
      own.createConnection = createConnect({ env, trust: trustOf(tls), verify: tls.verify })
      return own
    },
  }
}
