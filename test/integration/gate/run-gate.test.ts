import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { limits } from '../../../src/bounds/limits.ts'
import { ActionError } from '../../../src/errors/action-error.ts'
import { passGate } from '../../../src/gate/pass-gate.ts'
import type { Host } from '../../../src/host/host.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { builtOf } from '../../support/built-image.ts'
import { createTestHost, type TestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { startRegistry } from '../../support/registry.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

const images = ['linux/amd64', 'linux/arm64'].map((platform) => ({ platform, layers: [{ 'app.txt': platform }] }))

/** Runs `script` in a shell as the gate of an image of two platforms. */
async function gate(script: string, { push = true, ...more }: Partial<Host> & { readonly push?: boolean } = {}) {
  const registry = await startRegistry()
  const client = createTestClient()
  const tempDir = tempFolder()
  const host: TestHost = createTestHost({ env: { PATH: process.env['PATH'], SECRET: 'canary' }, tempDir, ...more })
  for (const { close } of [registry, client, host]) onTestFinished(close)
  const quoted = script.replaceAll("'", "'\\''")
  const inputs = inputsOf({
    images: `${registry.host}/app`,
    tags: '1.0, latest',
    platforms: 'amd64, arm64',
    push: String(push),
    'before-tags': `sh -c '${quoted}'`,
  })
  const plan = makePlan(inputs, factsOf({ docker: serverOf({ store: 'containerd' }) }))
  const built = await builtOf(images)
  const gated = passGate(await runOf(plan, host, loginOf(client)), built)
  return { gated, registry, host, built, log: host.log.lines, tempDir }
}

describe('passGate()', () => {
  it('runs after the content is in the registry, and before any tag', async () => {
    const out = join(tempFolder(), 'seen')
    const { gated, registry, built } = await gate(`env > ${out}`)
    const { content, results } = (await gated) ?? {}
    const { digest } = built.content.tree.root
    const seen = readFileSync(out, 'utf8')
    expect(seen).toContain(`POLYARCH_DIGEST=${digest}\n`)
    expect(seen).toContain(`POLYARCH_REFERENCES=${registry.host}/app@${digest}\n`)
    expect(seen).toContain('POLYARCH_PLATFORMS=linux/amd64\nlinux/arm64\n')
    expect(seen).toContain(`POLYARCH_TAGS=${registry.host}/app:1.0\n${registry.host}/app:latest\n`)
    expect(seen).toContain(`POLYARCH_DIGESTS={"linux/amd64":"${built.content.tree.images[0]?.manifest.digest}"`)
    expect(seen).not.toMatch(/canary|POLYARCH_LAYOUT/)
    expect(content?.repositories).toHaveLength(1)
    expect(results).toMatchObject([{ program: 'sh', passed: true, log: [] }])
    expect((await fetch(`${registry.url}/v2/app/manifests/${digest}`)).status).toBe(200)
    expect([...registry.store.tags.values()].flatMap((tags) => [...tags])).toEqual([])
  })

  it('provides the complete image as a layout if nothing is pushed', async () => {
    const out = join(tempFolder(), 'copy')
    const { gated, registry, built } = await gate(`test -z "$POLYARCH_REFERENCES" && cp -r "$POLYARCH_LAYOUT" ${out}`, {
      push: false,
    })
    expect(await gated).toMatchObject({ content: undefined })
    const { tree } = built.content
    for (const { digest } of [...tree.blobs, tree.root]) {
      expect(existsSync(join(out, 'blobs', digest.replace(':', '/')))).toBe(true)
    }
    expect(readFileSync(join(out, 'index.json'), 'utf8')).toContain(tree.root.digest)
    expect(registry.journal).toEqual([])
  })

  it('fails with the end of the output, and reports what remains in the registry', async () => {
    const { gated, registry, host, built, log } = await gate('seq 100; echo CVE-1 >&2; exit 3')
    await expect(gated).rejects.toMatchObject({
      code: 'gate-failed',
      message: expect.stringMatching(/^Cannot write the tags: sh \(before-tags\) failed: it exited with 3\n/),
    })
    const [{ summary } = { summary: '' }] = host.told.filter(
      (one): one is { summary: string } => one instanceof Object && 'summary' in one,
    )
    expect(summary).toMatch(/Before tags, <code>sh<\/code>: failed/)
    expect(summary).toContain('CVE-1')
    expect(summary).not.toContain('\n50\n')
    expect(log.join('\n')).toContain('sh | CVE-1')
    expect(log.join('\n')).toContain(
      `${registry.host}/app@${built.content.tree.root.digest} was pushed, but no tag was written`,
    )
  })

  it('names a program that does not exist', async () => {
    const { gated } = await gate('exec /nonexistent/scanner')
    await expect(gated).rejects.toMatchObject({
      code: 'gate-failed',
      message: expect.stringContaining('it exited with 127: sh, or a program that it starts, was not found'),
    })
  })

  it('kills a hanging program, with all processes it started, after the default time', async () => {
    const waits: (number | undefined)[] = []
    const real = createTestHost({ env: { PATH: process.env['PATH'] } })
    onTestFinished(real.close)
    const { gated } = await gate('sleep 1000 & wait', {
      exec: (command, args, options = {}) => {
        waits.push(options.timeout)
        return real.exec(command, args, { ...options, timeout: 100 })
      },
    })
    await expect(gated).rejects.toMatchObject({ code: 'timed-out', message: expect.stringContaining('its time limit') })
    expect(waits).toEqual([limits.gateTime])
  })

  it('does not wait for processes that a command leaves behind', async () => {
    const { gated, log } = await gate('setsid sleep 20 & sleep 20 & echo started')
    expect(await gated).toMatchObject({ results: [{ passed: true, log: ['started'] }] })
    expect(log.join('\n')).toContain('sh: passed in')
  })

  it('names the command that exceeded the time limit of the step', async () => {
    const over = new AbortController()
    const reason = new ActionError('timed-out', 'Stopped the build at its time limit of 5 s')
    const real = createTestHost({ env: { PATH: process.env['PATH'] }, signal: over.signal })
    onTestFinished(real.close)
    const { gated, host } = await gate('echo looking; sleep 1000', {
      signal: over.signal,
      exec: (command, args, options = {}) =>
        real.exec(command, args, { ...options, onStderrLine: options.onStderrLine ?? (() => undefined) }),
    })
    setTimeout(() => over.abort(reason), 1500)
    await expect(gated).rejects.toMatchObject({
      code: 'timed-out',
      message: expect.stringMatching(/sh \(before-tags\) did not end within `timeout`\nlooking$/),
    })
    expect(JSON.stringify(host.told)).toContain('Before tags, <code>sh</code>: failed')
  })

  it('shows a bounded part of endless output', async () => {
    const { gated, log } = await gate(`seq ${limits.gateLines + 500}`)
    await gated
    expect(log.filter((line) => line.includes('sh | '))).toHaveLength(limits.gateLines)
    expect(log.join('\n')).toContain('the rest is not shown')
  })

  it('shows and keeps a bounded part of an endless line', async () => {
    const { gated, log } = await gate(
      "head -c 50000000 /dev/zero | tr '\\0' a; head -c 20000000 /dev/zero | tr '\\0' b >&2; exit 1",
    )
    const error = await gated.catch((thrown: unknown) => thrown)
    const shown = log.filter((line) => line.includes('sh | '))
    expect(shown.join('').length).toBeGreaterThan(limits.gateOutput / 2)
    expect(shown.join('').length).toBeLessThan(limits.gateOutput * 1.1)
    expect(log).toContain('… (more than 8.4 MB; the rest is not shown)')
    expect(error).toMatchObject({ code: 'gate-failed' })
    expect(String(error).length).toBeLessThan(64 * 1024)
  })
})
