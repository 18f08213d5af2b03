import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type Job, readCommandFile } from '../test/e2e/support/action.ts'

/** The parts of an action.yml that a runner needs. */
type Definition = {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
  readonly runs: { readonly main: string; readonly post?: string }
}

/** The files in which an action leaves its results for the runner. */
const files = ['OUTPUT', 'STATE', 'STEP_SUMMARY', 'ENV', 'PATH'] as const

/**
 * Runs another action as a runner does: main with its inputs and defaults, then post with its state. Returns the outputs. `directory` holds its
 * action.yml and bundles.
 */
export async function runAction(
  directory: string,
  job: Job,
  inputs: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const { inputs: declared, runs } = parse(readFileSync(join(directory, 'action.yml'), 'utf8')) as Definition
  const paths = Object.fromEntries(files.map((name) => [`GITHUB_${name}`, join(job.temp, '..', name)]))
  for (const path of Object.values(paths)) writeFileSync(path, '')
  const defaults = Object.entries(declared).map(([name, { default: value = '' }]) => [
    name,
    // The only expressions in defaults are tokens.
    value.includes('${{') ? 'none' : value,
  ])
  const all: Record<string, string> = { ...Object.fromEntries(defaults), ...inputs }
  const env = {
    ...job.env,
    ...paths,
    ...Object.fromEntries(Object.entries(all).map(([name, value]) => [variableOf('INPUT', name), value])),
  }
  await runNode(join(directory, runs.main), job, env)
  const state = Object.entries(readCommandFile(paths['GITHUB_STATE'] ?? ''))
  if (runs.post !== undefined) {
    const states = Object.fromEntries(state.map(([name, value]) => [`STATE_${name}`, value]))
    await runNode(join(directory, runs.post), job, { ...env, ...states })
  }
  return readCommandFile(paths['GITHUB_OUTPUT'] ?? '')
}

function variableOf(prefix: string, name: string): string {
  return `${prefix}_${name.replaceAll(' ', '_').toUpperCase()}`
}

async function runNode(entry: string, job: Job, env: Readonly<Record<string, string>>): Promise<void> {
  if (!existsSync(entry)) throw new Error(`${entry} does not exist`)
  const child = spawn(process.execPath, [entry], { cwd: job.workspace, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`${entry} exited with ${status}:\n${log}`)
}

/** GitHub's API on loopback, which answers at once: every action asks it for the repository. */
export type GithubApi = { readonly url: string; readonly close: () => void }

export async function startGithubApi(): Promise<GithubApi> {
  const repository = {
    ...{ name: 'app', full_name: 'acme/app', description: 'An app', html_url: 'https://github.com/acme/app' },
    ...{ private: false, default_branch: 'main', license: { spdx_id: 'Apache-2.0' } },
  }
  const server = createServer((request, response) => {
    const body = request.url?.includes('/commits/')
      ? { commit: { committer: { date: '2026-01-02T03:04:05Z' } } }
      : repository
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}
