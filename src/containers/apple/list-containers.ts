import { isObject, member, parseJson } from '../../bounds/json.ts'

export type ListedContainer = {
  readonly id: string
  readonly isRunning: boolean
  readonly wasStarted: boolean
  /** Its first IPv4 address. */
  readonly address: string | undefined
}

/**
 * Reads `container list --format json`; undefined if it is not a list. Version 1.0 moved the state and the networks
 * into an object.
 */
export function readContainers(text: string): readonly ListedContainer[] | undefined {
  let list: unknown
  try {
    list = parseJson(text)
  } catch {
    return undefined
  }
  if (!Array.isArray(list)) return undefined
  return list.flatMap((entry) => {
    const id = member(member(entry, 'configuration'), 'id') ?? member(entry, 'id')
    if (typeof id !== 'string') return []
    const status = member(entry, 'status')
    const state = isObject(status) ? status['state'] : status
    const from = isObject(status) ? status : entry
    const networks = member(from, 'networks')
    const [first] = Array.isArray(networks) ? networks : []
    const address = member(first, 'ipv4Address') ?? member(first, 'address')
    const [, ip] = typeof address === 'string' ? (/^(\d{1,3}(?:\.\d{1,3}){3})(?:\/\d{1,2})?$/.exec(address) ?? []) : []
    return [
      {
        id,
        isRunning: state === 'running' || state === 'stopping',
        wasStarted: member(from, 'startedDate') != null,
        address: ip,
      },
    ]
  })
}
