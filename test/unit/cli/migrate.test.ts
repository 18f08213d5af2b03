import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeWorkflowFile } from '../../../src/cli/workflow-files.ts'
import { commandLine } from '../../support/command-line.ts'

const workflow = `on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-qemu-action@v3
      - uses: docker/build-push-action@v6
        with:
          context: .
          tags: acme/app:1
`
const migrated = workflow.replace(/.*qemu.*\n/, '').replace('docker/build-push-action@v6', 'polyarch/build@v1')
const refused = workflow.replace('tags: acme/app:1', 'outputs: type=registry')

let folder = ''
const before = process.cwd()

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'migrate-'))
  mkdirSync(join(folder, '.github/workflows'), { recursive: true })
  process.chdir(folder)
})

afterEach(() => {
  process.chdir(before)
  rmSync(folder, { recursive: true })
})

const file = '.github/workflows/image.yml'
const write = (text: string, path = file) => writeFileSync(path, text)

describe('polyarch migrate', () => {
  it('shows the changes to all workflows of the repository, and writes nothing', async () => {
    write(workflow)
    write('on: push\njobs: {}\n', '.github/workflows/other.yaml')
    write(workflow, '.github/workflows/notes.txt')
    expect(await commandLine(['migrate'])).toEqual({
      status: 0,
      err: '',
      out: `--- a/${file}
+++ b/${file}
@@ -3,8 +3,7 @@
   image:
     runs-on: ubuntu-latest
     steps:
-      - uses: docker/setup-qemu-action@v3
-      - uses: docker/build-push-action@v6
+      - uses: polyarch/build@v1
         with:
           context: .
           tags: acme/app:1
${file}:
  job image: migrated, 1 build step
    removed docker/setup-qemu-action (line 6)
    note, line 7: the image also gets the labels of docker/metadata-action; \`default-labels: false\` disables them
.github/workflows/other.yaml: nothing to migrate
1 job can be migrated. Write the changes with --write
`,
    })
    expect(readFileSync(file, 'utf8')).toBe(workflow)
  })

  it('migrates a file once that is named several times, also through a link', async () => {
    write(workflow)
    symlinkSync('image.yml', '.github/workflows/link.yml')
    const { status, err, out } = await commandLine(['migrate', file, `./${file}`, '.github/workflows', '--write'])
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out).toMatch(/Migrated 1 job\n$/)
    expect(readFileSync(file, 'utf8')).toBe(migrated)
  })

  it('writes the other files when one cannot be written, and reports both', async () => {
    const other = 'readonly/a.yml'
    mkdirSync('readonly')
    write(workflow)
    write(workflow, other)
    // A directory in place of the temporary file: the tests may run as root, who can write anywhere.
    mkdirSync(`${realpathSync(other)}.polyarch-${process.pid}`)
    const { status, err, out } = await commandLine(['migrate', other, file, '--write'])
    expect(status).toBe(1)
    expect(err).toContain(`Cannot write ${other}`)
    expect(out).toContain(`${other}: not written\n`)
    expect(out).toContain(`${file}:\n  job image: migrated`)
    expect(readFileSync(other, 'utf8')).toBe(workflow)
    expect(readFileSync(file, 'utf8')).toBe(migrated)

    write(workflow)
    const json = await commandLine(['migrate', other, file, '--write', '--json'])
    expect(JSON.parse(json.out)).toMatchObject({
      files: [
        { path: other, changed: true, written: false },
        { path: file, changed: true, written: true },
      ],
      error: { code: 'output-unwritable' },
    })
  })

  it('skips links of a directory without a target, with a warning, and migrates the other files', async () => {
    write(workflow)
    symlinkSync('gone.yml', '.github/workflows/dangling.yml')
    symlinkSync('loop.yml', '.github/workflows/loop.yml')
    const { status, out } = await commandLine(['migrate'])
    for (const name of ['dangling', 'loop']) {
      const skipped = `Skipped .github/workflows/${name}.yml: it is a link to a file that does not exist`
      expect(out).toContain(`warning: ${skipped}\n`)
    }
    expect(out).toContain(`${file}:\n  job image: migrated`)
    expect(status).toBe(0)
    const named = await commandLine(['migrate', '.github/workflows/dangling.yml'])
    expect(named).toMatchObject({ status: 66, out: '' })
  })

  it('writes with --write, keeps permissions and links, and changes nothing the second time', async () => {
    write(workflow, 'real.yml')
    chmodSync('real.yml', 0o640)
    symlinkSync('../../real.yml', file)
    const { status, out } = await commandLine(['migrate', '-w', file])
    expect({ status, out: out.split('\n').at(-2) }).toEqual({ status: 0, out: 'Migrated 1 job' })
    expect(readFileSync('real.yml', 'utf8')).toBe(migrated)
    expect(statSync('real.yml').mode & 0o777).toBe(0o640)
    expect(readdirSync('.').toSorted()).toEqual(['.github', 'real.yml'])
    expect(await commandLine(['migrate', file])).toEqual({
      status: 0,
      err: '',
      out: `${file}: nothing to migrate\nNothing to migrate\n`,
    })
  })

  it('fails for a job that cannot be migrated, and still writes the others', async () => {
    write(refused)
    write(workflow, '.github/workflows/second.yml')
    const { status, out } = await commandLine(['migrate', '--write'])
    expect(status).toBe(1)
    expect(out).toContain(
      `${file}:\n  job image: not migrated\n    line 7: docker/build-push-action: \`outputs\`: the image is pushed`,
    )
    expect(out.split('\n').at(-2)).toBe('Migrated 1 job, 1 job cannot be migrated')
    expect(readFileSync(file, 'utf8')).toBe(refused)
    expect(readFileSync('.github/workflows/second.yml', 'utf8')).toBe(migrated)
  })

  it.each([
    { what: 'can be migrated', text: workflow, status: 1 },
    { what: 'is migrated', text: migrated, status: 0 },
    { what: 'cannot be migrated', text: refused, status: 0 },
  ])('--check exits with $status for a job that $what', async ({ text, status }) => {
    write(text)
    expect((await commandLine(['migrate', '--check'])).status).toBe(status)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  it('prints one JSON document with --json, with lines from 1', async () => {
    write(workflow)
    write(refused, 'refused.yml')
    write('jobs: [\n', 'broken.yml')
    const { status, out } = await commandLine(['migrate', '--json', file, 'refused.yml', 'broken.yml'])
    expect(status).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      migrated: 1,
      refused: 2,
      files: [
        {
          path: file,
          changed: true,
          written: false,
          diff: expect.stringMatching(/^--- a\/[^\n]+\n\+\+\+ b\/[\s\S]*\n$/),
          jobs: [
            {
              job: 'image',
              line: 3,
              migrated: true,
              builds: [7],
              removed: [{ line: 6, action: 'docker/setup-qemu-action' }],
            },
          ],
        },
        { path: 'refused.yml', changed: false, diff: '', jobs: [{ migrated: false, problems: [{ line: 7 }] }] },
        {
          path: 'broken.yml',
          changed: false,
          problem: { line: 1, message: expect.stringMatching(/^this is not valid YAML/) },
        },
      ],
    })
  })

  it.each([
    { args: ['missing.yml'], status: 66, error: 'Cannot read missing.yml: it does not exist' },
    {
      args: [],
      status: 66,
      error: 'Cannot find workflow files in .github/workflows, .gitea/workflows, .forgejo/workflows',
    },
    { args: ['.github'], status: 66, error: 'Cannot find workflow files in .github' },
    {
      args: ['binary.yml'],
      status: 66,
      error: 'Cannot read binary.yml: it is not UTF-8 text\nSave the file as UTF-8.',
    },
    { args: ['-'], status: 66, error: 'Name a file: workflows are not read from standard input.' },
    { args: ['/dev/zero'], status: 66, error: 'Cannot read /dev/zero: it is not a regular file' },
    { args: ['--write', '--check'], status: 1, error: '--write and --check exclude each other' },
    { args: ['--wirte'], status: 1, error: 'did you mean --write?' },
  ])('fails for $args', async ({ args, status, error }) => {
    writeFileSync('binary.yml', Buffer.from([0x61, 0xff, 0xfe, 0x0a]))
    const found = await commandLine(['migrate', ...args])
    expect(found).toMatchObject({ status, out: '' })
    expect(found.err).toContain(error)
  })

  it('does not overwrite a file that changed after it was read', async () => {
    write('now: other\n')
    await expect(writeWorkflowFile({ path: file, text: workflow }, migrated)).rejects.toMatchObject({
      code: 'context-changed',
    })
    expect(readFileSync(file, 'utf8')).toBe('now: other\n')
  })

  it('names every file that cannot be read', async () => {
    write(workflow)
    const { err } = await commandLine(['migrate', 'a.yml', 'b.yml', file])
    expect(err).toMatch(/a\.yml: it does not exist[\s\S]*b\.yml: it does not exist/)
  })

  it('prints nothing that a terminal or a runner interprets as a command', async () => {
    write(workflow.replace('acme/app:1', 'acme/app:1 # \u001b[2J ##[error]x'))
    const { out } = await commandLine(['migrate'])
    expect(out).not.toContain('\u001b')
    expect(out).not.toContain('##[error]')
  })
})
