import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { tempFolder, writeProgram } from '../support/temp.ts'

// The state of a step is a variable that earlier programs of the job can change.

const entry = resolve(import.meta.dirname, '../../dist/post/index.js')

function post(root: string, folder: string, options: readonly string[] = []) {
  const env = {
    PATH: `${join(root, 'bin')}:/usr/bin:/bin`,
    HOME: root,
    RUNNER_TEMP: join(root, 'temp'),
    STATE_folder: folder,
  }
  const { status, stdout } = spawnSync(process.execPath, [...options, entry], { env, encoding: 'utf8' })
  return { status, stdout }
}

function setUp() {
  const root = tempFolder({ 'bin/': '', 'temp/': '', 'data/kept': 'kept' })
  for (const name of ['docker', 'docker-buildx', 'evil']) writeProgram(join(root, 'bin', name), `touch ${root}/ran`)
  return { root, ran: () => existsSync(join(root, 'ran')) }
}

it.each(['data', '.', 'temp', 'temp/../data'])('deletes no directory that a step did not create: %s', (name) => {
  const { root, ran } = setUp()
  const { status, stdout } = post(root, `${root}/${name}`)
  expect(status).toBe(0)
  expect(stdout).toMatch(/^::warning::Cannot clean up .*: it is not the directory of a step in .*\n$/)
  expect(existsSync(join(root, 'data/kept'))).toBe(true)
  expect(ran()).toBe(false)
})

it('follows no link', () => {
  const { root, ran } = setUp()
  symlinkSync(join(root, 'data'), join(root, 'temp/polyarch-abcdef'))
  expect(post(root, join(root, 'temp/polyarch-abcdef')).stdout).toMatch(/^::warning::.*: it is not a directory\n$/)
  expect(existsSync(join(root, 'data/kept'))).toBe(true)
  expect(ran()).toBe(false)
})

it('kills no process of a directory that a step did not create', async () => {
  const { root } = setUp()
  const folder = join(root, 'data')
  const other = spawn('sleep', ['60'], { env: { PATH: process.env['PATH'], POLYARCH_STEP: folder }, stdio: 'ignore' })
  const ended = new Promise((done) => other.once('exit', (_, signal) => done(signal)))
  await new Promise((done) => other.once('spawn', done))
  post(root, folder)
  other.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')
})

/** Runs the post step of a step that left `record`, while one of its processes is running. Returns how that ended, and whether post read /proc. */
async function postWithProcess(record: string | undefined) {
  const { root } = setUp()
  const folder = join(root, 'temp/polyarch-abcdef')
  mkdirSync(folder, { mode: 0o700 })
  if (record !== undefined) writeFileSync(join(folder, 'clean-up.jsonl'), record)
  const watch = `const fs = require('fs'); const read = fs.readdirSync
fs.readdirSync = (path, ...rest) => { if (path === '/proc') fs.writeFileSync('${root}/searched', ''); return read(path, ...rest) }`
  writeFileSync(join(root, 'watch.cjs'), watch)
  const left = spawn('sleep', ['60'], { env: { PATH: process.env['PATH'], POLYARCH_STEP: folder }, stdio: 'ignore' })
  const ended = new Promise((done) => left.once('exit', (_, signal) => done(signal)))
  await new Promise((done) => left.once('spawn', done))
  post(root, folder, ['--require', join(root, 'watch.cjs')])
  left.kill('SIGKILL')
  return { ended: await ended, searched: existsSync(join(root, 'searched')), left: existsSync(folder) }
}

it.runIf(process.platform === 'linux')('ends the processes of a step that was killed', async () => {
  expect(await postWithProcess(undefined)).toEqual({ ended: 'SIGTERM', searched: true, left: false })
})

it('searches no processes if main has emptied its record', async () => {
  expect(await postWithProcess('')).toMatchObject({ searched: false, left: false })
})

it('runs no program that a file names', () => {
  const { root, ran } = setUp()
  const folder = join(root, 'temp/polyarch-abcdef')
  mkdirSync(folder, { mode: 0o700 })
  const task = { version: 1, kind: 'builder', name: 'polyarch-abcdef', buildx: join(root, 'bin/evil'), env: {} }
  writeFileSync(join(folder, 'clean-up.jsonl'), `${JSON.stringify(task)}\n`)
  expect(post(root, folder).stdout).toMatch(/^::warning::Cannot clean up 1 entries of .*\n$/)
  expect(existsSync(folder)).toBe(false)
  expect(ran()).toBe(false)
})
