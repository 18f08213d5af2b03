import { createHash } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { arch } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { limits } from '../bounds/limits.ts'
import { paced } from '../bounds/paced.ts'
import { ActionError, messageOf } from '../errors/action-error.ts'
import type { Host, HttpResponse } from '../host/host.ts'
import type { BuildxRelease } from '../inputs/inputs.ts'
import { describeFailure } from '../registry/answers/errors.ts'
import {
  type HttpOutcome,
  readBody,
  toAnswerFailure,
  toConnectionFailure,
} from '../registry/transport/exchange-once.ts'
import { follow } from '../registry/transport/follow.ts'
import { retryRequest } from '../registry/transport/retry-request.ts'
import { type RetryPolicy, retryPolicy } from '../retry/backoff.ts'
import type { HttpFailure } from '../retry/failure.ts'
import { formatBytes } from '../text/bytes.ts'
import { installedVersion } from './buildx.ts'
import { buildxProgram, ownBuildxFolder, toolOfReleases } from './buildx-program.ts'

/** A release, and the number of retries of transient failures. */
export type WantedBuildx = BuildxRelease & { readonly retries: number }

/**
 * Returns the buildx binary of a release: the installed one if its version matches, else that of the tool cache, else it is downloaded, checked against the
 * checksums of the release and stored in the tool cache for later jobs. Binaries that other steps use are left untouched.
 *
 * @throws ActionError `download-failed`, `download-refused`, `content-mismatch`, `timed-out`
 */
export async function fetchBuildx(
  { version: asked, source, retries }: WantedBuildx,
  installed: string | undefined,
  host: Host,
): Promise<string> {
  const limit = AbortSignal.timeout(limits.buildxTime)
  const reach: Reach = {
    ...host,
    signal: AbortSignal.any([host.signal, limit]),
    policy: retryPolicy(retries),
  }
  try {
    // The checksum list contains the version, which saves a request: GitHub allows few without a token.
    const latest = asked === 'latest' ? await readChecksums(`${source}/latest/download`, reach) : undefined
    const version = latest === undefined ? asked : versionIn(latest, source)
    const found = await findRelease(version, installed, host)
    if (found !== undefined) return found
    const folder = `${source}/download/${version}`
    const checksums = latest ?? (await readChecksums(folder, reach))
    return await download({ version, folder, checksums }, reach)
  } catch (error) {
    if (!limit.aborted || host.signal.aborted) throw error
    throw new ActionError(
      'timed-out',
      `Cannot download buildx from ${source} within ${limits.buildxTime / 60_000} min`,
      {
        hint: 'Check the connection, or name a nearer server in `buildx-mirror`.',
        cause: error,
      },
    )
  }
}

type Reach = Host & { readonly policy: RetryPolicy }

/** Files of a release by name, each with its SHA-256 in hexadecimal. */
type Checksums = ReadonlyMap<string, string>

type Release = { readonly version: string; readonly folder: string; readonly checksums: Checksums }

async function findRelease(version: string, installed: string | undefined, host: Host): Promise<string | undefined> {
  if (installed !== undefined && (await installedVersion(host, installed)) === version) return installed
  if (!host.env['RUNNER_TOOL_CACHE']) return undefined
  const { find } = await import('@actions/tool-cache')
  const folder = find(toolOfReleases, version.slice(1), cacheKey(host))
  const path = join(folder, buildxProgram(host.os))
  return folder !== '' && existsSync(path) ? path : undefined
}

/** The system before the architecture, as in Docker's actions. */
function cacheKey({ os }: Pick<Host, 'os'>): string {
  return `${os}-${arch()}`
}

/** Parses `<sha256> *<file>` lines, the format of `shasum`; the asterisk is optional. */
async function readChecksums(folder: string, reach: Reach): Promise<Checksums> {
  const url = `${folder}/checksums.txt`
  const what = `Cannot read the checksums of buildx at ${url}`
  const { clock } = reach
  const read = (response: HttpResponse) =>
    readBody(response, { what, by: 'the server', limit: limits.checksums, clock })
  const text = (await get(url, reach, read)).toString('utf8')
  const entries = text.split(/\r?\n/).flatMap((line): readonly [string, string][] => {
    const [, digest, name] = /^([0-9a-f]{64}) [ *]?(\S{1,200})$/i.exec(line) ?? []
    return digest === undefined || name === undefined ? [] : [[name, digest.toLowerCase()]]
  })
  if (entries.length > 0) return new Map(entries)
  throw refused(what, `the answer is not a list of checksums${pageIn(text)}`)
}

function pageIn(text: string): string {
  return /^\s*</.test(text) ? ' but a web page' : ''
}

function versionIn(checksums: Checksums, source: string): string {
  const [version] = [...checksums.keys()].flatMap(
    (name) => /^buildx-(v\d{1,9}\.\d{1,9}\.\d{1,9}(?:-\w{1,40})?)\.[a-z]{1,20}-/.exec(name)?.[1] ?? [],
  )
  if (version !== undefined) return version
  throw refused(`Cannot find the latest version of buildx at ${source}`, 'its checksums name no file of buildx')
}

async function download({ version, folder, checksums }: Release, reach: Reach): Promise<string> {
  const name = fileOf(version, reach.os)
  const url = `${folder}/${name}`
  const expected = checksums.get(name)
  if (expected === undefined) {
    throw refused(`Cannot download ${url}`, `the release has no file of this name, for ${reach.os} on ${arch()}`)
  }
  const own = ownBuildxFolder(reach.tempDir)
  await mkdir(own, { recursive: true })
  const path = join(own, buildxProgram(reach.os))
  const { log } = reach
  const begun = reach.clock.now().getTime()
  for (let again = false; ; again = true) {
    const { digest, size } = await get(url, reach, (response) => save(response, path, reach))
    if (digest === expected) {
      const took = (reach.clock.now().getTime() - begun) / 1000
      log.info(`buildx ${version}: downloaded ${formatBytes(size)} from ${new URL(url).host} in ${took.toFixed(1)} s`)
      break
    }
    const found = `its SHA-256 is ${digest}, and the release says ${expected}`
    if (again) {
      throw new ActionError('content-mismatch', `Cannot use ${url}: ${found}`, {
        hint: 'A proxy or mirror changes or shortens the file. Name another server in `buildx-mirror`, or leave `buildx-version` empty.',
      })
    }
    log.info(`${url}: ${found}; perhaps transient, attempt 2 of 2`)
  }
  await keep(path, version, reach)
  // Not the copy in the tool cache, which another job may replace.
  return path
}

/** `buildx-v1.2.3.linux-amd64`: https://github.com/docker/buildx/releases */
function fileOf(version: string, os: NodeJS.Platform): string {
  const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm: 'arm-v7', ppc64: 'ppc64le' }
  const system = os === 'win32' ? 'windows' : os
  return `buildx-${version}.${system}-${architectures[arch()] ?? arch()}${os === 'win32' ? '.exe' : ''}`
}

async function save(
  { body }: HttpResponse,
  path: string,
  { signal, clock }: Reach,
): Promise<{ readonly digest: string; readonly size: number }> {
  const hash = createHash('sha256')
  let size = 0
  const now = () => clock.now().getTime()
  async function* measured(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of paced(content, { bytes: limits.blobProgress, time: limits.blobTime, now })) {
      size += chunk.length
      if (size > limits.buildxProgram) {
        throw refused('Cannot download buildx', `the file is larger than ${formatBytes(limits.buildxProgram)}`)
      }
      hash.update(chunk)
      yield chunk
    }
  }
  await pipeline(body, measured, createWriteStream(path, { mode: 0o700 }), { signal })
  return { digest: hash.digest('hex'), size }
}

/** Stores the binary for later jobs. Only they are affected if it fails. */
async function keep(path: string, version: string, { env, os, log }: Reach): Promise<void> {
  if (!env['RUNNER_TOOL_CACHE']) return
  const { cacheFile } = await import('@actions/tool-cache')
  try {
    await cacheFile(path, buildxProgram(os), toolOfReleases, version.slice(1), cacheKey({ os }))
  } catch (error) {
    log.info(`Cannot keep buildx ${version} in the tool cache: ${messageOf(error)}`)
  }
}

/** Downloads a URL and returns the result of `read`; transient failures are retried. */
async function get<T>(url: string, reach: Reach, read: (response: HttpResponse) => Promise<T>): Promise<T> {
  const { http, signal, clock, log, policy } = reach
  const what = `Cannot download ${url}`
  const { host } = new URL(url)
  const attempt = async (): Promise<HttpOutcome<T>> => {
    const headers = () => ({ 'accept-encoding': 'identity' })
    const sent = await follow(new URL(url), { http, signal, headers, refused: (found) => refused(what, found) })
    if (!sent.ok) return sent
    if (sent.value.status !== 200) return { ok: false, failure: await toAnswerFailure(sent.value, clock) }
    try {
      return { ok: true, value: await read(sent.value) }
    } catch (error) {
      sent.value.body.destroy()
      return { ok: false, failure: toConnectionFailure(error, signal) }
    }
  }
  return await retryRequest(
    { what, by: host, attempt, toError: (failure) => toError(failure, what, host) },
    { clock, log, signal, policy },
  )
}

function toError(failure: HttpFailure, what: string, host: string): ActionError {
  const found = describeFailure(failure, host)
  const passes = failure.kind === 'connection' || failure.status >= 500 || [408, 425, 429].includes(failure.status)
  if (!passes) return refused(what, found)
  return new ActionError('download-failed', `${what}: ${found}`, {
    hint: `Run the job again when ${host} answers, or name another server in \`buildx-mirror\`. A proxy is taken from HTTPS_PROXY.`,
  })
}

function refused(what: string, found: string): ActionError {
  return new ActionError('download-refused', `${what}: ${found}`, {
    hint: 'Check `buildx-version` against https://github.com/docker/buildx/releases, and `buildx-mirror`.',
  })
}
