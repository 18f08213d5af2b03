import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startRegistry } from '../support/registry.ts'
import { createJob, type Job, runStep } from './support/action.ts'
import { missing, part, rig } from './support/rig.ts'

// A dry run reads and reports; nothing is built, set up or written.

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.splice(0)) await one()
})

/** Wrappers for docker and buildx that record their calls. Returns a function that reads the calls. */
function recordCalls(job: Job): () => readonly string[] {
  const calls = join(job.home, 'calls')
  writeFileSync(calls, '')
  const record = (folder: string, name: string, program: string): void => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, name), `#!/bin/sh\necho "$*" >> '${calls}'\nexec '${program}' "$@"\n`)
    chmodSync(join(folder, name), 0o755)
  }
  record(join(job.home, 'bin'), 'docker', join(part('cli'), 'docker'))
  record(join(job.home, '.docker', 'cli-plugins'), 'docker-buildx', join(rig.plugins ?? '', 'docker-buildx'))
  writeFileSync(join(job.home, '.docker', 'config.json'), '{}')
  return () => readFileSync(calls, 'utf8').split('\n').filter(Boolean)
}

/** A socket in front of the daemon's, and the requests it received. */
async function recordRequests(job: Job, daemon: string): Promise<{ host: string; requests: readonly string[] }> {
  const requests: string[] = []
  const socketPath = daemon.replace('unix://', '')
  const server = createServer(({ method = '', url = '', headers }, response) => {
    requests.push(`${method} ${url.replace(/^\/v[\d.]+/, '')}`)
    const forward = request({ socketPath, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    forward.on('error', () => response.destroy())
    forward.end()
  })
  const path = join(job.home, 'docker.sock')
  await new Promise<void>((listening) => server.listen(path, listening))
  undo.push(() => server.close())
  return { host: `unix://${path}`, requests }
}

describe.skipIf(missing('docker', 'base', 'cli', 'plugins'))('dry-run', () => {
  it('shows the plan and changes neither the registry nor the daemon', async () => {
    const registry = await startRegistry()
    undo.push(registry.close)
    const dockerfile = `FROM ${part('base')}\nRUN echo never\n`
    const job = createJob({ Dockerfile: dockerfile }, { DOCKER_HOST: '' })
    undo.push(job.remove)
    const { host, requests } = await recordRequests(job, part('docker').host)
    const calls = recordCalls(job)
    const env = { ...job.env, DOCKER_HOST: host, PATH: `${join(job.home, 'bin')}:${job.env['PATH']}` }
    const { status, log, outputs, summary, leftovers } = await runStep(
      { ...job, env },
      {
        images: `${registry.host}/app`,
        tags: '1.2.3, latest',
        push: 'true',
        load: 'true',
        driver: 'docker-container',
        platforms: 'amd64, arm64',
        'smoke-test': 'true',
        'before-tags': 'touch gate',
        outputs: 'type=oci,dest=image.tar',
        labels: 'com.acme=1',
        'build-args': 'TOKEN=canary',
        'dry-run': 'true',
      },
    )
    expect(status, log).toBe(0)
    expect(leftovers).toEqual([])
    expect(outputs).toMatchObject({
      tags: `${registry.host}/app:1.2.3\n${registry.host}/app:latest`,
      version: '1.2.3',
      engine: 'buildx',
      pushed: 'false',
      digest: '',
      imageid: '',
      metadata: '{}',
      files: '',
      refs: '',
    })
    expect(outputs['labels']).toContain('com.acme=1')
    expect(JSON.parse(outputs['json'] ?? '')).toMatchObject({ 'tag-names': ['1.2.3', 'latest'] })
    expect(log).toMatch(/^Tags +\S+\/app:1\.2\.3 \(fixed: .+\)$/m)
    expect(log).toMatch(/^Context +\. \(1 file, \d+ B, sha256:[0-9a-f]{64}\)$/m)
    expect(summary).toContain('### Dry run: nothing was built')
    expect(summary).toMatch(/\| Platforms \| `linux\/amd64`<br>`linux\/arm64` \|/)
    expect(log + summary).not.toContain('canary')

    const written = registry.journal.filter(({ method }) => !['GET', 'HEAD'].includes(method))
    // The check for push access, which is cancelled.
    expect(written.map(({ method, kind }) => `${method} ${kind}`)).toEqual([
      'POST upload-start',
      'DELETE upload-cancel',
    ])
    expect([...registry.store.tags.keys(), ...registry.store.manifests.keys()]).toEqual([])
    expect(
      calls().filter((call) => !/^(?:buildx )?(?:--version|version|info|inspect|ls|context|system)\b/.test(call)),
    ).toEqual([])
    expect(requests).toContain('GET /version')
    expect(requests.filter((request) => !request.startsWith('GET '))).toEqual([])
    for (const name of ['gate', 'image.tar']) expect(() => readFileSync(join(job.workspace, name))).toThrow('ENOENT')
  })

  it('fails with the errors of preflight', async () => {
    const job = createJob({ Dockerfile: 'FROM scratch\nRUN true\n' })
    undo.push(job.remove)
    const { status, outputs } = await runStep(job, { engine: 'embedded', 'dry-run': 'true' })
    expect(status).toBe(1)
    expect(outputs['error-code']).toBe('feature-missing')
  })
})
