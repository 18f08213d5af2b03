import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { createJob } from '../test/e2e/support/action.ts'
import type { Begun, Case } from './case.ts'
import { runQuietly } from './sides.ts'

const rounds = 15
const dist = resolve(import.meta.dirname, '../dist')

/** From the start of main to its first request, and all of post, against a Node process that does nothing. */
export function startCases(): readonly Case[] {
  return (['main to its first request', 'post'] as const).map((name) => ({
    group: 'start',
    name,
    needs: [],
    begin: () => begin(name),
  }))
}

async function begin(name: 'main to its first request' | 'post'): Promise<Begun> {
  const asked = { first: () => {} }
  const server = createServer((_, response) => {
    asked.first()
    response.writeHead(403).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const job = createJob({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' }, { DOCKER_HOST: `tcp://${host}` })
  const env = {
    ...job.env,
    INPUT_PLATFORMS: 'linux/amd64',
    INPUT_PUSH: 'true',
    INPUT_RETRIES: '0',
    INPUT_TAGS: `${host}/acme/app:1`,
    // Given explicitly: `auto` would search Podman too.
    INPUT_ENGINE: 'buildx',
    STATE_folder: join(job.temp, 'polyarch-abc123'),
  }
  const running = { ended: Promise.resolve() as Promise<unknown> }

  /** Returns at the first request of main; its end is awaited before the next run. */
  async function startMain(): Promise<void> {
    const request = new Promise<void>((done) => {
      asked.first = done
    })
    const child = spawn(process.execPath, [join(dist, 'main/index.js')], { cwd: job.workspace, env, stdio: 'ignore' })
    running.ended = once(child, 'close')
    await Promise.race([
      request,
      running.ended.then(() => {
        throw new Error('main ended without a request')
      }),
    ])
  }

  /** Writes what main leaves for later steps: files, and nothing to undo. */
  function leaveFiles(): void {
    mkdirSync(join(env.STATE_folder, 'kept'), { recursive: true, mode: 0o700 })
    writeFileSync(join(env.STATE_folder, 'clean-up.jsonl'), '')
    writeFileSync(join(env.STATE_folder, 'kept', 'bake.json'), '{}')
  }

  const node = (...args: readonly string[]) => runQuietly(process.execPath, args, { cwd: job.workspace, env })

  return {
    contest: {
      name,
      rounds,
      ours: name === 'post' ? () => node(join(dist, 'post/index.js')) : startMain,
      rivals: [{ name: '`node -e 0`', run: () => node('-e', '0') }],
      prepare: async () => {
        await running.ended
        leaveFiles()
      },
    },
    end: async () => {
      await running.ended
      server.close()
      job.remove()
    },
  }
}
