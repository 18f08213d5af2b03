import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixSeed } from './seeded-part.ts'

/** An address at which no Docker daemon answers. */
export const noDocker = 'unix:///nonexistent/docker.sock'

/** The variables that tests see: what a process needs to run, what the test runner sets, and the tests' own switches. */
const kept =
  /^(?:PATH|PATHEXT|TMPDIR|TMP|TEMP|TZ|LANG|LANGUAGE|LC_\w+|TERM|COLORTERM|COLUMNS|NO_COLOR|FORCE_COLOR|FORCE_TTY|CI|NODE_ENV|NODE_OPTIONS|NODE_V8_COVERAGE|VITEST\w*|POLYARCH_\w+|SystemRoot|SystemDrive|windir|ComSpec|ProgramData|ProgramFiles.*|NUMBER_OF_PROCESSORS|PROCESSOR_\w+|OS)$/i

/** Whether tests see the variable `name` of the machine's environment. */
export function isKept(name: string): boolean {
  return kept.test(name)
}

/**
 * `env` as tests see it: an empty home directory, and nothing of the machine's daemons, sockets, credentials, proxies,
 * configuration of Git and npm, and of the runner that runs the tests.
 */
export function ownEnvironment(env: NodeJS.ProcessEnv, home: string): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => isKept(name))),
    HOME: home,
    USERPROFILE: home,
    APPDATA: join(home, 'AppData'),
    LOCALAPPDATA: join(home, 'AppData'),
    XDG_RUNTIME_DIR: join(home, 'run'),
    // /etc/gitconfig is the machine's too.
    GIT_CONFIG_NOSYSTEM: '1',
    DOCKER_HOST: noDocker,
  }
}

/** Bytes that the files of all tests can take at once, with room to spare. */
const enough = 4 * 1024 ** 3

/** Removes the directories of runs that were killed more than an hour ago: in memory they would stay until the machine restarts. */
export function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = /^polyarch-tests-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue
    const path = join(parent, name)
    if (Date.now() - statSync(path).mtimeMs > 3_600_000) rmSync(path, { recursive: true, force: true })
  }
}

/**
 * A new directory in memory for the temporary files of the tests, which create tens of thousands of small files: a third of the processor
 * time of a disk. Undefined if the file system is not in memory, is small, or does not let programs run.
 */
export function makeFolderInMemory(parent = '/dev/shm'): string | undefined {
  let folder: string | undefined
  try {
    const { type, bavail, bsize } = statfsSync(parent)
    // The magic number of tmpfs.
    if (type !== 0x01021994 || Math.min(bavail * bsize, freemem()) < enough) return undefined
    removeAbandoned(parent)
    folder = mkdtempSync(join(parent, `polyarch-tests-${process.pid}-`))
    // Some tests run programs as another user.
    chmodSync(folder, 0o755)
    const program = join(folder, 'program')
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 })
    execFileSync(program)
    rmSync(program)
    return folder
  } catch {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    return undefined
  }
}

/** Vitest's global setup: the workers, which inherit the environment, start after it. Removes the home at the end. */
export function setup(): () => void {
  // The daemons of a rig do not see directories in memory.
  const isAlone = process.env['POLYARCH_RIG'] === 'none' && process.env['TMPDIR'] === undefined
  const inMemory = isAlone ? makeFolderInMemory() : undefined
  if (inMemory !== undefined) process.env['TMPDIR'] = inMemory
  const home = mkdtempSync(join(tmpdir(), 'polyarch-home-'))
  mkdirSync(join(home, 'run'), { mode: 0o700 })
  const own = ownEnvironment(process.env, home)
  for (const name of Object.keys(process.env)) if (!(name in own)) delete process.env[name]
  Object.assign(process.env, own)
  fixSeed()
  return () => {
    rmSync(home, { recursive: true, force: true })
    if (inMemory !== undefined) rmSync(inMemory, { recursive: true, force: true })
  }
}
