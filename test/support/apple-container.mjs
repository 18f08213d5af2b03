#!/usr/bin/env node
// Apple's `container` as version 1.2.2 documents it: https://github.com/apple/container/blob/1.2.2/docs/command-reference.md
// It builds FROM scratch, COPY, ENV, CMD and RUN of `true` and `false`, and runs commands on this machine. APPLE_STATE is its directory;
// calls.jsonl in it has the arguments of each call.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

const state = process.env.APPLE_STATE
const args = process.argv.slice(2)
for (const folder of ['images', 'containers', 'blobs']) mkdirSync(join(state, folder), { recursive: true })
appendFileSync(join(state, 'calls.jsonl'), `${JSON.stringify(args)}\n`)

const services = join(state, 'running')
const withValue = {
  build: '--progress --platform --tag --file --target --build-arg --label --secret --ssh',
  'image save': '--platform --output',
  'image load': '--input',
  create:
    '--progress --name --platform --env-file --entrypoint --user --workdir --publish --volume --network --label --memory --cpus --shm-size --ulimit --cap-add --cap-drop --tmpfs',
  list: '--format',
  stop: '--time',
}
const flags = {
  build: '--pull --no-cache',
  'image delete': '--force',
  create: '--read-only --init',
  list: '--all',
  start: '--attach',
  delete: '--force',
  'system start': '--enable-kernel-install',
}

function fail(message, status = 1) {
  process.stderr.write(`Error: ${message}\n`)
  process.exit(status)
}

/** Options, and positional arguments from the first one on for a command that passes them through. */
function parse(command, given) {
  const [values, booleans] = [(withValue[command] ?? '').split(' '), (flags[command] ?? '').split(' ')]
  const options = {}
  const rest = []
  for (let index = 0; index < given.length; index += 1) {
    const arg = given[index]
    if (rest.length > 0 && command === 'create') rest.push(arg)
    else if (!arg.startsWith('-')) rest.push(arg)
    else if (values.includes(arg)) {
      options[arg] = [...(options[arg] ?? []), given[index + 1]]
      index += 1
    } else if (booleans.includes(arg)) options[arg] = [true]
    else fail(`Unknown option '${arg}'`, 64)
  }
  return { options, rest, one: (name) => options[name]?.[0] }
}

const put = (bytes) => {
  const digest = createHash('sha256').update(bytes).digest('hex')
  writeFileSync(join(state, 'blobs', digest), bytes)
  return { digest: `sha256:${digest}`, size: bytes.length }
}
const document = (value) => put(Buffer.from(JSON.stringify(value)))
/** Replaces a file as a whole, because other calls read it at any moment. */
function replace(path, text) {
  const written = join(state, `${process.pid}.new`)
  writeFileSync(written, text)
  renameSync(written, path)
}

const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
const blob = (digest) => readFileSync(join(state, 'blobs', digest.slice('sha256:'.length)))
const imagePath = (name) => join(state, 'images', encodeURIComponent(name))
const containerPath = (id) => join(state, 'containers', `${id}.json`)
const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds))

function tar(folder) {
  return spawnSync('tar', ['-C', folder, '-cf', '-', ...readdirSync(folder)], { maxBuffer: 1 << 26 }).stdout
}

function build(given) {
  const { options, rest, one } = parse('build', given)
  const [context] = rest
  const platform = one('--platform')
  const text = readFileSync(one('--file') ?? join(context, 'Dockerfile'), 'utf8')
  for (const secret of options['--secret'] ?? []) {
    const [, source] = /^id=[^,]+,(?:src|env)=(.+)$/.exec(secret) ?? []
    if (source === undefined) fail(`secret bad value ${secret}`, 64)
    appendFileSync(join(state, 'secrets'), existsSync(source) ? readFileSync(source) : (process.env[source] ?? ''))
  }
  const log = (line) => process.stderr.write(`${line}\n`)
  const files = mkdtempSync(join(tmpdir(), 'apple-build-'))
  const config = { Env: [], Labels: Object.fromEntries((options['--label'] ?? []).map((label) => label.split(/=(.*)/s))) }
  const history = []
  const lines = text.split('\n')
  const count = lines.filter((line) => /^(COPY|RUN)/.test(line)).length
  let step = 0
  for (const [index, line] of lines.entries()) {
    const [word, ...more] = line.trim().split(/\s+/)
    if (word === 'COPY' || word === 'RUN') {
      step += 1
      log(`#${step + 3} [${step}/${count}] ${line}`)
      history.push({ created_by: line })
    }
    if (word === 'COPY') {
      const target = join(files, more[1])
      mkdirSync(dirname(target), { recursive: true })
      copyFileSync(join(context, more[0]), target)
    } else if (word === 'ENV') config.Env.push(more.join(' '))
    else if (word === 'CMD') config.Cmd = JSON.parse(more.join(' '))
    else if (word === 'RUN' && more[0] === 'false') {
      const error = `process "/bin/sh -c ${more.join(' ')}" did not complete successfully: exit code: 1`
      log(`#${step + 3} 0.112 it went wrong`)
      log(`#${step + 3} ERROR: ${error}`)
      log('------')
      log(`Dockerfile:${index + 1}`)
      log('--------------------')
      log(`   ${index + 1} | >>> ${line}`)
      log('--------------------')
      fail(`unknown: "failed to solve: ${error}"`)
    }
    if (word === 'COPY' || word === 'RUN') log(`#${step + 3} DONE 0.1s`)
  }
  const layer = tar(files)
  rmSync(files, { recursive: true })
  const [os, architecture, variant] = platform.split('/')
  const where = { os, architecture, ...(variant === undefined ? {} : { variant }) }
  const diffId = `sha256:${createHash('sha256').update(layer).digest('hex')}`
  const configBlob = document({ ...where, config, rootfs: { type: 'layers', diff_ids: [diffId] }, history: [{ created_by: 'COPY' }] })
  const type = 'application/vnd.oci.image'
  const manifest = document({
    schemaVersion: 2,
    mediaType: `${type}.manifest.v1+json`,
    config: { mediaType: `${type}.config.v1+json`, ...configBlob },
    layers: [{ mediaType: `${type}.layer.v1.tar+gzip`, ...put(gzipSync(layer)) }],
  })
  const index = document({
    schemaVersion: 2,
    mediaType: `${type}.index.v1+json`,
    manifests: [{ mediaType: `${type}.manifest.v1+json`, ...manifest, platform: where }],
  })
  for (const name of options['--tag']) {
    replace(imagePath(name), JSON.stringify({ mediaType: `${type}.index.v1+json`, ...index }))
  }
  console.log(options['--tag'].join('\n'))
}

function save(given) {
  const { rest, one } = parse('image save', given)
  const [name] = rest
  if (!existsSync(imagePath(name))) fail('invalidArgument: "failed to save image(s)"')
  const root = read(imagePath(name))
  const found = JSON.parse(blob(root.digest)).manifests.some(({ platform }) => Object.values(platform).join('/') === one('--platform'))
  if (!found) fail(`invalidArgument: "image ${name} has no content for platform ${one('--platform')}"`)
  const folder = mkdtempSync(join(tmpdir(), 'apple-save-'))
  cpSync(join(state, 'blobs'), join(folder, 'blobs/sha256'), { recursive: true })
  const annotations = { 'com.apple.containerization.image.name': name, 'org.opencontainers.image.ref.name': name }
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [{ ...root, annotations }] }))
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  writeFileSync(one('--output'), tar(folder))
  rmSync(folder, { recursive: true })
}

function load(given) {
  const { one } = parse('image load', given)
  const folder = mkdtempSync(join(tmpdir(), 'apple-load-'))
  spawnSync('tar', ['-C', folder, '-xf', one('--input')])
  for (const entry of read(join(folder, 'index.json')).manifests) {
    const name = entry.annotations['com.apple.containerization.image.name'] ?? entry.annotations['io.containerd.image.name']
    replace(imagePath(name), JSON.stringify(entry))
  }
  rmSync(folder, { recursive: true })
}

function create(given) {
  const { options, rest, one } = parse('create', given)
  const [image, ...words] = rest
  if (!existsSync(imagePath(image))) fail(`notFound: "image ${image} not found"`)
  const env = Object.fromEntries(
    readFileSync(one('--env-file'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(/=(.*)/s)),
  )
  const manifest = JSON.parse(blob(JSON.parse(blob(read(imagePath(image)).digest)).manifests[0].digest))
  const { Cmd = [] } = JSON.parse(blob(manifest.config.digest)).config
  const entrypoint = options['--entrypoint'] ?? []
  const command = [...entrypoint, ...(words.length > 0 || entrypoint.length > 0 ? words : Cmd)]
  replace(containerPath(one('--name')), JSON.stringify({ env, command, ports: options['--publish'] ?? [], state: 'stopped' }))
  console.log(one('--name'))
}

function containerOf(id, what) {
  if (existsSync(containerPath(id))) return read(containerPath(id))
  return fail(`${what} failed: notFound: "container with ID ${id} not found"`)
}

async function start(given) {
  const [id] = parse('start', given).rest
  const container = containerOf(id, 'start')
  if (container.ports.some((port) => port.includes(':81:'))) fail('internalError: "failed to bootstrap container" (cause: "bind: Address already in use (errno: 48)")')
  const out = openSync(join(state, 'containers', `${id}.log`), 'a')
  const [program, ...words] = container.command
  const child = spawn(program, words, { stdio: ['ignore', out, out], env: { PATH: process.env.PATH, ...container.env } })
  const startedDate = '2026-08-07T22:17:54Z'
  replace(containerPath(id), JSON.stringify({ ...container, state: 'running', pid: child.pid, startedDate }))
  const exit = await new Promise((done) => child.on('exit', (code, signal) => done(code ?? (signal === 'SIGKILL' ? 137 : 143))))
  if (existsSync(containerPath(id))) replace(containerPath(id), JSON.stringify({ ...container, state: 'stopped', startedDate }))
  process.exit(exit)
}

function list() {
  const ids = readdirSync(join(state, 'containers')).filter((name) => name.endsWith('.json')).map((name) => basename(name, '.json'))
  const entries = ids.map((id) => {
    const { state: now, startedDate } = read(containerPath(id))
    const networks = now === 'running' ? [{ network: 'default', hostname: id, ipv4Address: '127.0.0.1/24', ipv4Gateway: '127.0.0.254' }] : []
    return { id, configuration: { id }, status: { state: now, networks, startedDate } }
  })
  console.log(JSON.stringify(entries))
}

async function kill(id, what) {
  const { pid, state: now } = containerOf(id, what)
  if (now !== 'running') return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
  for (let waited = 0; waited < 100 && read(containerPath(id)).state === 'running'; waited += 1) await sleep(20)
}

async function run() {
  if (args[0] === '--version') return console.log('container CLI version 1.2.2 (build: release, commit: 0190097)')
  const isPair = args[0] === 'system' || args[0] === 'image'
  const command = args.slice(0, isPair ? 2 : 1).join(' ')
  const given = args.slice(isPair ? 2 : 1)
  if (command === 'system status') return existsSync(services) ? console.log('status running') : process.exit(1)
  if (command === 'system start') return writeFileSync(services, '')
  if (!existsSync(services)) fail('interrupted: "XPC connection error: Connection invalid"')
  const { rest } = parse(command, given)
  switch (command) {
    case 'system stop':
      return rmSync(services)
    case 'build':
      return build(given)
    case 'image save':
      return save(given)
    case 'image load':
      return load(given)
    case 'image delete':
      return rmSync(imagePath(rest[0]), { force: true })
    case 'create':
      return create(given)
    case 'start':
      return start(given)
    case 'list':
      return list()
    case 'logs':
      containerOf(rest[0], 'logs')
      return process.stdout.write(readFileSync(join(state, 'containers', `${rest[0]}.log`)))
    case 'stop':
      return kill(rest[0], 'stop')
    case 'delete':
      await kill(rest[0], 'delete')
      return rmSync(containerPath(rest[0]))
    default:
      return fail(`Unknown command ${command}`, 64)
  }
}

await run()
