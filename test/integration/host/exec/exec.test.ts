import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { limits } from '../../../../src/bounds/limits.ts'
import { createExec } from '../../../../src/host/exec/exec.ts'
import type { ExecOptions } from '../../../../src/host/host.ts'
import { tempFolder } from '../../../support/temp.ts'

const env = { PATH: '/usr/bin:/bin', GIVEN: 'base' }

function start(signal = new AbortController().signal, grace = 100) {
  const exec = createExec({ env, signal, grace })
  return {
    exec,
    sh: (script: string, options?: ExecOptions) => exec('sh', ['-c', script], options),
  }
}

/** Resolves with the file's text when the file exists. */
async function appeared(path: string): Promise<string> {
  while (!existsSync(path) || readFileSync(path, 'utf8') === '') await wait(5)
  return readFileSync(path, 'utf8').trim()
}

/** Resolves when the process does not exist any more. A zombie counts as ended. */
async function ended(pid: string): Promise<void> {
  const isAlive = () => {
    try {
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    } catch {
      return false
    }
  }
  while (isAlive()) await wait(5)
}

test('createExec() passes to no child the inputs of the step and the tokens of the job', async () => {
  const own = { INPUT_PASSWORD: 'hunter', STATE_x: 'hunter', ACTIONS_RUNTIME_TOKEN: 'hunter', MINE: 'kept' }
  const exec = createExec({ env: { ...env, ...own }, signal: new AbortController().signal })
  const { stdout } = await exec('env', [], { env: { INPUT_NAMED: 'given' } })
  expect(stdout).not.toContain('hunter')
  expect(stdout).toContain('MINE=kept\n')
  expect(stdout).toContain('INPUT_NAMED=given\n')
})

describe('createExec()', () => {
  test.each([
    { name: 'words on stderr with status 0', script: 'echo "ERROR: all is lost" >&2', ok: true, status: 0 },
    { name: 'silence with status 3', script: 'exit 3', ok: false, status: 3 },
    { name: 'SIGKILL', script: 'kill -KILL $$', ok: false, status: 137 },
    { name: 'SIGSEGV', script: 'kill -SEGV $$', ok: false, status: 139 },
    { name: 'SIGTERM', script: 'kill -TERM $$', ok: false, status: 143 },
  ])('judges $name by the exit status', async ({ script, ok, status }) => {
    expect(await start().sh(script)).toMatchObject({ ok, status })
  })

  test('stops a program whose output has no end, and keeps the end of output that is read by lines', async () => {
    const endless = await start().sh('exec cat /dev/zero')
    expect(endless).toMatchObject({ ok: false, stdout: '', stderr: 'sh: stopped after 67.1 MB of output, its limit' })
    expect(endless).not.toHaveProperty('timedOut')
    let lines = 0
    const script = `yes | head -c ${4 * limits.standardError}; echo last`
    const { ok, stdout } = await start().sh(script, { onStdoutLine: () => lines++ })
    expect([ok, lines, stdout.endsWith('last\n')]).toEqual([true, 2 * limits.standardError + 1, true])
    expect(stdout.length).toBeLessThanOrEqual(2 * limits.standardError)
  })

  test.each([
    { name: 'does not exist', command: 'no-such-program', status: 127 },
    { name: 'is not executable', command: '/etc/passwd', status: 126 },
  ])('returns $status for a program that $name', async ({ command, status }) => {
    expect(await start().exec(command, [])).toMatchObject({ ok: false, status, stdout: '' })
  })

  test('passes arguments unchanged, without a shell', async () => {
    const args = ['%s|', '$HOME', '*', 'a b', '"']
    expect((await start().exec('printf', args)).stdout).toBe('$HOME|*|a b|"|')
  })

  test('merges its environment into that of the process', async () => {
    const script = 'echo "$GIVEN $MORE"'
    expect((await start().sh(script, { env: { MORE: 'more' } })).stdout).toBe('base more\n')
    expect((await start().sh(script, { env: { GIVEN: undefined } })).stdout).toBe(' \n')
  })

  test("kills the process group when a call's own signal is aborted, and rejects with its reason", async () => {
    const stop = new AbortController()
    const reason = new Error('it took too long')
    const file = join(tempFolder(), 'pid')
    const running = start().sh(`sleep 300 & echo $! > ${file}; wait`, { signal: stop.signal })
    const child = await appeared(file)
    stop.abort(reason)
    await expect(running).rejects.toBe(reason)
    await ended(child)
  })

  test('passes the input, or none', async () => {
    expect((await start().exec('cat', [], { input: 'secret' })).stdout).toBe('secret')
    expect((await start().exec('cat', [])).stdout).toBe('')
  })

  test('accepts a program that reads none of a large input', async () => {
    expect(await start().exec('true', [], { input: 'x'.repeat(4_000_000) })).toMatchObject({ ok: true })
  })

  test('collects a large output completely, and the end of long messages', async () => {
    const script =
      'head -c 5000000 /dev/zero | tr "\\0" a & head -c 5000000 /dev/zero | tr "\\0" b >&2; wait; echo end >&2'
    const { stdout, stderr } = await start().sh(script)
    expect(stdout).toBe('a'.repeat(5_000_000))
    expect(stderr.endsWith('bend\n')).toBe(true)
    expect(stderr.length).toBeGreaterThanOrEqual(limits.standardError)
    expect(stderr.length).toBeLessThanOrEqual(2 * limits.standardError)
  })

  test('returns lines as they arrive, including the last one without an end', async () => {
    const lines: string[] = []
    await start().sh('printf "one\\ntw"; printf "o\\r\\n\\nlast"', { onStdoutLine: (line) => lines.push(line) })
    expect(lines).toEqual(['one', 'two', '', 'last'])
  })

  test('passes stdout to a consumer', async () => {
    let bytes = 0
    const { ok, stdout } = await start().sh('head -c 3000000 /dev/zero', {
      stdout: async (stream) => {
        for await (const chunk of stream) bytes += chunk.length
      },
    })
    expect({ ok, stdout, bytes }).toEqual({ ok: true, stdout: '', bytes: 3_000_000 })
  })

  test('reads the stdout that a consumer leaves unread', async () => {
    const stdout = () => Promise.resolve()
    expect(await start().sh('head -c 3000000 /dev/zero; exit 3', { stdout })).toMatchObject({ status: 3 })
  })

  test('kills the program if the consumer of stdout fails', async () => {
    const folder = tempFolder()
    const run = start().sh(`trap "" TERM; echo $$ > ${folder}/pid; while :; do echo x; done`, {
      stdout: async () => {
        await appeared(join(folder, 'pid'))
        throw new Error('full')
      },
    })
    await expect(run).rejects.toThrow('full')
    await ended(await appeared(join(folder, 'pid')))
  })

  test('kills the program after its time limit', async () => {
    expect(await start().sh('sleep 60', { timeout: 50 })).toMatchObject({ ok: false, status: 143 })
  })

  test("reports that it killed a program after its time limit, after the program's message", async () => {
    const result = await start().sh('echo well >&2; exec sleep 60', { timeout: 400 })
    expect(result).toMatchObject({ timedOut: true, stderr: 'well\nsh: stopped after 0 s, its time limit' })
    expect(await start().sh('exit 1', { timeout: 5_000 })).not.toHaveProperty('timedOut')
    const patient = await start().sh("trap 'exit 0' TERM; sleep 9 & wait", { timeout: 1000 })
    expect(patient).toMatchObject({ ok: true, status: 0, timedOut: true })
  })

  test('kills a silent program, and no other', async () => {
    const silent = await start().sh('echo well; exec sleep 60', { silence: 100 })
    expect(silent).toMatchObject({ ok: false, timedOut: true, stdout: 'well\n' })
    expect(silent.stderr).toBe('sh: stopped after 0 s without output')
    const talking = 'for i in 1 2 3 4 5 6; do sleep 0.2; echo $i; done'
    expect(await start().sh(talking, { silence: 600 })).toMatchObject({ ok: true, stdout: '1\n2\n3\n4\n5\n6\n' })
  })

  test('treats reads of a consumer of stdout as output', async () => {
    let bytes = 0
    const result = await start().sh('for i in 1 2 3 4 5 6; do sleep 0.2; echo $i; done', {
      silence: 600,
      stdout: async (stream) => {
        for await (const chunk of stream) bytes += chunk.length
      },
    })
    expect({ ok: result.ok, bytes }).toEqual({ ok: true, bytes: 12 })
  })

  test('does not wait for processes that left the group of a killed program', async () => {
    const file = join(tempFolder(), 'pid')
    const script = `setsid sh -c 'echo $$ > ${file}; exec sleep 60' & sleep 60`
    const result = await start().sh(script, { timeout: 500 })
    process.kill(Number(await appeared(file)), 'SIGKILL')
    expect(result).toMatchObject({ ok: false, timedOut: true })
  })

  test('kills a program that ignores signals', async () => {
    const script = 'trap "" TERM; while :; do sleep 0.05; done'
    expect(await start().sh(script, { timeout: 50 })).toMatchObject({ ok: false, status: 137 })
  })

  test('kills all processes that the program started when it is cancelled', async () => {
    const folder = tempFolder()
    const cancel = new AbortController()
    const run = start(cancel.signal).sh(`sh -c 'echo $$ > ${folder}/pid; exec sleep 60' & wait`)
    const pid = await appeared(join(folder, 'pid'))
    cancel.abort()
    await expect(run).rejects.toMatchObject({ code: 'cancelled', message: 'Stopped sh because the run was canceled' })
    await ended(pid)
  })

  test('starts nothing after it is cancelled', async () => {
    const folder = tempFolder()
    await expect(start(AbortSignal.abort()).sh(`touch ${folder}/made`)).rejects.toMatchObject({ code: 'cancelled' })
    expect(existsSync(join(folder, 'made'))).toBe(false)
  })
})
