import { readFileSync } from 'node:fs'
import type { ContainerOptions } from './container-options.ts'

type Ulimits = ContainerOptions['ulimits']

/** The limits that Podman raises for every container. */
const raised = { nofile: 'Max open files', nproc: 'Max processes' } as const

/**
 * Returns the limits of this process for the resources whose limits Podman raises, without those that are given. Podman requests more than its
 * own limits; a machine without CAP_SYS_RESOURCE then fails with `error setting rlimit`.
 */
export function ownLimits(given: Ulimits): Ulimits {
  return limitsIn(readFileSync('/proc/self/limits', 'utf8')).filter(({ name }) =>
    given.every((one) => one.name !== name),
  )
}

/** Returns these limits from the kernel's table. https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html */
export function limitsIn(table: string): Ulimits {
  return Object.entries(raised).flatMap(([name, title]) => {
    const line = table.split('\n').find((one) => one.startsWith(`${title} `))
    const [soft, hard] = (line?.slice(title.length).trim().split(/\s+/) ?? []).map(numberOf)
    return soft === undefined || hard === undefined ? [] : [{ name, soft, hard }]
  })
}

/** Whether a container did not start because its limits cannot be set. */
export function isLimitRefused(reason: string): boolean {
  return /setting rlimits?\b/.test(reason)
}

function numberOf(text: string): number | undefined {
  if (text === 'unlimited') return -1
  return /^\d+$/.test(text) ? Number(text) : undefined
}
