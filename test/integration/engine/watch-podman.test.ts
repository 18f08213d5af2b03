import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createPodmanProgress } from '../../../src/engine/podman/progress.ts'
import { watchPodman } from '../../../src/engine/podman/watch-podman.ts'
import type { PodmanWork } from '../../../src/engine/podman/work.ts'
import { stepVariable } from '../../../src/host/exec/step-processes.ts'
import type { Clock } from '../../../src/host/host.ts'
import { createTestHost } from '../../support/host.ts'
import { podmanOf } from '../../support/podman.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

/** A clock on which a minute takes a moment. */
function hastyClock(): Clock {
  let now = Date.parse('2026-01-02T03:04:05Z')
  return {
    now: () => new Date(now),
    sleep: async (milliseconds, signal) => {
      await wait(10, undefined, signal ? { signal } : {})
      now += milliseconds
    },
  }
}

/** Monitors a script in the place of `podman build`; a remote one answers `version` with the status that is given. */
function watchScript(script: string, remote?: { readonly status: number }) {
  const root = tempFolder()
  const path = `${root}/podman`
  writeProgram(path, `exit ${remote?.status ?? 0}`)
  const clock = hastyClock()
  const host = createTestHost({ env: { PATH: '/usr/bin:/bin' }, clock, tempDir: root })
  const progress = createPodmanProgress(host.log.info, { platform: 'linux/arm64', clock, stageName: () => undefined })
  const program = podmanOf({ path, remote: remote !== undefined })
  const work = { run: { host }, spec: { program, mirrors: [] } } as unknown as PodmanWork
  const watched = watchPodman(progress, work, ({ out, err }, signal) =>
    host.exec('sh', ['-c', script], {
      onStdoutLine: out,
      onStderrLine: err,
      signal,
      env: { [stepVariable]: root },
    }),
  )
  return { host, watched }
}

describe('watchPodman()', () => {
  test('stops a pull, or a lock, that neither prints nor transfers anything for ten minutes', async () => {
    const { watched } = watchScript('echo "STEP 1/2: FROM base:1"; exec sleep 300')
    await expect(watched).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringMatching(
        /^Stopped the build: podman printed, read and wrote nothing for 1\d min; \[linux\/arm64 1\/2\] FROM base:1 \(for /,
      ),
    })
  })

  test.each([
    { name: 'a RUN', line: 'STEP 2/2: RUN make', work: 'true' },
    { name: 'a pull that is slow', line: 'STEP 1/2: FROM a', work: 'cat /dev/zero >/dev/null' },
  ])('lets $name be silent, and says so', async ({ line, work }) => {
    const enough = join(tempFolder(), 'enough')
    const script = `echo '${line}'; ${work} & until test -e ${enough}; do sleep 0.02; done; kill $!; true`
    const { host, watched } = watchScript(script)
    while (!host.log.lines.some((one) => one.startsWith('warning: '))) await wait(5)
    writeFileSync(enough, '')
    await expect(watched).resolves.toMatchObject({ ok: true })
    expect(host.log.lines.join('\n')).toMatch(
      /^warning: Nothing came from podman for 1\d min: \[linux\/arm64 \d\/2\] /m,
    )
  })

  test('stops when the machine of a client no longer responds, and only then', async () => {
    const script = 'echo "STEP 1/2: FROM base:1"; exec sleep 0.5'
    await expect(watchScript(script, { status: 0 }).watched).resolves.toMatchObject({ ok: true })
    await expect(watchScript('exec sleep 300', { status: 125 }).watched).rejects.toMatchObject({
      code: 'daemon-unreachable',
      message: expect.stringContaining('nothing came from podman for'),
      hint: expect.stringContaining('podman machine start'),
    })
  })
})
