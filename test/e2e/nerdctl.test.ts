import { execFileSync } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createJob, type Job, runStep } from './support/action.ts'
import { missing, part, rigFolder } from './support/rig.ts'

// The real nerdctl with its containerd and buildkitd, on a machine without Docker and Podman; the cases that every engine has are in every-engine.test.ts.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

/** A machine that has no other engine on PATH. */
function job(env: Readonly<Record<string, string>> = {}): Job {
  const { bin, configuration, buildkit } = part('nerdctl')
  const made = createJob(
    { Dockerfile: `FROM ${part('base')}\nRUN uname -m > /machine\n` },
    {
      PATH: [bin, '/usr/bin', '/bin'].join(delimiter),
      NERDCTL_TOML: configuration,
      BUILDKIT_HOST: buildkit,
      ...env,
    },
  )
  jobs.push(made)
  return made
}

const nerdctl = ({ env }: Job, ...args: readonly string[]): string =>
  execFileSync(join(part('nerdctl').bin, 'nerdctl'), args, { env: { ...env }, encoding: 'utf8' })

/**
 * Starts a program where nerdctl has a network of its own, and so a bridge: its packet filter rules are not those of the machine. The containerd and
 * buildkitd there are configured like those of the rig, and have no registry.
 */
const inOwnNetwork = `
rm -rf "$own"
mkdir -p "$own/bin" "$own/lib"
mount -t overlay overlay -o "lowerdir=$tree/usr:/usr" /usr
mount -t tmpfs tmpfs /run
# The plugins write the addresses of containers here.
mount -t tmpfs tmpfs "$own/lib"
mkdir "$own/lib/new" "$own/lib/work"
mount -t overlay overlay -o "lowerdir=/var/lib,upperdir=$own/lib/new,workdir=$own/lib/work" /var/lib
ip link set lo up
for name in iptables ip6tables; do ln -s "/usr/sbin/$name-legacy" "$own/bin/$name"; done
export PATH="$own/bin:$rig/pkg/docker28/usr/bin:$PATH"
for name in containerd.toml buildkitd.toml nerdctl.toml; do sed "s#$rig/state/nerdctl#$own#g" "$rig/state/nerdctl/$name" >"$own/$name"; done
echo 'cni_path = "/usr/lib/cni"' >>"$own/nerdctl.toml"
containerd --config "$own/containerd.toml" >"$own/log" 2>&1 &
until ctr --address "$own/containerd.sock" version >/dev/null 2>&1; do sleep 0.05; done
"$rig/bin/buildkitd" --config "$own/buildkitd.toml" --addr "$BUILDKIT_HOST" --root "$own/buildkit" >>"$own/log" 2>&1 &
until buildctl debug workers >/dev/null 2>&1; do sleep 0.05; done
"$@"`

describe.skipIf(missing('nerdctl', 'base'))('nerdctl', () => {
  it('is selected without Docker and Podman, and loads the verified image under its names', async () => {
    const made = job()
    const name = `localhost/loaded-${process.pid}`
    const inputs = { images: name, tags: '1.0.0', platforms: 'amd64, arm64', push: 'false', load: 'true' }
    const step = await runStep(made, inputs)
    expect(step).toMatchObject({ status: 0, outputs: { engine: 'nerdctl' }, leftovers: [], post: { log: '' } })
    expect(step.log).toMatch(/Using engine nerdctl \(nerdctl 2\.\S+ at .*, BuildKit at unix:.*; because /)
    const listed = nerdctl(made, 'images', '--no-trunc', '--format', '{{.Repository}}:{{.Tag}} {{.ID}} {{.Platform}}')
    const own = listed.split('\n').filter((line) => line.startsWith(name))
    expect(own.toSorted()).toEqual([
      `${name}:1.0.0 ${step.outputs['digest']} linux/amd64`,
      `${name}:1.0.0 ${step.outputs['digest']} linux/arm64`,
    ])
    nerdctl(made, 'rmi', '--force', `${name}:1.0.0`)
  })

  it('tests images over HTTP at a published port of its bridge', async () => {
    const made = job()
    const own = join(made.home, 'nerdctl')
    const Dockerfile =
      'FROM scratch\nCOPY busybox /bin/\nCMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/bin"]\n'
    writeFileSync(join(made.workspace, 'Dockerfile'), Dockerfile)
    const architecture = process.arch === 'x64' ? 'amd64' : process.arch
    copyFileSync(join(rigFolder, 'pkg', `busybox-${architecture}`, 'usr/bin/busybox'), join(made.workspace, 'busybox'))
    const env = {
      ...made.env,
      ...{ own, rig: rigFolder, tree: join(rigFolder, 'pkg/podman-trixie') },
      ...{ PATH: `${made.env['PATH']}:/usr/sbin:/sbin`, NERDCTL_TOML: join(own, 'nerdctl.toml') },
      BUILDKIT_HOST: `unix://${own}/buildkitd.sock`,
    }
    const namespaces = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc']
    const step = await runStep(
      { ...made, env },
      {
        ...{ engine: 'nerdctl', push: 'false', platforms: `linux/${architecture}` },
        'smoke-test': 'expect:\n  http: { path: /busybox, port: 8080 }',
      },
      { through: ['unshare', ...namespaces, 'bash', '-euc', inOwnNetwork, 'own-network'] },
    )
    expect(step, step.log).toMatchObject({ status: 0, outputs: { engine: 'nerdctl' }, leftovers: [] })
    expect(step.log).toContain(`linux/${architecture}: passed`)
  })

  it('fails before the build if buildkitd does not respond, with how to start it', async () => {
    const step = await runStep(job({ BUILDKIT_HOST: 'unix:///nonexistent/buildkitd.sock' }), {
      ...{ engine: 'nerdctl', tags: 'localhost/x:1', push: 'false' },
    })
    expect(step).toMatchObject({ status: 75, outputs: { 'error-code': 'daemon-unreachable' }, leftovers: [] })
    expect(step.log).toContain('no buildkitd responds at unix:///nonexistent/buildkitd.sock')
    expect(step.log).toContain('systemctl start containerd buildkit')
  })
})
