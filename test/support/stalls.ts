import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { beforeEach } from 'vitest'

// Setup of every test file: prints what a test waits for if it takes much longer than expected. About once in 50,000 tests, and only under
// load, a request to a server on the same machine gets no answer for a minute; the state of its sockets may show the cause.

/** Milliseconds. */
const tooLong = 45_000
/** Milliseconds between two ticks; a late tick means that this process, or the machine, stood still. */
const tick = 1000

let latest = 0
let expected = performance.now() + tick
setInterval(() => {
  const now = performance.now()
  latest = Math.max(latest, now - expected)
  expected = now + tick
}, tick).unref()

beforeEach(({ task, onTestFinished }) => {
  // Longer tests wait for engines and outages.
  if (task.timeout > 150_000) return
  latest = 0
  const timer = setTimeout(() => {
    console.error(`"${task.name}" has taken ${tooLong / 1000} s. ${describeWait()}`)
  }, tooLong).unref()
  onTestFinished(() => {
    clearTimeout(timer)
    if (latest > 10_000) console.error(`"${task.name}": the process stood still for ${Math.round(latest / 1000)} s`)
  })
})

/** What this process waits for: its handles, sockets and children, the load, and the kernel's counts of lost packets. */
function describeWait(): string {
  const { stdout: sockets } = spawnSync('ss', ['-tanpo'], { encoding: 'utf8' })
  const { stdout: programs } = spawnSync('ps', ['-eo', 'pid,ppid,stat,etimes,wchan:24,args'], { encoding: 'utf8' })
  const own = (text: string | null, has: RegExp) =>
    (text ?? '')
      .split('\n')
      .filter((line) => has.test(line))
      .slice(0, 60)
  return [
    `Longest stop: ${Math.round(latest)} ms. Waits for ${process.getActiveResourcesInfo().join(', ').slice(0, 2000)}.`,
    ...own(sockets, new RegExp(`pid=${process.pid}\\b|SYN|LISTEN +[1-9]`)),
    ...own(programs, new RegExp(`^ *\\d+ +${process.pid} `)).map((line) => line.slice(0, 300)),
    ...readIfThere('/proc/loadavg'),
    ...readIfThere('/proc/net/netstat').map(losses),
  ].join('\n')
}

function readIfThere(path: string): readonly string[] {
  try {
    return [readFileSync(path, 'utf8')]
  } catch {
    // Not Linux.
    return []
  }
}

function losses(netstat: string): string {
  const [names = [], values = []] = netstat.split('\n').map((line) => line.split(' '))
  const counts = names.map((name, index) => `${name} ${values[index]}`)
  return counts.filter((count) => /^(?:PAWS|Listen|TCPSynRetrans|TCPTimeouts|TCPReqQ)\S* [1-9]/.test(count)).join(', ')
}
