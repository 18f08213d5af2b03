import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { createJob } from '../test/e2e/support/action.ts'
import { runContest } from './pairs.ts'
import { runQuietly } from './sides.ts'

// From the start of main to its first request, and all of post, against a Node process that does nothing.
const rounds = Number(process.argv[2] ?? 15)
const dist = resolve(process.argv[3] ?? join(import.meta.dirname, '../dist'))

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

try {
  console.log(
    '| start | rounds | the step | `node -e 0` | ratio: min / median / max |\n| --- | --- | --- | --- | --- |',
  )
  for (const [name, ours] of [
    ['main to its first request', startMain],
    ['post', () => node(join(dist, 'post/index.js'))],
  ] as const) {
    const outcomes = await runContest({
      name,
      rounds,
      ours,
      rivals: [{ name: 'node', run: () => node('-e', '0') }],
      prepare: async () => {
        await running.ended
        leaveFiles()
      },
    })
    for (const { ours: mine, theirs, ratio } of outcomes) {
      const ratios = [ratio.min, ratio.median, ratio.max].map((value) => value.toFixed(2)).join(' / ')
      console.log(`| ${name} | ${rounds} | ${mine.toFixed(0)} ms | ${theirs.toFixed(0)} ms | ${ratios} |`)
    }
  }
} finally {
  await running.ended
  server.close()
  job.remove()
}
