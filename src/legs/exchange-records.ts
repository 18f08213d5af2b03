import { limits } from '../bounds/limits.ts'
import { parallel } from '../bounds/parallel.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { pause } from '../host/pause.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { LegRecord } from '../ledger/leg-record.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Platform } from '../oci/types.ts'
import type { PlannedLeg } from '../plan/leg.ts'
import { type Judged, judgeRecords, twice } from './judge-records.ts'

export type ExchangeOptions = {
  readonly leg: PlannedLeg
  /** The platforms of this job. */
  readonly share: readonly Platform[]
  readonly host: Pick<Host, 'log' | 'clock' | 'signal'>
}

/** The records that this job sees after it has written its own. */
export type Exchanged = Judged & {
  /** Whether the storage does not show its own records: another job has joined the image and deleted them, or the storage is slow. */
  readonly isOwnHidden: boolean
  /** Milliseconds after which the storage shows a record. */
  readonly lag: number
}

/** Maximum number of records that are written concurrently. */
const recordsAtOnce = 4

/** Milliseconds before each further look for the records of other jobs. */
const waits = [1000, 2000, 4000, 8000]

/**
 * Writes the records of this job, unless a later attempt has done so.
 *
 * @throws ActionError `legs-differ`, `cancelled`, and those of the ledger
 */
export async function writeRecords(
  ledger: Ledger,
  records: readonly LegRecord[],
  { leg, share, host }: ExchangeOptions,
): Promise<void> {
  const write = async (record: LegRecord) => {
    let twin: LegRecord | undefined
    await ledger.record(record, (existing) => {
      twin = judgeRecords([existing], { leg, share }).twin
      if (twin !== undefined) return false
      const isLater = existing.attempt > record.attempt
      if (isLater) host.log.info(`${nameOf(record)} is already recorded by attempt ${existing.attempt}`)
      return !isLater
    })
    if (twin !== undefined) await rejectTwin(ledger, record, host)
  }
  await parallel(recordsAtOnce, records, write, { signal: host.signal })
}

/**
 * Marks the record of a platform that two jobs build, so that no job joins the image with one of the two.
 *
 * @throws ActionError `legs-differ`, always
 */
async function rejectTwin(ledger: Ledger, record: LegRecord, { log }: ExchangeOptions['host']): Promise<never> {
  try {
    await ledger.record({ ...record, isAmbiguous: true }, (existing) => existing.attempt <= record.attempt)
  } catch (error) {
    if (!(error instanceof ActionError) || error.code === 'cancelled') throw error
    log.debug(error.message)
  }
  throw twice(record)
}

/**
 * Reads the records of all jobs, of which `own` are those of this job. While some are missing, or those of earlier attempts
 * may be replaced, reads them again for a limited time: the storage may show the record of a job that ended a moment ago
 * only later, and no other job would then join the image. `lag` is that of an earlier call.
 *
 * @throws ActionError `legs-differ`, `cancelled`, and those of the ledger
 */
export async function readRecords(
  ledger: Ledger,
  own: readonly LegRecord[],
  { leg, share, host, lag: known = limits.legWait }: ExchangeOptions & { readonly lag?: number },
): Promise<Exchanged> {
  // Storage may show the record of an earlier attempt first.
  const newest = new Map(own.map((record) => [nameOf(record), record]))
  const isCurrent = (name: string) => (newest.get(name)?.attempt ?? 0) >= leg.job.attempt
  const look = async (): Promise<Omit<Exchanged, 'lag'>> => {
    const names = own.map(nameOf)
    const wanted = leg.platforms.filter((platform) => {
      const name = formatPlatform(platform)
      return names.includes(name) || !isCurrent(name)
    })
    const collected = await ledger.collect(wanted)
    for (const record of collected) {
      if (record.attempt >= (newest.get(nameOf(record))?.attempt ?? 0)) newest.set(nameOf(record), record)
    }
    const shown = collected.filter(({ attempt }) => attempt >= leg.job.attempt).map(nameOf)
    const isOwnHidden = !names.every((name) => shown.includes(name))
    const judged = judgeRecords([...newest.values()], { leg, share })
    const { twin } = judged
    if (twin !== undefined) {
      const mine = own.find((record) => nameOf(record) === nameOf(twin))
      throw mine === undefined ? twice(twin) : await rejectTwin(ledger, mine, host)
    }
    return { ...judged, isOwnHidden }
  }
  let seen = await look()
  const lag = seen.isOwnHidden ? limits.legLag : known
  let waited = 0
  for (const wait of waits) {
    if ((seen.missing.length === 0 && !usesEarlierAttempts(seen, leg)) || waited + wait > lag) break
    await pause(wait, host)
    waited += wait
    seen = await look()
  }
  return { ...seen, lag }
}

/** Whether some records are of earlier attempts, so that their jobs may be running again. */
export function usesEarlierAttempts({ records }: Judged, { job }: PlannedLeg): boolean {
  return records.some(({ attempt }) => attempt < job.attempt)
}

function nameOf({ platform }: LegRecord): string {
  return formatPlatform(platform)
}
