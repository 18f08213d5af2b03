import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startRegistry } from '../support/registry.ts'
import { createJob, runStep, runStepHere, type StepOptions } from './support/action.ts'
import { missing, part } from './support/rig.ts'

// Commands of the user run when the content is in the registry and no tag exists.

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.splice(0)) await one()
})

const inspect = `#!/bin/sh
echo "platforms: $POLYARCH_PLATFORMS"
repository="\${POLYARCH_REFERENCES%@*}"
curl -sS -o /dev/null -w 'by digest: %{http_code}\\n' "http://\${repository%%/*}/v2/app/manifests/$POLYARCH_DIGEST"
curl -sS -o /dev/null -w 'by tag: %{http_code}\\n' "http://\${repository%%/*}/v2/app/manifests/latest"
env > environment
`

/** Runs a step: in a process of its own with Docker, or if there are `options`. */
async function step(commands: string, more: Readonly<Record<string, string>> = {}, options?: StepOptions) {
  const registry = await startRegistry()
  undo.push(registry.close)
  const files = { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'well', 'inspect.sh': inspect }
  const job = createJob(files, { ...(more['engine'] === 'buildx' ? { DOCKER_HOST: part('docker').host } : {}) })
  undo.push(job.remove)
  const inputs = {
    images: `${registry.host}/app`,
    tags: 'latest',
    push: 'true',
    platforms: 'amd64, arm64',
    username: 'me',
    password: 'canary-password',
    registry: registry.host,
    engine: 'embedded',
    'before-tags': commands,
    ...more,
  }
  const isAlone = options !== undefined || more['engine'] === 'buildx'
  const result = await (isAlone ? runStep(job, inputs, options) : runStepHere(job, inputs))
  const tag = (await fetch(`${registry.url}/v2/app/manifests/latest`)).status
  return { ...result, tag, registry, workspace: job.workspace }
}

describe('before-tags', () => {
  it.each(missing('docker') ? ['embedded'] : ['embedded', 'buildx'])(
    'receives the image by digest, without a tag and without a secret, with %s',
    async (engine) => {
      const { status, log, tag, summary, workspace, leftovers } = await step('sh inspect.sh\ntrue', { engine })
      expect(status, log).toBe(0)
      expect(log).toContain('sh | by digest: 200')
      expect(log).toContain('sh | by tag: 404')
      expect({ tag, leftovers }).toEqual({ tag: 200, leftovers: [] })
      expect(summary).toContain('Before tags, <code>sh</code>: passed')
      const environment = readFileSync(join(workspace, 'environment'), 'utf8')
      expect(environment).toMatch(/^POLYARCH_PLATFORMS=linux\/amd64\nlinux\/arm64$/m)
      expect(environment).toMatch(/^DOCKER_CONFIG=.*polyarch-/m)
      expect(environment).not.toMatch(/canary-password|^INPUT_|^GITHUB_OUTPUT=/m)
    },
  )

  it('writes no tag if a command fails, and redacts secrets in its output', async () => {
    const failing = "sh -c 'echo found canary-password; exit 4'\ntouch later"
    const { status, log, tag, outputs, summary, leftovers } = await step(failing)
    expect({ status, tag, leftovers }).toEqual({ status: 1, tag: 404, leftovers: [] })
    expect(outputs).toMatchObject({ 'error-code': 'gate-failed', pushed: 'false' })
    expect(log).toContain('it exited with 4')
    expect(summary).toContain('found ***')
    expect(log.replaceAll(/^::add-mask::.*$/gm, '') + summary).not.toContain('canary-password')
    expect(log).toContain('was pushed, but no tag was written')
  })

  it('kills a hanging command at the time limit', async () => {
    const { status, tag, outputs, log } = await step("sh -c 'sleep 1000 & wait'", { timeout: '3s' })
    expect({ status, tag }, log).toEqual({ status: 75, tag: 404 })
    expect(outputs).toMatchObject({ 'error-code': 'timed-out' })
  })

  it('kills a command and its children when the run is canceled', async () => {
    let child = ''
    const { status, tag, outputs, log } = await step(
      "sh -c 'sleep 1000 & echo child $!; wait'",
      {},
      {
        during: (pid, read) => {
          const timer = setInterval(() => {
            const [, found] = /child (\d+)/.exec(read()) ?? []
            if (found === undefined) return
            child = found
            clearInterval(timer)
            process.kill(pid, 'SIGINT')
          }, 50)
          undo.push(() => clearInterval(timer))
        },
      },
    )
    expect({ status, tag }, log).toEqual({ status: 1, tag: 404 })
    expect(outputs).toMatchObject({ 'error-code': 'cancelled' })
    expect(child).not.toBe('')
    // A zombie has no command line.
    const running = existsSync(`/proc/${child}`) ? readFileSync(`/proc/${child}/cmdline`, 'utf8') : ''
    expect(running).toBe('')
  })
})
