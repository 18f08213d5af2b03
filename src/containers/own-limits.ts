import { readFileSync } from 'node:fs'
import type { ContainerOptions } from './container-options.ts'

type Ulimits = ContainerOptions['ulimits']

/** The limits that Podman raises for every container, and the values of a machine without a limit. A service of Podman has no more processes than this itself. */
const raised = [
  { name: 'nofile', title: 'Max open files', most: 1_048_576 },
  { name: 'nproc', title: 'Max processes', most: 32_768 },
] as const

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
  return raised.flatMap(({ name, title, most }) => {
    const line = table.split('\n').find((one) => one.startsWith(`${title} `))
    const [soft, hard] = (line?.slice(title.length).trim().split(/\s+/) ?? []).map((text) => numberOf(text, most))
    return soft === undefined || hard === undefined ? [] : [{ name, soft, hard }]
  })
}

/** Whether a container did not start because its limits cannot be set. */
export function isLimitRefused(reason: string): boolean {
  return /setting rlimits?\b|\bsetrlimit\b/.test(reason)
}

function numberOf(text: string, most: number): number | undefined {
  if (text === 'unlimited') return most
  return /^\d+$/.test(text) ? Math.min(Number(text), most) : undefined
}
