import { execFileSync, spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder } from '../support/temp.ts'

const script = resolve(import.meta.dirname, '../rig/mirror.sh')
const withoutApt = spawnSync('apt-get', ['--version']).status !== 0

function bash(code: string, env: Readonly<Record<string, string>> = {}): readonly string[] {
  const output = execFileSync('bash', ['--norc', '-euc', `source "${script}"; ${code}`], {
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  })
  return output.trim().split('\n')
}

describe.skipIf(withoutApt)("the rig's mirror", () => {
  it('is found in sources of both formats, among other archives', () => {
    const folder = tempFolder({
      list: [
        'deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://one.example/debian/ bookworm main contrib',
        '# deb http://comment.example/debian sid main',
        'deb-src http://source.example/debian sid main',
        'deb http://security.example/debian-security bookworm-security main',
        'deb https://docker.example/linux/debian bookworm stable',
        'deb http://ubuntu.example/ubuntu noble main',
        'deb mirror+file:/etc/apt/mirrors/debian.list trixie main',
        '',
      ].join('\n'),
      'parts/a.sources': `Types: deb deb-src
URIs: http://two.example/debian http://three.example/debian/
Suites: stable stable-updates
Components: main non-free

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: sid
Components: main
`,
      'lists/partial/': '',
    })
    const options = [`sourcelist=${join(folder, 'list')}`, `sourceparts=${join(folder, 'parts')}`]
      .map((option) => `-o Dir::Etc::${option}`)
      .join(' ')
    const found = bash(`mirrors_of_sources --no-release-info ${options} -o Dir::State::Lists=${folder}/lists`)
    expect([...new Set(found)]).toEqual([
      'http://one.example/debian',
      'mirror+file:/etc/apt/mirrors/debian.list',
      'http://two.example/debian',
      'http://three.example/debian',
    ])
  })

  it('is POLYARCH_RIG_MIRROR if set', () => {
    const env = { POLYARCH_RIG_MIRROR: 'http://own.example/debian' }
    expect(bash('debian_mirrors', env)).toEqual(['http://own.example/debian'])
  })
})
