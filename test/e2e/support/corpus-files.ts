import { tarHeader } from '../../../src/tree/archive/tar-header.ts'
import { rootNode } from '../../../src/tree/tree.ts'
import type { CorpusBases, CorpusCase } from './corpus-case.ts'
import type { FileSpec } from './write-files.ts'

type Files = Readonly<Record<string, FileSpec>>

const tree: Files = {
  'src/a.js': 'a\n',
  'src/a.test.js': 't\n',
  'src/deep/b.js': 'b\n',
  'src/deep/er/c.js': 'c\n',
  'src/deep/er/c.test.js': 't\n',
  'src/empty': { folder: 0o755 },
  'docs/one.md': '1\n',
  'docs/keep/two.md': '2\n',
  'node_modules/x/index.js': 'x\n',
  'node_modules/keep/index.js': 'k\n',
  'a b/c d.txt': 's\n',
  '.env': 'secret\n',
  '.git/config': 'g\n',
  'README.md': 'r\n',
}

const links: Files = {
  'real/file': 'f\n',
  'real/sub/deep': 'd\n',
  'to-file': { link: 'real/file' },
  'to-folder': { link: 'real' },
  chain: { link: 'to-folder' },
  absolute: { link: '/real/file' },
  'real/up': { link: '../to-file' },
  'real/outside': { link: '../../../../etc/hostname' },
  'real/dangling': { link: 'no/such' },
  'real/self': { link: 'self' },
  'real/long': { link: `${'long/'.repeat(40)}end` },
}

const odd: Files = {
  'odd/with blank': '1',
  'odd/"quoted"': '2',
  "odd/it's": '3',
  'odd/-dash': '4',
  'odd/--from=x': '5',
  'odd/#hash': '6',
  'odd/$dollar': '7',
  'odd/back\\slash': '8',
  'odd/new\nline': '9',
  'odd/tab\there': '10',
  'odd/[bracket]': '11',
  'odd/star*': '12',
  'odd/question?': '13',
  'odd/ünïcödé-码-😀': '14',
  'odd/e\u0301 and é': '15',
  'odd/.dot': '16',
  'odd/...': '17',
  'odd/trailing ': '18',
  'odd/!bang': '19',
  'odd/a,b=c': '20',
  'odd/Case': 'upper',
  'odd/case': 'lower',
}

/** An archive of one empty file, without its parent directories. */
function tarOf(path: string): Buffer {
  const node = { ...rootNode, type: 'file', mode: 0o644 } as const
  return Buffer.concat([tarHeader({ path, node }, 1_500_000_000), Buffer.alloc(1024)])
}

/** Copied content: ignore files, patterns, links, names, modes, times, and content of the base below it. */
export function fileCases({ base, layered }: CorpusBases): readonly CorpusCase[] {
  const ignoring = (name: string, patterns: string, more: Files = {}): CorpusCase => ({
    name: `ignoring ${name}`,
    dockerfile: 'FROM scratch\nCOPY . /all\n',
    files: { ...tree, ...more, '.dockerignore': patterns },
  })
  const scratch = (name: string, lines: string, files: Files = tree, more: Partial<CorpusCase> = {}): CorpusCase => ({
    name,
    dockerfile: `FROM scratch\n${lines}\n`,
    files,
    ...more,
  })
  const over = (name: string, lines: string, files: Files = links): CorpusCase => ({
    name: `over layers: ${name}`,
    dockerfile: `FROM ${layered}\n${lines}\n`,
    files,
  })
  return [
    ignoring('all but some', '*\n!src\n!docs/keep\nsrc/**/*.test.js\n'),
    ignoring('with two stars everywhere', '**/node_modules\n**/*.md\n!**/keep/**\nsrc/**/er\n'),
    ignoring(
      'with slashes, dots, blanks and comments',
      '# comment\n/docs/\n  ./src/deep/  \n\na b/c d.txt\nnode_modules/../README.md\n#.env\n',
    ),
    ignoring('a folder, and one file of it again', 'node_modules\n!node_modules/keep/index.js\n.*\n!.env\n'),
    ignoring('by class, question mark and escape', 'src/?.js\nsrc/deep/[a-b].js\ndocs/k*/two.md\n[^a-z]*.md\n'),
    ignoring('itself and the Dockerfile', 'Dockerfile\n.dockerignore\n*/one.md\n'),
    ignoring('with a byte order mark and lines of Windows', '\ufeffdocs\r\nsrc/deep\r\n!src/deep/er\r\n'),
    ignoring('in several steps', 'src\n!src/deep\nsrc/deep/er\n!src/deep/er/c.js\n!docs\ndocs/**\n!docs/keep/\n'),
    {
      name: 'ignoring by a file beside a Dockerfile of another name',
      dockerfile: 'FROM scratch\nCOPY nothing* /never\nCOPY . /wrong\n',
      files: {
        ...tree,
        'build/app.Dockerfile': 'FROM scratch\nCOPY . /all\n',
        'build/app.Dockerfile.dockerignore': 'src\n',
        '.dockerignore': 'docs\n',
      },
      inputs: { file: 'build/app.Dockerfile' },
    },
    scratch(
      'globs in folders and names',
      'COPY src/*.js /one/\nCOPY s*/d*p /two/\nCOPY */*.md /three/\nCOPY src/[!b]*.js src/?.js /four/',
    ),
    scratch('globs with escapes', 'COPY ["odd/\\\\[bracket]", "odd/star\\\\*", "/x/"]', odd),
    scratch('globs that match folders and files', 'COPY src/* /x/\nCOPY * /y/\nCOPY .* /z/'),
    scratch(
      'folders with and without slashes',
      'COPY src /a\nCOPY src/ /b/\nCOPY src/. /c\nCOPY ./src/./deep/ d\nCOPY . ./e/',
    ),
    scratch(
      '--parents with pivots and stars',
      'COPY --parents ./src/./deep/er/c.js docs/./keep /p/\nCOPY --parents src/**/*.js /q/\nCOPY --parents ./src/a.js README.md /r',
      tree,
      { newest: true },
    ),
    scratch(
      'several --exclude',
      'COPY --exclude=**/*.test.js --exclude=deep/er --exclude=empty src /a\nCOPY --exclude=*.md --exclude=!README.md --exclude=.git . /b',
    ),
    scratch('--exclude with ADD and --link', 'ADD --exclude=*.js src /a\nCOPY --link --exclude=deep src /b'),
    scratch(
      'modes, octal and symbolic',
      'COPY --chmod=7 README.md /a\nCOPY --chmod=01755 docs /b\nCOPY --chmod=a=rX,u+w src /c\nCOPY --chmod=+x README.md /d\nCOPY --chmod=g+s,o-r docs /e',
      { ...tree, 'docs/run': { data: 'x', mode: 0o711 }, 'docs/private': { folder: 0o700 } },
    ),
    scratch('a mode of a variable', 'ARG M=600\nARG O=3:4\nCOPY --chmod=$M --chown=${O} src /a'),
    scratch(
      '--chown in every form',
      'COPY --chown=1 README.md /a\nCOPY --chown=1:2 README.md /b\nCOPY --chown=4294967294:65534 README.md /c\nADD --chown=7:8 docs /d/e',
    ),
    scratch(
      '--chown with signs, with parts that are empty, as root',
      ['+5', '-5', '5:', ':6', ':', 'root', 'root:7', '005:+6', '2147483647']
        .map((owner, index) => `COPY --chown=${owner} README.md /x${index}/a`)
        .join('\n'),
    ),
    over(
      '--chown by names, with signs and with parts that are empty',
      [
        'app:',
        ':staff',
        'app:nothing',
        '5:nothing',
        'root:staff',
        '2147483648',
        '4294967295:4294967296',
        'app:staff:x',
        '+5:',
      ]
        .map((owner, index) => `COPY --chown=${owner} real/file /x${index}/a`)
        .concat('USER app:', 'WORKDIR /w1', 'USER :50', 'WORKDIR /w2', 'USER +7', 'WORKDIR /w3')
        .join('\n'),
    ),
    scratch('setuid, sticky and unusual modes', 'COPY . /m', {
      suid: { data: 's', mode: 0o4755 },
      sgid: { data: 'g', mode: 0o2711 },
      sticky: { folder: 0o1777 },
      'inherit/x': 'x',
      inherit: { folder: 0o2775 },
      none: { data: 'n', mode: 0 },
      all: { data: 'a', mode: 0o777 },
      'closed/in': 'i',
      closed: { folder: 0o500 },
    }),
    scratch('times: before 1970, far ahead, at 0', 'COPY . /t\nADD before /u/', {
      before: { data: 'b', time: -86_400 },
      zero: { data: 'z', time: 0 },
      one: { data: 'o', time: 1 },
      fraction: { data: 'f', time: 1_234_567_890.75 },
      'negative fraction': { data: 'n', time: -1.5 },
      late: { data: 'l', time: 4_102_444_800 },
      'very late': { data: 'v', time: 9_000_000_000 },
    }),
    scratch('links of all kinds, in a folder', 'COPY real /a\nCOPY . /b', links),
    scratch(
      'links as sources',
      'COPY to-file /a/\nCOPY to-folder /b\nCOPY chain /c/\nCOPY absolute /d\nCOPY to-folder/sub/deep /e\nCOPY chain/s[t-z]? chain/u? /f/',
      links,
    ),
    scratch(
      'links as destinations',
      'COPY links /d\nCOPY one /d/to-file\nCOPY one /d/to-folder/\nCOPY two /d/dangling/x\nCOPY one /d/up-and-away',
      {
        one: '1',
        two: '2',
        'links/file': 'f',
        'links/folder/x': 'x',
        'links/to-file': { link: 'file' },
        'links/to-folder': { link: '/d/folder' },
        'links/dangling': { link: 'made/now' },
        'links/up-and-away': { link: '../../../../../out' },
      },
    ),
    scratch('odd names, all at once', 'COPY odd /x', odd),
    scratch(
      'odd names, one by one',
      'COPY ["odd/with blank", "odd/-dash", "/x/"]\nCOPY odd/#hash odd/\\$dollar odd/!bang /y/\nCOPY ["odd/--from=x", "odd/Case", "odd/case", "/z/"]\nCOPY odd/... "odd/a,b=c" odd/ünïcödé-码-😀 /ü/',
      odd,
    ),
    scratch('names and paths of all lengths', 'COPY . /x', {
      ['n'.repeat(99)]: '99',
      ['n'.repeat(100)]: '100',
      ['n'.repeat(101)]: '101',
      ['n'.repeat(255)]: '255',
      ['ü'.repeat(127)]: '254 bytes',
      [`${'folder/'.repeat(13)}${'n'.repeat(60)}`]: 'prefix',
      [`${'d'.repeat(150)}/${'n'.repeat(99)}`]: 'ustar at its most',
      [`${'d'.repeat(200)}/${'e'.repeat(200)}/${'n'.repeat(200)}`]: '600',
      [`${'deep/'.repeat(150)}end`]: 'deep',
      'link-99': { link: 'n'.repeat(99) },
      'link-100': { link: 'n'.repeat(100) },
      'link-101': { link: 'n'.repeat(101) },
      'link-ü': { link: 'ü' },
    }),
    scratch('empty folders and files', 'COPY e /a\nCOPY e/ /b/\nCOPY e/one /c/\nCOPY e/zero /d/\nCOPY empty* /f/', {
      'e/one': { folder: 0o755 },
      'e/two/three': { folder: 0o711 },
      'e/zero': '',
      empty: { folder: 0o755 },
    }),
    scratch('a file of 60 MB', 'COPY big small /', { big: Buffer.alloc(60_000_000, 'big and dull '), small: 's' }),
    scratch('hard links', 'COPY h /one\nCOPY h/a h/b /two/\nCOPY . /three\nCOPY --link h /four', {
      'h/a': 'shared',
      'h/b': { hard: 'h/a' },
      'h/sub/c': { hard: 'h/a' },
      z: { hard: 'h/a' },
    }),
    scratch(
      'the same file again and again',
      'COPY README.md /x\nCOPY README.md /x\nCOPY docs/one.md /x\nCOPY docs /y\nCOPY --chmod=600 docs /y\nCOPY --chown=1:1 docs/one.md /y/',
    ),
    scratch(
      'a file and a folder in turn',
      'COPY README.md /x/y\nCOPY docs /x/z\nCOPY README.md /x\nCOPY src/empty /x/y2\nCOPY --link README.md /x/z/keep',
    ),
    over('a file that was deleted', 'COPY real/file /srv/app/old'),
    over('into a folder that was replaced', 'COPY real /usr/tools/\nCOPY real/file /opt/gone/x'),
    over(
      'through links',
      'COPY real/file /opt/abs/\nCOPY real/file /opt/rel/r\nCOPY real/sub /opt/chain/c\nCOPY real/file /opt/to-file\nCOPY real/file /lib/x',
    ),
    over('through a dangling link', 'COPY real/file /opt/dangling/x\nCOPY real/sub /opt/dangling'),
    over(
      'with owners and modes of what is there',
      'COPY real/file /opt/owned/f\nCOPY --chown=app real /opt/owned/r\nWORKDIR /opt/owned/w\nUSER 0\nWORKDIR /opt/new',
    ),
    over(
      'below a setgid folder of another group',
      'USER 0\nWORKDIR /opt/owned/w1/w2\nCOPY to-file /opt/owned/n/f\nCOPY real /opt/owned/r\nCOPY --chown=5 real/sub /opt/owned/c/d\nCOPY --chmod=711 real/file /opt/owned/m/f\nADD tree.tar /opt/owned/t',
      { ...links, 'tree.tar': tarOf('d/e/f') },
    ),
    over('hard links of the base', `COPY --from=${layered} /opt/a /copy\nCOPY real/file /opt/a/hard`),
    over(
      'a folder to where the base has a file that was a folder',
      'COPY real/file /opt/fullfolder\nCOPY real/file /opt/again',
    ),
    over(
      '--link through what the base has',
      'COPY --link real/file /lib/linked\nCOPY --link real /opt/owned\nCOPY real/file /lib/after',
    ),
    {
      name: 'over layers: all of it from a stage',
      dockerfile: `FROM ${layered} AS all\nCOPY real /opt/a/real\nFROM scratch\nCOPY --from=all /opt /opt\nCOPY --from=all /srv /usr/tools /x/\nCOPY --from=all /lib /lib-copied\n`,
      files: links,
    },
    {
      name: 'over layers: a whole root',
      dockerfile: `FROM ${layered} AS all\nFROM scratch\nCOPY --from=all / /\n`,
      files: links,
    },
    {
      name: 'over a base: onto its own link to a file',
      dockerfile: `FROM ${base}\nCOPY real/file /srv/app/link\nCOPY to-file link2\nCOPY to-folder /tmp\n`,
      files: links,
    },
  ]
}
