import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { endStepProcesses, stepVariable, transferredBytes } from '../../../../src/host/exec/step-processes.ts'

/** A shell in its own group that has printed a line, as a killed step leaves it. */
async function orphan(script: string, env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = spawn('sh', ['-c', script], { env: { PATH: '/usr/bin:/bin', ...env }, detached: true, stdio: 'pipe' })
  onTestFinished(() => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL')
    } catch {
      // It was ended, as it should be.
    }
  })
  await once(child.stdout, 'data')
  return child
}

const isThere = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test.runIf(process.platform === 'linux')(
  'endStepProcesses() kills the processes that a step started, and no others',
  async () => {
    const folder = '/tmp/polyarch-abc123'
    const plain = await orphan('echo ready; sleep 300', { [stepVariable]: folder })
    const deaf = await orphan('trap "" TERM; echo ready; while :; do sleep 1; done', { [stepVariable]: folder })
    const nested = await orphan('setsid sleep 300 & echo $!; wait', { [stepVariable]: folder })
    const others = [
      await orphan('echo ready; sleep 300', { [stepVariable]: `${folder}x` }),
      await orphan('echo ready; sleep 300', { OTHER: `${stepVariable}=${folder}` }),
    ]
    const closed = [plain, deaf, nested].map((child) => once(child, 'exit'))
    await endStepProcesses(folder)
    expect(await Promise.all(closed)).toEqual([
      [null, 'SIGTERM'],
      [null, 'SIGKILL'],
      [null, 'SIGTERM'],
    ])
    expect(others.map(({ pid = 0 }) => isThere(pid))).toEqual([true, true])
  },
)

test('endStepProcesses() does nothing without /proc', async () => {
  await expect(endStepProcesses('/tmp/polyarch-abc123', '/nonexistent')).resolves.toBeUndefined()
})

test.runIf(process.platform === 'linux')(
  'transferredBytes() counts what the processes of a step read and wrote, and nothing of others',
  async () => {
    const folder = '/tmp/polyarch-def456'
    expect(transferredBytes(folder)).toBeUndefined()
    const busy = await orphan('echo ready; read go; head -c 70000 /dev/zero >/dev/null; echo done; sleep 300', {
      [stepVariable]: folder,
    })
    const before = transferredBytes(folder)
    expect(before).toBeGreaterThan(0)
    expect(transferredBytes(folder)).toBe(before)
    const done = busy.stdout && once(busy.stdout, 'data')
    busy.stdin?.write('go\n')
    await done
    expect(transferredBytes(folder)).toBeGreaterThan(before ?? 0)
  },
)
