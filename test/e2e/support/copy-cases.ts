import { execFileSync } from 'node:child_process'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { tarHeader } from '../../../src/tree/archive/tar-header.ts'
import { rootNode } from '../../../src/tree/tree.ts'
import { missingPrograms } from '../../support/skipped.ts'
import type { CopyCase, Peer } from './copy-case.ts'
import type { FileSpec } from './write-files.ts'

/** `refused` rows must be rejected by both; `peers` limits a row to the BuildKits that support it. */
export type CopyRow = CopyCase & { readonly peers?: readonly Peer[]; readonly refused?: true }

const tree: Readonly<Record<string, FileSpec>> = {
  'a.txt': 'a',
  'b.txt': { data: 'b', mode: 0o600 },
  'run.sh': { data: '#!/bin/sh', mode: 0o755 },
  suid: { data: 's', mode: 0o4755 },
  'dir/one': '1',
  'dir/two.txt': '2',
  'dir/sub/three': '3',
  'dir/sub/deep/four.txt': '4',
  'dir/link': { link: 'one' },
  'dir/up': { link: '../a.txt' },
  'dir/abs': { link: '/a.txt' },
  'dir/dangling': { link: 'nowhere' },
  'dir/private': { folder: 0o700 },
  'dir/empty': { folder: 0o755 },
  dirlink: { link: 'dir' },
  filelink: { link: 'dir/one' },
  'name with space': 'x',
  'ünï/码': 'x',
}

const hardLinks: Readonly<Record<string, FileSpec>> = {
  'h/one': 'shared',
  'h/two': { hard: 'h/one' },
  'h/sub/three': { hard: 'h/one' },
  outside: { hard: 'h/one' },
}

/** A tar archive of `files`, made by the system's tar with entries owned by 5:6. */
export function archive(script: string): Buffer {
  return execFileSync('sh', ['-c', `d=$(mktemp -d) && cd $d && ${script} && rm -r $d`], { maxBuffer: 2 ** 24 })
}

/** CAP_NET_BIND_SERVICE, permitted: https://man7.org/linux/man-pages/man7/capabilities.7.html, VFS_CAP_REVISION_2. */
const capability = Buffer.from('0000000200040000000000000000000000000000', 'hex')

function withAttributes(): Buffer {
  const xattrs = new Map([
    ['security.capability', capability],
    ['user.k', Buffer.from('v')],
  ])
  const node = { ...rootNode, type: 'file', mode: 0o755, mtime: 1_600_000_000_000, size: 512, xattrs } as const
  return Buffer.concat([tarHeader({ path: 'f', node }, 1_600_000_000), Buffer.alloc(512, 'x'), Buffer.alloc(1024)])
}

/** Invalid archives, and whether that is an error: without a valid first header, the file is copied unchanged. */
function damaged(): readonly (readonly [name: string, content: Buffer, refused?: true])[] {
  const two = archive('echo x > a && echo y > b && tar --owner=0 --group=0 -cf - a b')
  const sparse = archive('truncate -s 1M s && echo hi >> s && echo x > a && tar -S --format=gnu -cf - s a')
  const pax = withAttributes()
  const damage = (content: Buffer, at: number) =>
    Buffer.from(content.map((byte, index) => (index === at ? 0x7a : byte)))
  return [
    ['whose first header is damaged', damage(two, 0)],
    ['whose first header is cut short', two.subarray(0, 300)],
    ['whose first header is one of PAX and damaged', damage(pax, 512)],
    ['whose first header is one of PAX and cut short', pax.subarray(0, 515)],
    ['of zeros', Buffer.alloc(10_240)],
    [
      'whose compression is damaged from the start',
      Buffer.concat([gzipSync('').subarray(0, 10), Buffer.alloc(2000, 0xff)]),
    ],
    ['whose compression ends in the first header', gzipSync(two).subarray(0, 20)],
    ['whose second header is damaged', damage(two, 1024), true],
    ['that ends with its first header', two.subarray(0, 512), true],
    ['that ends in its first file', two.subarray(0, 513), true],
    ['that begins with a sparse file of GNU', sparse, true],
    ['that has a sparse file of GNU further on', Buffer.concat([two.subarray(0, 1024), sparse]), true],
  ]
}

const tarTree = (): Buffer =>
  archive(
    `mkdir -p d/e && echo hi > d/e/f && ln d/e/f d/hard && ln -s e/f d/soft && chmod 2751 d/e && touch -d @1500000000 d/e/f && tar --owner=5 --group=6 --numeric-owner -cf - d`,
  )

/** Cases over scratch and over `base`, each one Dockerfile. */
export function copyCases(base: string): readonly CopyRow[] {
  const tar = tarTree()
  const files = tree
  const newest: readonly Peer[] = ['buildkitd']
  return [
    { name: 'a file to a name', files, steps: [{ copy: ['a.txt', '/x'] }] },
    { name: 'a file to a folder that is not there', files, steps: [{ copy: ['a.txt', '/x/y/'] }] },
    { name: 'a file to a name in a folder that is not there', files, steps: [{ copy: ['a.txt', '/x/y/z'] }] },
    { name: 'a file to the working folder', files, steps: [{ workdir: '/w' }, { copy: ['a.txt', '.'] }] },
    { name: 'a file to a relative name', files, steps: [{ workdir: '/w' }, { copy: ['a.txt', 'n/m'] }] },
    {
      name: 'a file to a relative folder with dots',
      files,
      steps: [{ workdir: '/w/v' }, { copy: ['a.txt', '../n/./'] }],
    },
    { name: 'a destination above the root', files, steps: [{ workdir: '/w' }, { copy: ['a.txt', '../../../n'] }] },
    { name: 'a destination that ends with a dot', files, steps: [{ copy: ['a.txt', '/x/.'] }] },
    { name: 'a private file', files, steps: [{ copy: ['b.txt', '/'] }] },
    { name: 'a setuid file', files, steps: [{ copy: ['suid', '/'] }] },
    { name: 'several files to a folder', files, steps: [{ copy: ['a.txt', 'b.txt', 'run.sh', '/x/'] }] },
    { name: 'names with spaces and not of ASCII', files, steps: [{ copy: ['name with space', 'ünï', '/x/'] }] },
    { name: 'a folder', files, steps: [{ copy: ['dir', '/x'] }] },
    { name: 'a folder with a slash', files, steps: [{ copy: ['dir/', '/x/'] }] },
    { name: 'everything', files, steps: [{ copy: ['.', '/app'] }] },
    { name: 'everything into the root', files, steps: [{ copy: ['.', '/'] }] },
    { name: 'a folder and a file', files, steps: [{ copy: ['dir', 'a.txt', '/x/'] }] },
    { name: 'a link to a file', files, steps: [{ copy: ['filelink', '/x/'] }] },
    { name: 'a link to a folder', files, steps: [{ copy: ['dirlink', '/x/'] }] },
    { name: 'a file through a link to a folder', files, steps: [{ copy: ['dirlink/one', '/x/'] }] },
    { name: 'a link that leads above its folder', files, steps: [{ copy: ['dir/up', '/x/'] }] },
    { name: 'an absolute link', files, steps: [{ copy: ['dir/abs', '/x/'] }] },
    { name: 'a dangling link', files, steps: [{ copy: ['dir/dangling', '/x/'] }], refused: true },
    { name: 'a source above the root', files, steps: [{ copy: ['../../a.txt', '/x/'] }] },
    { name: 'a source that is not there', files, steps: [{ copy: ['none', '/x/'] }], refused: true },
    { name: 'a wildcard', files, steps: [{ copy: ['*.txt', '/x/'] }] },
    { name: 'a wildcard in a folder', files, steps: [{ copy: ['dir/*/th*', '/x/'] }] },
    { name: 'a wildcard for folders and files', files, steps: [{ copy: ['dir/[e-u]*', '/x/'] }] },
    { name: 'a question mark and a class', files, steps: [{ copy: ['?.txt', 'dir/[o-s]*', '/x/'] }] },
    { name: 'a wildcard that matches nothing', files, steps: [{ copy: ['*.none', '/x/'] }] },
    { name: 'a wildcard that matches nothing and a file', files, steps: [{ copy: ['*.none', 'a.txt', '/x/'] }] },
    { name: 'a folder over a folder', files, steps: [{ copy: ['dir/sub', '/x'] }, { copy: ['dir', '/x'] }] },
    { name: 'a file over a file', files, steps: [{ copy: ['a.txt', '/x'] }, { copy: ['b.txt', '/x'] }] },
    { name: 'a file over a link', files, steps: [{ copy: ['dir', '/x/'] }, { copy: ['b.txt', '/x/link'] }] },
    {
      name: 'a file into a folder over a link',
      files,
      steps: [{ copy: ['dir', '/x/'] }, { copy: ['dir/one', '/y/link'] }, { copy: ['dir', '/y'] }],
    },
    { name: 'a file to the name of a folder', files, steps: [{ copy: ['dir', '/x'] }, { copy: ['a.txt', '/x'] }] },
    { name: 'a folder over a file', files, steps: [{ copy: ['a.txt', '/x'] }, { copy: ['dir', '/x'] }], refused: true },
    {
      name: 'a folder inside over a file',
      files,
      steps: [{ copy: ['a.txt', '/x/sub'] }, { copy: ['dir', '/x'] }],
      refused: true,
    },
    {
      name: 'a file inside over a folder',
      files,
      steps: [{ copy: ['dir', '/x/one/'] }, { copy: ['dir', '/x'] }],
      refused: true,
    },
    {
      name: 'a destination below a file',
      files,
      steps: [{ copy: ['a.txt', '/x'] }, { copy: ['b.txt', '/x/y'] }],
      refused: true,
    },
    { name: '--chown by numbers', files, steps: [{ copy: ['dir', '/x/y/'], chown: '12:34' }] },
    { name: '--chown by a user number', files, steps: [{ copy: ['a.txt', '/x/y/'], chown: '12' }] },
    {
      name: '--chown by a name that scratch cannot have',
      files,
      steps: [{ copy: ['a.txt', '/x/'], chown: 'app' }],
      refused: true,
    },
    {
      name: '--chown by a name nobody has, over scratch',
      files,
      steps: [{ workdir: '/w' }, { copy: ['a.txt', '/x/'], chown: 'app:staff' }],
    },
    {
      name: '--link --chown by a name',
      base,
      files,
      steps: [{ copy: ['a.txt', '/x/'], chown: 'app', link: true }],
      refused: true,
    },
    { name: '--chmod octal', files, steps: [{ copy: ['dir', 'a.txt', '/x/y/'], chmod: '4751' }] },
    { name: '--chmod octal for new parents', files, steps: [{ copy: ['a.txt', '/x/y/z'], chmod: '700' }] },
    { name: '--chmod symbolic', files, steps: [{ copy: ['dir', '/x/'], chmod: 'u=rwX,go=rX' }] },
    {
      name: '--chmod symbolic with every operator',
      files,
      steps: [{ copy: ['.', '/x/'], chmod: 'a-w,u+ws,g=u,o-rx,+t' }],
    },
    { name: '--chmod and --chown', files, steps: [{ copy: ['run.sh', '/bin/'], chmod: '0555', chown: '1:2' }] },
    { name: '--exclude', files, steps: [{ copy: ['dir', '/x/'], exclude: ['*.txt', 'sub/deep'] }] },
    { name: '--exclude with an exception', files, steps: [{ copy: ['dir', '/x/'], exclude: ['sub', '!sub/three'] }] },
    { name: '--exclude anywhere', files, steps: [{ copy: ['.', '/x/'], exclude: ['**/*.txt'] }] },
    { name: '--exclude with a wildcard source', files, steps: [{ copy: ['*', '/x/'], exclude: ['*.txt'] }] },
    { name: '--exclude of a file that is named', files, steps: [{ copy: ['a.txt', '/x/'], exclude: ['*.txt'] }] },
    { name: '--parents', files, steps: [{ copy: ['dir/sub/three', 'a.txt', '/x/'], parents: true }], peers: newest },
    { name: '--parents with a folder', files, steps: [{ copy: ['dir/sub', '/x/'], parents: true }], peers: newest },
    {
      name: '--parents with a pivot',
      files,
      steps: [{ copy: ['dir/./sub/deep', '/x/'], parents: true }],
      peers: newest,
    },
    {
      name: '--parents with wildcards',
      files,
      steps: [{ copy: ['dir/**/*.txt', '/x/'], parents: true }],
      peers: newest,
    },
    {
      name: '--parents of what is not there',
      files,
      steps: [{ copy: ['none/at/all', '/x/'], parents: true }],
      peers: newest,
      refused: true,
    },
    ...['.', 'dir/./', 'dir/./..', '/'].map((source) => ({
      name: `--parents of ${source}, which names nothing below a pivot`,
      files,
      steps: [{ copy: [source, '/x/'], parents: true }],
      peers: newest,
      refused: true as const,
    })),
    ...['dir/s*/./deep', 'd[i]r/./sub/*', 'none*/./x'].map((source) => ({
      name: `--parents of ${source}, with a wildcard before the pivot`,
      files,
      steps: [{ copy: [source, '/x/'], parents: true }],
      peers: newest,
    })),
    {
      name: '--parents with a wildcard that matches nothing',
      files,
      steps: [{ copy: ['none/*', 'a.txt', '/x/'], parents: true }],
      peers: newest,
    },
    {
      name: '--parents of a link',
      files,
      steps: [{ copy: ['dirlink/one', '/x/'], parents: true }],
      peers: newest,
      refused: true,
    },
    {
      name: '--parents with --exclude',
      files,
      steps: [{ copy: ['dir', '/x/'], parents: true, exclude: ['**/*.txt'] }],
      peers: newest,
    },
    {
      name: '--parents over an existing folder',
      files,
      steps: [
        { copy: ['a.txt', '/x/dir/'], chmod: '711' },
        { copy: ['dir/private', 'dir/sub/three', '/x/'], parents: true },
      ],
      peers: newest,
    },
    { name: '--link', files, steps: [{ copy: ['dir', '/x/y/'], link: true, chown: '3:4' }] },
    {
      name: '--link over an existing folder',
      files,
      steps: [
        { copy: ['dir', '/x/'], chown: '9:9' },
        { copy: ['dir/sub', '/x/'], link: true },
      ],
    },
    { name: 'a here-document', steps: [{ copy: ['/x/y'], document: { name: 'EOF', data: 'hello\n' } }] },
    {
      name: 'a here-document into a folder',
      steps: [{ copy: ['/x/'], document: { name: 'EOF', data: 'hello\n' }, chmod: '755', chown: '1:1' }],
    },
    { name: 'hard links in a folder', files: hardLinks, steps: [{ copy: ['h', '/x/'] }] },
    { name: 'hard links by two sources', files: hardLinks, steps: [{ copy: ['h', 'outside', '/x/'] }] },
    { name: 'hard links with all', files: hardLinks, steps: [{ copy: ['.', '/x/'], chown: '1:1' }] },
    { name: 'WORKDIR that is not there', steps: [{ workdir: '/a/b/c' }] },
    { name: 'WORKDIR with a user', steps: [{ user: '12:13' }, { workdir: '/a/b' }] },
    { name: 'WORKDIR that is a file', files, steps: [{ copy: ['a.txt', '/x'] }, { workdir: '/x' }], refused: true },
    {
      name: 'a stage as source',
      files,
      stages: { s: [{ copy: ['dir', '/d/'], chown: '5:5' }] },
      steps: [
        { copy: ['/d', '/x/'], from: 's' },
        { copy: ['d/abs', 'd/sub', '/y/'], from: 's' },
      ],
      refused: true,
    },
    {
      name: 'a stage as source keeps owners',
      files,
      stages: { s: [{ copy: ['dir', '/d/'], chown: '5:5' }] },
      steps: [
        { copy: ['/d', '/x/'], from: 's' },
        { copy: ['d/sub', '/y/'], from: 's' },
      ],
    },
    {
      name: 'a stage as a whole',
      files,
      stages: { s: [{ workdir: '/w' }, { copy: ['.', 'd'] }] },
      steps: [{ copy: ['/', '/'], from: 's' }],
    },
    {
      name: 'hard links from a stage',
      files: hardLinks,
      stages: { s: [{ copy: ['h', '/h/'] }] },
      steps: [{ copy: ['/h', '/x/'], from: 's' }],
    },
    { name: 'ADD of a file', files, steps: [{ add: true, copy: ['a.txt', '/x/'] }] },
    { name: 'ADD of a folder', files, steps: [{ add: true, copy: ['dir', '/x/'] }] },
    { name: 'ADD of an archive', files: { 't.tar': tar }, steps: [{ add: true, copy: ['t.tar', '/x/y'] }] },
    {
      name: 'ADD of a gzip archive under another name',
      files: { t: gzipSync(tar) },
      steps: [{ add: true, copy: ['t', '/x/'] }],
    },
    {
      name: 'ADD of a zstd archive',
      files: { 't.zst': zstdCompressSync(tar) },
      steps: [{ add: true, copy: ['t.zst', '/x/'] }],
    },
    ...(['bzip2', 'xz'] as const)
      .filter((program) => !missingPrograms(program))
      .flatMap((program): readonly CopyRow[] => {
        const packed = (content: Buffer | string) =>
          execFileSync(program, ['-c'], { input: content, maxBuffer: 2 ** 24 })
        return [
          {
            name: `ADD of an archive packed by ${program}`,
            files: { t: packed(tar) },
            steps: [{ add: true, copy: ['t', '/x/'] }],
          },
          {
            name: `ADD of an archive packed by ${program} in two parts`,
            files: { t: Buffer.concat([packed(tar.subarray(0, 700)), packed(tar.subarray(700))]) },
            steps: [{ add: true, copy: ['t', '/x/'] }],
          },
          {
            name: `ADD of text packed by ${program}`,
            files: { t: packed('plain text') },
            steps: [{ add: true, copy: ['t', '/x/'] }],
          },
          {
            name: `ADD of an archive packed by ${program} and cut short`,
            files: { t: packed(archive('head -c 3000000 /dev/urandom > f && tar -cf - f')).subarray(0, 2_000_000) },
            steps: [{ add: true, copy: ['t', '/x/'] }],
            refused: true,
          },
        ]
      }),
    ...damaged().map(
      ([name, content, refused]): CopyRow => ({
        name: `ADD of an archive ${name}`,
        files: { t: content },
        steps: [{ add: true, copy: ['t', '/x/'] }],
        ...(refused ? { refused } : {}),
      }),
    ),
    { name: 'ADD of what looks like bzip2', files: { t: 'BZh91AY&SY' }, steps: [{ add: true, copy: ['t', '/x/'] }] },
    {
      name: 'ADD of an archive with --chown and --chmod',
      files: { 't.tar': tar },
      steps: [{ add: true, copy: ['t.tar', '/x/'], chown: '8:9', chmod: '700' }],
    },
    {
      name: 'ADD of compressed text',
      files: { 't.gz': gzipSync('text') },
      steps: [{ add: true, copy: ['t.gz', '/x/'] }],
    },
    {
      name: 'ADD of an archive over files',
      files: { 't.tar': tar, 'd/e': 'file', 'soft/d': { link: 'q' } },
      steps: [{ copy: ['d', '/x/d/'] }, { add: true, copy: ['t.tar', '/x'] }],
    },
    {
      name: 'ADD of an archive through a link',
      files: { 't.tar': tar, 's/d': { link: 'elsewhere' }, 's/elsewhere': { folder: 0o700 } },
      steps: [{ copy: ['s', '/x'] }, { add: true, copy: ['t.tar', '/x'] }],
    },
    { name: 'COPY of an archive', files: { 't.tar': tar }, steps: [{ copy: ['t.tar', '/x/'] }] },
    { name: 'ADD of an empty file', files: { e: '' }, steps: [{ add: true, copy: ['e', '/x/'] }] },
    {
      name: 'ADD of an archive that climbs',
      files: { 't.tar': archive('echo x > f && tar -P --transform s,f,../../up, -cf - f') },
      steps: [{ add: true, copy: ['t.tar', '/x/'] }],
      // BuildKit 0.32 puts it below the destination instead.
      peers: ['docker'],
      refused: true,
    },
    {
      name: 'ADD of an archive with an absolute name',
      files: { 't.tar': archive('echo x > f && tar -P --transform s,f,/etc/up, -cf - f') },
      steps: [{ add: true, copy: ['t.tar', '/x/'] }],
    },
    {
      name: 'ADD of a FIFO',
      files: { 't.tar': archive('mkfifo p && tar --owner=0 --group=0 -cf - p') },
      steps: [{ add: true, copy: ['t.tar', '/x/'] }],
    },
    {
      name: 'ADD of an archive with a file capability and another attribute',
      files: { 't.tar': withAttributes() },
      steps: [{ add: true, copy: ['t.tar', '/x/'] }],
    },
    {
      name: 'a file with a capability from a stage',
      files: { 't.tar': withAttributes() },
      stages: { s: [{ add: true, copy: ['t.tar', '/x/'] }] },
      steps: [{ copy: ['/x', '/y/'], from: 's', chown: '5:5' }],
    },
    { name: 'into a base', base, files, steps: [{ copy: ['a.txt', '/new/'] }] },
    { name: 'into a folder of the base', base, files, steps: [{ copy: ['a.txt', '/srv/data/'] }] },
    { name: 'a file to the name of a folder of the base', base, files, steps: [{ copy: ['a.txt', '/srv/data'] }] },
    { name: 'through a link of the base', base, files, steps: [{ copy: ['run.sh', '/bin/'] }] },
    { name: 'through an absolute link of the base', base, files, steps: [{ copy: ['a.txt', '/var/run/x/y'] }] },
    { name: 'through a link with dots', base, files, steps: [{ copy: ['dir', '/current'] }] },
    { name: 'onto a link to a file', base, files, steps: [{ copy: ['a.txt', '/link-to-file'] }] },
    { name: 'through a dangling link', base, files, steps: [{ copy: ['a.txt', '/dangling/z'] }] },
    { name: 'onto a dangling link', base, files, steps: [{ copy: ['a.txt', '/dangling'] }] },
    { name: 'into a sticky folder of the base', base, files, steps: [{ copy: ['dir', '/tmp'] }] },
    { name: 'into a folder with an owner', base, files, steps: [{ copy: ['dir', '/owned/deeper/'] }] },
    {
      name: 'a tree over links of the base',
      base,
      files: { 't/bin/x': 'x' },
      steps: [{ copy: ['t', '/'] }],
      refused: true,
    },
    { name: '--link over a link of the base', base, files, steps: [{ copy: ['a.txt', '/bin/x'], link: true }] },
    {
      name: '--chown by names of the base',
      base,
      files,
      steps: [
        { copy: ['dir', '/x/'], chown: 'app' },
        { copy: ['a.txt', '/y'], chown: 'app:staff' },
        { copy: ['a.txt', '/z'], chown: '5:staff' },
      ],
    },
    { name: '--chown by names nobody has', base, files, steps: [{ copy: ['a.txt', '/y'], chown: 'who:what' }] },
    { name: 'WORKDIR on a folder of the base', base, steps: [{ user: 'app' }, { workdir: '/srv' }] },
    { name: 'WORKDIR through a link of the base', base, steps: [{ user: 'app' }, { workdir: '/bin/x/y' }] },
    {
      name: 'ADD of an archive into a base',
      base,
      files: { 't.tar': archive('mkdir bin && echo x > bin/f && tar --owner=0 --group=0 -cf - bin/f') },
      steps: [{ add: true, copy: ['t.tar', '/'] }],
    },
    {
      name: 'ADD of an archive with a folder over a link of the base',
      base,
      files: { 't.tar': archive('mkdir bin && echo x > bin/f && tar --owner=0 --group=0 -cf - bin') },
      steps: [{ add: true, copy: ['t.tar', '/'] }],
    },
  ]
}
