import { quoteFound, textError } from '../problem.ts'

const protocols = new Set(['tcp', 'udp', 'sctp'])

/**
 * Returns the ports that EXPOSE adds to the configuration: `80` results in `80/tcp`, `8000-8002/udp` in three ports.
 * Host addresses and ports, as in `127.0.0.1:8080:80`, are parsed and dropped.
 * https://docs.docker.com/reference/dockerfile/#expose
 *
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function parsePort(text: string): readonly string[] {
  const [container = '', host = '', ...address] = text.split(':').reverse()
  const slash = container.indexOf('/')
  const range = slash < 0 ? container : container.slice(0, slash)
  const protocol = slash < 0 ? '' : container.slice(slash + 1)
  if (range === '') throw textError(`invalid port: ${quoteFound(text)}: no port specified`)
  const lower = protocol.toLowerCase() || 'tcp'
  if (!protocols.has(lower)) throw textError(`invalid port: ${quoteFound(text)}: invalid proto: ${protocol}`)
  assertAddress(address.reverse().join(':'))
  const ports = readRange(range)
  if (ports === undefined) throw textError(`invalid containerPort: ${range}`)
  if (host !== '') assertHost(host, range, ports)
  return Array.from({ length: ports.last - ports.first + 1 }, (_, index) => `${ports.first + index}/${lower}`)
}

type Range = { readonly first: number; readonly last: number }

function assertHost(host: string, container: string, { first, last }: Range): void {
  const ports = readRange(host)
  if (ports === undefined) throw textError(`invalid hostPort: ${host}`)
  if (first !== last && ports.last - ports.first !== last - first) {
    throw textError(`invalid ranges specified for container and host Ports: ${container} and ${host}`)
  }
}

function readRange(text: string): Range | undefined {
  const dash = text.indexOf('-')
  const start = dash < 0 ? text : text.slice(0, dash)
  const end = dash < 0 ? start : text.slice(dash + 1)
  const [first, last] = [readPort(start), start === end ? readPort(start) : readPort(end)]
  return first === undefined || last === undefined || last < first ? undefined : { first, last }
}

function readPort(text: string): number | undefined {
  // A sign is accepted, as in Go.
  const port = /^[-+]?\d+$/.test(text) ? Number(text) : Number.NaN
  return port >= 0 && port <= 65_535 ? port : undefined
}

function assertAddress(address: string): void {
  if (address === '') return
  const plain = /^\[(.*)\]$/.exec(address)?.[1] ?? address
  const four = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(plain) && plain.split('.').every((part) => Number(part) <= 255)
  const six = plain.includes(':') && URL.canParse(`http://[${plain}]/`)
  if (!four && !six) throw textError(`invalid IP address: ${plain}`)
}
