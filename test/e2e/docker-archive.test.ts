import { spawn, spawnSync } from 'node:child_process'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readDockerArchive } from '../../src/engine/buildx/docker-archive.ts'
import { digestOf } from '../../src/oci/digest.ts'
import { readBlob } from '../../src/oci/layout.ts'
import { tempFolder } from '../support/temp.ts'
import { missing, part } from './support/rig.ts'

/** Docker 28 saves an OCI layout, Docker 20.10 a directory per layer. */
describe.each(['classic', 'docker20'] as const)('readDockerArchive() of an archive of the daemon %s', (daemon) => {
  it.skipIf(missing(daemon, 'cli', 'base'))('returns the layers that the config names', async () => {
    const env = { PATH: `${part('cli')}:${process.env['PATH']}`, DOCKER_HOST: part(daemon).host, HOME: tempFolder() }
    const name = `polyarch-test-archive-${process.pid}`
    const docker = (...args: readonly string[]) => spawnSync('docker', args, { env, encoding: 'utf8' })
    onTestFinished(() => void docker('image', 'rm', '--force', name))
    docker('pull', '--quiet', part('base'))
    expect(docker('tag', part('base'), name)).toMatchObject({ status: 0 })

    const dir = tempFolder()
    const child = spawn('docker', ['image', 'save', name], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const { config, layers } = await readDockerArchive(child.stdout, dir)
    const { rootfs } = JSON.parse((await readBlob(dir, config)).toString('utf8'))
    const contents = await Promise.all(layers.map(async (layer) => gunzipSync(await readBlob(dir, layer))))
    expect(contents.length).toBeGreaterThan(0)
    expect(contents.map((content) => digestOf(content))).toEqual(rootfs.diff_ids)
  })
})
