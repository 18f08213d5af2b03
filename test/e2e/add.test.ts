import { chmodSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { type FileServer, startFileServer } from '../support/file-server.ts'
import { commitFiles, git, makeRepository, startGitServer } from '../support/git-server.ts'
import { rowsOfColumn } from '../support/seeded-part.ts'
import { tempFolder } from '../support/temp.ts'
import type { Peer } from './support/copy-case.ts'
import { archive } from './support/copy-cases.ts'
import { buildWithEmbedded, compareBuilds, type Outcome } from './support/embedded-build.ts'
import { missing } from './support/rig.ts'

// ADD of remote sources, compared with BuildKit: the same Dockerfile, the same files.

const absent = missing('docker', 'plugins', 'buildkitd', 'buildctl')

/** Each row is compared with one of them, with the other the day after. */
const peers = ['docker', 'buildkitd'] as const satisfies readonly Peer[]

const time = 'Tue, 15 Nov 1994 12:45:26 GMT'
const tar = archive('mkdir d && echo hi > d/f && touch -d @1500000000 d/f && tar --owner=5 --group=6 -cf - d')
/** SHA-256 of "/a/b.txt". */
const digest = 'sha256:3af167d37e3712f45bcc830edb5a2eb3d668398e005bf82717b6400ad43f766f'

describe.skipIf(absent)('ADD of a URL creates the files that BuildKit creates', () => {
  let server: FileServer
  beforeAll(async () => {
    server = await startFileServer((response, path) => {
      const { pathname, searchParams } = new URL(path, 'http://x')
      const header = searchParams.get('h')
      const [name = '', value = ''] = header === null ? ['last-modified', time] : header.split('=')
      if (pathname === '/moved') response.writeHead(302, { location: '/to/elsewhere' }).end()
      else if (pathname === '/loop') response.writeHead(302, { location: '/loop' }).end()
      else if (pathname === '/away') response.writeHead(302, { location: 'ftp://127.0.0.1/x' }).end()
      else if (pathname.startsWith('/status/')) response.writeHead(Number(pathname.slice(8))).end()
      else if (pathname.endsWith('gz')) response.writeHead(200, { [name]: value }).end(gzipSync(tar))
      else response.writeHead(200, value === '' ? {} : { [name]: value }).end(pathname)
    })
  })
  afterAll(async () => await server.close())

  const rows: readonly { readonly name: string; readonly lines: string; readonly refused?: true }[] = [
    { name: 'to a directory', lines: 'ADD $S/a/b.txt /x/' },
    { name: 'to a name', lines: 'ADD $S/a/b.txt /x' },
    { name: 'to the working directory', lines: 'USER 7:8\nWORKDIR /w\nADD $S/a/b.txt .\nADD $S/a/c.txt v/' },
    { name: 'over an existing directory', lines: 'WORKDIR /x\nADD $S/a/b.txt /x' },
    { name: 'with an owner and a mode', lines: 'ADD --chown=3:4 --chmod=644 $S/a/b.txt /x/y' },
    { name: 'with a symbolic mode', lines: 'ADD --chmod=u+x,g=r $S/a/b.txt /x/y' },
    { name: 'as a separate layer', lines: 'ADD --link --chown=3:4 $S/a/b.txt /x/' },
    { name: 'without a name', lines: 'ADD $S /x/\nADD $S/ /y/\nADD $S/. /z/' },
    { name: 'that ends with a slash', lines: 'ADD $S/dir/ /x/\nADD $S/a//b// /x/' },
    { name: 'that ends above itself', lines: 'ADD $S/a/.. /x/' },
    { name: 'with a query and a fragment', lines: 'ADD $S/a?b=/c#d /x/' },
    { name: 'with escapes', lines: 'ADD $S/a%20b /x/\nADD $S/a%2fc /x/\nADD $S/%C3%BC /x/\nADD $S/a%5cd /x/' },
    { name: 'with an invalid pattern', lines: 'ADD $S/a%2ab /x/\nADD $S/%5ba%5d /x/' },
    { name: 'with an invalid escape', lines: 'ADD $S/%zz /x/', refused: true },
    { name: 'with a line feed in its name', lines: 'ADD $S/a%0ab /x/', refused: true },
    { name: 'in uppercase', lines: 'ADD HTTP://127.0.0.1/a /x/', refused: true },
    { name: 'that redirects', lines: 'ADD $S/moved /x/' },
    { name: 'that redirects in a circle', lines: 'ADD $S/loop /x/', refused: true },
    { name: 'that redirects to another protocol', lines: 'ADD $S/away /x/', refused: true },
    { name: 'that does not exist', lines: 'ADD $S/status/404 /x/', refused: true },
    { name: 'without content', lines: 'ADD $S/status/204 /x/' },
    { name: 'with a name in its response', lines: 'ADD $S/a?h=content-disposition=attachment;filename%3Db /x/' },
    { name: 'without a time', lines: 'ADD $S/a?h= /x/' },
    { name: 'with a time of RFC 850', lines: 'ADD $S/a?h=last-modified=Sunday,%2006-Nov-94%2008:49:37%20GMT /x/' },
    { name: 'with a time of asctime', lines: 'ADD $S/a?h=last-modified=Sun%20Nov%20%206%2008:49:37%201994 /x/' },
    { name: 'with an invalid time', lines: 'ADD $S/a?h=last-modified=1994-11-06T08:49:37Z /x/' },
    { name: 'of an archive', lines: 'ADD $S/t.tgz /x/' },
    { name: 'of an archive to unpack', lines: 'ADD --unpack $S/t.tgz /x\nADD --unpack --chown=9:9 $S/t.tgz /y/' },
    { name: 'of an archive not to unpack', lines: 'ADD --unpack=false $S/t.tgz /x/' },
    { name: 'of text to unpack', lines: 'ADD --unpack $S/a/b.txt /x/' },
    { name: 'that is compressed in transfer', lines: 'ADD $S/t.gz?h=content-encoding=gzip /x/' },
    { name: 'that declares a different compression', lines: 'ADD $S/t.gz?h=content-encoding=x-gzip /x/' },
    { name: 'with a checksum', lines: `ADD --checksum=${digest} $S/a/b.txt /x/` },
    { name: 'with another checksum', lines: `ADD --checksum=sha256:${'0'.repeat(64)} $S/a/b.txt /x/`, refused: true },
    { name: 'with a short checksum', lines: 'ADD --checksum=sha256:ab $S/a/b.txt /x/', refused: true },
    { name: 'with a checksum of SHA-512', lines: `ADD --checksum=sha512:${'0'.repeat(128)} $S/a /x/`, refused: true },
    { name: 'with an exclusion', lines: 'ADD --exclude=*.txt $S/a/b.txt /x/' },
    { name: 'with --keep-git-dir', lines: 'ADD --keep-git-dir $S/a/b.txt /x/' },
    { name: 'twice by the same name', lines: 'ADD $S/a/1 $S/b/1 /x/\nADD $S/a/1 $S/b/2 /y' },
    { name: 'next to a file and a here-document', lines: 'ADD $S/a/b.txt local <<E /x/\ne\nE' },
    { name: 'with a variable', lines: 'ARG V=b\nENV H=a\nADD $S/$H/$' + '{V}.txt /x/' },
    { name: 'in another stage', lines: 'ADD $S/a /one/\nFROM scratch\nCOPY --from=0 /one /two' },
  ]
  for (const [column, peer] of peers.entries()) {
    test.for(rowsOfColumn(rows, column, peers.length))(`$name (${peer})`, async ({ lines, refused = false }) => {
      const dockerfile = `FROM scratch\n${lines.replaceAll('$S', server.url)}\n`
      const { theirs, ours } = await compareBuilds({ dockerfile, files: { local: 'local' } }, peer)
      if (refused) {
        const both = { refused: expect.any(String) }
        expect({ theirs, ours }).toEqual({ theirs: both, ours: both })
      } else {
        expect(theirs).toHaveProperty('files')
        expect(ours).toEqual(theirs)
      }
    })
  }
})

describe.skipIf(absent)('ADD of a Git repository creates the files that BuildKit creates', () => {
  /** One commit with the tag v1, one more on main. */
  async function serve(): Promise<{ readonly url: string; readonly first: string; readonly second: string }> {
    const root = tempFolder()
    const repository = makeRepository(root, 'r.git', { 'a.txt': 'one', 'sub/deep/d': 'd', 'sub/run': 'run' })
    for (const [link, target] of [
      ['link', 'a.txt'],
      ['sub/up', '../../../etc/passwd'],
    ] as const) {
      symlinkSync(target, join(repository, link))
    }
    chmodSync(join(repository, 'sub/run'), 0o775)
    const first = commitFiles(repository, { 'b.txt': 'b' })
    git(repository, ['tag', 'v1'])
    const second = commitFiles(repository, { 'a.txt': 'two' })
    const { url } = await startGitServer(root)
    return { url: `${url}/r.git`, first, second }
  }

  const rows: readonly {
    readonly name: string
    readonly lines: string
    readonly refused?: true
    /** The other one takes it. */
    readonly only?: Peer
  }[] = [
    { name: 'to a name', lines: 'ADD $G /x' },
    { name: 'to an existing directory', lines: 'WORKDIR /x\nADD $G#v1 /x/' },
    { name: 'at a branch', lines: 'ADD $G#main /x' },
    { name: 'at a commit', lines: 'ADD $G#$1 /x' },
    { name: 'of a directory', lines: 'ADD $G#v1:sub /x' },
    { name: 'of a missing directory', lines: 'ADD $G#v1:nope /x', refused: true },
    { name: 'of a file', lines: 'ADD $G#v1:a.txt /x', refused: true },
    { name: 'at a missing ref', lines: 'ADD $G#nope /x', refused: true },
    { name: 'with a query', lines: 'ADD $G?tag=v1&subdir=sub /x' },
    { name: 'with an owner and a mode', lines: 'ADD --chown=3:4 --chmod=700 $G /x' },
    { name: 'with an exclusion', lines: 'ADD --exclude=*.txt $G /x' },
    { name: 'as a separate layer', lines: 'ADD --link --chown=3:4 $G /x' },
    { name: 'with --unpack', lines: 'ADD --unpack $G /x' },
    { name: 'with a checksum', lines: 'ADD --checksum=$2 $G#main /x' },
    { name: 'with a prefix of a checksum', lines: 'ADD --checksum=$S2 $G#main /x' },
    { name: 'with too short a prefix of a checksum', lines: 'ADD --checksum=abc $G#main /x', refused: true },
    { name: 'with another checksum', lines: 'ADD --checksum=$1 $G#main /x', refused: true, only: 'buildkitd' },
    { name: 'with a digest', lines: `ADD --checksum=sha256:${'a'.repeat(64)} $G#main /x`, refused: true },
    { name: 'with contradictions', lines: 'ADD --keep-git-dir=false $G?keep-git-dir=1 /x', refused: true },
    { name: 'next to a file', lines: 'ADD local $G /x/' },
  ]
  for (const [column, peer] of peers.entries()) {
    const ofPeer = rowsOfColumn(rows, column, peers.length).filter(({ only }) => (only ?? peer) === peer)
    test.for(ofPeer)(`$name (${peer})`, async (row) => {
      const { url, first, second } = await serve()
      const lines = row.lines
        .replaceAll('$G', url)
        .replaceAll('$1', first)
        .replaceAll('$2', second)
        .replaceAll('$S2', second.slice(0, 12))
      const { theirs, ours } = await compareBuilds(
        { dockerfile: `FROM scratch\n${lines}\n`, files: { local: 'local' } },
        peer,
      )
      if (row.refused) {
        const both = { refused: expect.any(String) }
        expect({ theirs, ours }).toEqual({ theirs: both, ours: both })
      } else {
        expect(theirs).toHaveProperty('files')
        expect(ours).toEqual(theirs)
      }
    })

    test(`with --keep-git-dir, except for files that Git writes differently (${peer})`, async () => {
      const { url } = await serve()
      const { theirs, ours } = await compareBuilds(
        { dockerfile: `FROM scratch\nADD --keep-git-dir ${url}#v1 /x\n` },
        peer,
      )
      const files = (outcome: Outcome) =>
        'files' in outcome
          ? Object.entries(outcome.files).filter(
              ([path]) => !path.includes('/.git/') || /\.git\/(?:HEAD|shallow)$/.test(path),
            )
          : outcome
      const listed = files(theirs)
      expect(listed).toContainEqual(['x/.git/shallow', expect.any(String)])
      expect(files(ours)).toEqual(listed)
    })
  }
})

describe('the embedded engine', () => {
  it.each([
    ['one line', 'FROM scratch\nADD $S/a $S/b /x/\n'],
    ['several lines', 'FROM scratch\nADD $S/a /x/\nADD $S/b /x/\n'],
    [
      'stages one on the other',
      'FROM scratch AS two\nADD $S/b /x/\nFROM scratch AS one\nADD $S/a /x/\nFROM one\nCOPY --from=two /x /x\n',
    ],
    ['several stages', 'FROM scratch AS one\nADD $S/a /x/\nFROM scratch\nADD $S/b /x/\nCOPY --from=one /x /x\n'],
  ])('downloads %s ADD in parallel', async (_, dockerfile) => {
    const waiting: (() => void)[] = []
    // Neither request is answered before both have arrived.
    const server = await startFileServer((response, path) => {
      waiting.push(() => response.end(path))
      if (waiting.length === 2) for (const answer of waiting) answer()
    })
    try {
      const outcome = await buildWithEmbedded(dockerfile.replaceAll('$S', server.url))
      expect(outcome).toMatchObject({ files: { 'x/a': expect.any(String), 'x/b': expect.any(String) } })
    } finally {
      await server.close()
    }
  })

  it('cancels a download that no stage needs any more', async () => {
    const ended: string[] = []
    const server = await startFileServer((response, path) => {
      response.on('close', () => ended.push(path))
      if (path === '/slow') response.write('begun')
      else setTimeout(() => response.writeHead(404).end(), 50)
    })
    try {
      const outcome = await buildWithEmbedded(`FROM scratch\nADD ${server.url}/none /\nADD ${server.url}/slow /\n`)
      expect(outcome).toEqual({ refused: expect.stringContaining('/none') })
      await expect.poll(() => ended).toContain('/slow')
      expect(server.asked.map(({ path }) => path).sort()).toEqual(['/none', '/slow'])
    } finally {
      await server.close()
    }
  })
})
