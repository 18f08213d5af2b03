import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createJob, type Job } from '../test/e2e/support/action.ts'
import { part } from '../test/e2e/support/rig.ts'
import { type Case, type MakeCases, slug } from './case.ts'
import { runCrane } from './crane.ts'
import type { Peers } from './peers.ts'
import { type Build, measureMemory, otherDist, removeImage, runBare, runOurs } from './sides.ts'

const three = ['linux/amd64', 'linux/arm64', 'linux/arm/v7']
const two = ['linux/amd64', 'linux/arm64']
const megabyte = 1024 * 1024
const inputs = { engine: 'embedded' }

/**
 * Typical uses of the embedded engine, compared with buildx and crane. The content is new for each run, so that it is in no cache and no
 * registry.
 */
export const embeddedCases: MakeCases = (peers) => {
  const embeddedCase = (name: string, options: EmbeddedCase) => caseOf(name, options, peers)
  const fileCase = (name: string, { rounds, megabytes }: { readonly rounds: number; readonly megabytes: number }) =>
    embeddedCase(name, {
      rounds,
      isLong: true,
      platforms: ['linux/amd64'],
      dockerfile: 'FROM scratch\nCOPY data /app\nENTRYPOINT ["/app"]\n',
      fill: (job) => writeBinary(join(job.workspace, 'data'), megabytes),
      layerOf: () => ['data', 'app'],
    })
  return [
    embeddedCase('three new binaries of 2 MB', {
      rounds: 9,
      platforms: three,
      dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY app-$TARGETARCH /app\nENTRYPOINT ["/app"]\n',
      fill: (job) => {
        for (const name of ['amd64', 'arm64', 'arm']) writeBinary(join(job.workspace, `app-${name}`), 2)
      },
      layerOf: (platform) => [`app-${platform.split('/')[1]}`, 'app'],
    }),
    embeddedCase('20,000 small files, 200 of them new, two platforms', {
      rounds: 5,
      isLong: true,
      platforms: two,
      dockerfile: 'FROM scratch\nCOPY files /app\nENTRYPOINT ["/app"]\n',
      fill: (job) => writeSmallFiles(join(job.workspace, 'files')),
      layerOf: () => ['files', 'app'],
    }),
    embeddedCase('100,000 small files, 500 of them new', {
      rounds: 3,
      isLong: true,
      platforms: ['linux/amd64'],
      dockerfile: 'FROM scratch\nCOPY files /app\nENTRYPOINT ["/app"]\n',
      fill: (job) => writeSmallFiles(join(job.workspace, 'files'), { folders: 500, files: 200 }),
      layerOf: () => ['files', 'app'],
    }),
    embeddedCase('1,000 ignore patterns, 20,000 small files, 200 of them new', {
      rounds: 3,
      isLong: true,
      platforms: ['linux/amd64'],
      dockerfile: 'FROM scratch\nCOPY files /app\nENTRYPOINT ["/app"]\n',
      fill: (job) => {
        writeSmallFiles(join(job.workspace, 'files'))
        writeFileSync(join(job.workspace, '.dockerignore'), `${ignorePatterns(1000).join('\n')}\n`)
      },
      layerOf: () => ['files', 'app'],
    }),
    fileCase('a new file of 520 MB', { rounds: 3, megabytes: 520 }),
    fileCase('a new file of 2 GB', { rounds: 1, megabytes: 2000 }),
    unchangedCase('an unchanged file of 1 GB', { rounds: 3, megabytes: 1000 }, peers),
  ]
}

/** The file is in the image that the tag refers to. Each side has a tag of its own, since other programs compress differently. */
function unchangedCase(
  name: string,
  { rounds, megabytes }: { readonly rounds: number; readonly megabytes: number },
  peers: Peers,
): Case {
  return {
    group: 'embedded',
    name,
    needs: ['docker', 'registry'],
    isLong: true,
    begin: async () => {
      const job = createJob(
        { Dockerfile: 'FROM scratch\nCOPY data /app\nENTRYPOINT ["/app"]\n' },
        { DOCKER_HOST: part('docker').host },
      )
      const buildOf = (tag: string): Build => ({
        ...{ job, platforms: ['linux/amd64'], inputs },
        reference: `${part('registry').host}/bench/embedded-unchanged-${tag}:1`,
      })
      const [build, bare] = [buildOf('step'), buildOf('buildx')]
      writeBinary(join(job.workspace, 'data'), megabytes)
      await runOurs(build)
      await runBare(bare)
      const peak = await measureMemory(build)
      return {
        contest: {
          name,
          rounds,
          prepare: () => {},
          ours: () => runOurs(build),
          rivals: [
            { name: '`docker buildx build`', run: () => runBare(bare) },
            { name: 'the step with `no-cache`', run: () => runOurs(build, { 'no-cache': 'true' }) },
            ...otherDist(peers, (dist) => runOurs({ ...build, dist })),
          ],
        },
        peak,
        end: () => removeImage(bare).finally(job.remove),
      }
    },
  }
}

type EmbeddedCase = {
  readonly rounds: number
  readonly platforms: readonly string[]
  readonly dockerfile: string
  /** Creates new content. */
  readonly fill: (job: Job) => void
  /** The file of a platform's layer: its name in the context, and in the image. */
  readonly layerOf: (platform: string) => readonly [string, string]
  readonly isLong?: boolean
}

function caseOf(
  name: string,
  { rounds, platforms, dockerfile, fill, layerOf, isLong = false }: EmbeddedCase,
  { crane, dist }: Peers,
): Case {
  return {
    group: 'embedded',
    name,
    needs: ['docker', 'registry'],
    isLong,
    begin: async () => {
      const job = createJob({ Dockerfile: dockerfile }, { DOCKER_HOST: part('docker').host })
      const build: Build = {
        job,
        reference: `${part('registry').host}/bench/embedded-${slug(name)}:1`,
        platforms,
        inputs,
      }
      fill(job)
      const peak = await measureMemory(build)
      return {
        contest: {
          name,
          rounds,
          prepare: () => fill(job),
          ours: () => runOurs(build),
          rivals: [
            { name: '`docker buildx build`', run: () => runBare(build) },
            ...(crane === undefined ? [] : [{ name: 'crane', run: () => runCrane(crane, build, layerOf) }]),
            ...otherDist({ dist }, (other) => runOurs({ ...build, dist: other })),
          ],
        },
        peak,
        end: () => removeImage(build).finally(job.remove),
      }
    },
  }
}

/** Patterns of several kinds, which match no file: all sides build the same image. */
function ignorePatterns(count: number): readonly string[] {
  const kinds = [
    (number: number) => `**/name-${number}`,
    (number: number) => `**/*.ext${number}`,
    (number: number) => `files/folder-${number % 200}/cache-${number}/*`,
    (number: number) => `**/tmp*${number}/**/*.js`,
    (number: number) => `!files/kept-${number}`,
  ]
  return Array.from({ length: count }, (_, number) => kinds[number % kinds.length]?.(number) ?? '')
}

/** Machine code as in binaries: Node's own, from a random position, with something new in each megabyte. */
function writeBinary(path: string, megabytes: number): void {
  const code = readFileSync(process.execPath)
  const file = openSync(path, 'w')
  let at = randomBytes(4).readUInt32LE() % (code.length - megabyte)
  for (let written = 0; written < megabytes; written++) {
    writeSync(file, randomBytes(32))
    writeSync(file, code, at, megabyte - 32)
    at = (at + megabyte) % (code.length - megabyte)
  }
  closeSync(file)
}

/** Directories with files of some kilobytes, as source files and node_modules have them; after the first run, one file in each directory changes. */
function writeSmallFiles(root: string, { folders, files } = { folders: 200, files: 100 }): void {
  const text = readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')
  const perFolder = existsSync(root) ? 1 : files
  for (let folder = 0; folder < folders; folder++) {
    mkdirSync(join(root, `folder-${folder}`), { recursive: true })
    for (let file = 0; file < perFolder; file++) {
      const number = folder * files + file
      const start = (number * 997) % (text.length - 4000)
      const content = `// ${randomBytes(8).toString('hex')}\n${text.slice(start, start + 500 + ((number * 7919) % 3500))}`
      writeFileSync(join(root, `folder-${folder}`, `file-${file}.js`), content)
    }
  }
}
