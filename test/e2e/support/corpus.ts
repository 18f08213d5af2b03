import type { CorpusBases, CorpusCase } from './corpus-case.ts'
import { cornerCases } from './corpus-corners.ts'
import { fileCases } from './corpus-files.ts'
import { instructionCases } from './corpus-instructions.ts'
import { projectCases } from './corpus-projects.ts'

const tree = {
  'app/main.js': 'console.log(1)\n',
  'app/lib/a.js': 'a\n',
  'app/lib/b.txt': 'b\n',
  'app/.hidden': 'h\n',
  LICENSE: 'free\n',
  'docs/one.md': '1\n',
  'docs/two.md': '2\n',
  'docs/deep/three.md': '3\n',
}

/** All cases. */
export function corpus(bases: CorpusBases): readonly CorpusCase[] {
  return [
    ...basicCases(bases),
    ...instructionCases(bases),
    ...fileCases(bases),
    ...cornerCases(bases),
    ...projectCases(bases),
  ]
}

function basicCases({ base, trigger, copier }: CorpusBases): readonly CorpusCase[] {
  const on = (name: string, lines: string, more: Omit<CorpusCase, 'name' | 'dockerfile'> = {}): CorpusCase => ({
    name,
    dockerfile: `FROM ${base}\n${lines}\n`,
    files: tree,
    ...more,
  })
  const scratch = (name: string, lines: string, more: Omit<CorpusCase, 'name' | 'dockerfile'> = {}): CorpusCase => ({
    ...on(name, lines, more),
    dockerfile: `FROM scratch\n${lines}\n`,
  })
  return [
    scratch('one file', 'COPY LICENSE /'),
    scratch('a folder', 'COPY app /app'),
    scratch('everything', 'COPY . .'),
    scratch('several sources and a glob', 'COPY LICENSE docs/*.md /docs/'),
    scratch('a working folder that is made', 'WORKDIR /a/b\nCOPY LICENSE .'),
    scratch('relative working folders', 'WORKDIR /a\nWORKDIR b/../c\nCOPY LICENSE x/y'),
    scratch('modes and owners', 'COPY --chmod=0640 --chown=12:34 app /app\nCOPY --chmod=u=rwX,go= docs /docs'),
    scratch('a link layer', 'COPY --link app /opt/app'),
    scratch('exclusions', 'COPY --exclude=lib --exclude=*.txt app /app', {}),
    scratch('a here-document', 'COPY <<EOF /etc/motd\nhello $HOME\nEOF\nCOPY <<"A" <<B /two/\nraw $X\nA\nb\nB'),
    scratch('ADD of a file and of a folder', 'ADD LICENSE /x/\nADD docs /y'),
    scratch('environment', 'ENV A=1 B="two words" C=$A-${B:-x}\nENV A=2\nENV D=${A}$C\nCOPY LICENSE /'),
    scratch('arguments', 'ARG V=1\nARG W\nENV V2=$V W2=${W:-none}\nLABEL v=$V\nCOPY LICENSE /$V', {
      inputs: { 'build-args': 'W=given' },
    }),
    scratch(
      'platform arguments',
      'ARG TARGETPLATFORM\nARG TARGETARCH\nARG BUILDOS\nENV P=$TARGETPLATFORM-$TARGETARCH-$BUILDOS\nCOPY LICENSE /$TARGETARCH',
    ),
    scratch('labels of file and step', 'LABEL a=1 b="two words"\nLABEL a=2\nCOPY LICENSE /', {
      inputs: { labels: 'b=step\nc=3' },
    }),
    scratch(
      'ports and volumes',
      'EXPOSE 80 443/tcp 53/udp 8000-8002\nVOLUME /data ["/odd"]\nVOLUME ["/a b", "/c"]\nCOPY LICENSE /',
    ),
    scratch('a user and a signal', 'USER 12:34\nSTOPSIGNAL SIGINT\nCOPY LICENSE /\nWORKDIR /mine'),
    scratch('programs in both forms', 'ENTRYPOINT ["/app", "a b"]\nCMD run $X\nCOPY LICENSE /'),
    scratch('a shell', 'SHELL ["/bin/ash", "-ec"]\nCMD echo hi\nENTRYPOINT exec top\nCOPY LICENSE /'),
    scratch(
      'a health check',
      'HEALTHCHECK --interval=5s --timeout=1m30s --retries=3 CMD curl -f http://localhost\nCOPY LICENSE /',
    ),
    scratch('a health check in the other form', 'HEALTHCHECK --start-period=2s CMD ["/check", "a"]\nCOPY LICENSE /'),
    scratch('no health check', 'HEALTHCHECK NONE\nCOPY LICENSE /'),
    scratch('triggers for others', 'ONBUILD COPY . /src\nONBUILD ENV X=1\nCOPY LICENSE /'),
    scratch('a maintainer', 'MAINTAINER somebody <a@b.example>\nCOPY LICENSE /'),
    scratch('an ignore file', 'COPY . /all', {
      files: { ...tree, '.dockerignore': 'docs\n!docs/deep\n**/*.txt\n.hidden\n' },
    }),
    scratch("an ignore file of the Dockerfile's own", 'COPY . /all', {
      files: { ...tree, '.dockerignore': 'app\n', 'Dockerfile.dockerignore': 'docs\n' },
    }),
    scratch('nothing but configuration', 'ENV A=1\nLABEL b=2'),
    scratch('odd names', 'COPY ["with space", "ünï", "/odd dir/"]', { files: { 'with space': 's', ünï: 'u' } }),
    scratch('an empty file and a long name', `COPY . /x`, { files: { empty: '', [`d/${'n'.repeat(200)}`]: 'long' } }),
    on('on a base: one file', 'COPY LICENSE /'),
    on('on a base: a file below a folder of the base', 'COPY LICENSE /srv/app/new'),
    on('on a base: over a file of the base', 'COPY LICENSE /srv/app/old'),
    on('on a base: into its working folder', 'COPY app .'),
    on('on a base: behind a link of the base', 'COPY LICENSE /bin/tool2'),
    on('on a base: into a folder with a mode of its own', 'COPY LICENSE /tmp/'),
    on('on a base: owners by name', 'COPY --chown=app:staff LICENSE /x\nCOPY --chown=app app /y'),
    on('on a base: its program with other arguments', 'CMD ["other"]'),
    on('on a base: another program', 'ENTRYPOINT ["/new"]'),
    on('on a base: another program and arguments', 'CMD ["z"]\nENTRYPOINT ["/new"]'),
    on('on a base: more environment', 'ENV PATH=$PATH:/more BASE=$BASE-more'),
    on('on a base: a working folder that is there', 'WORKDIR /srv/app\nCOPY LICENSE here'),
    on('on a base: a working folder that is new, of its user', 'WORKDIR /srv/app/sub/dir'),
    on('on a base: labels and ports over its own', 'LABEL base=changed more=1\nEXPOSE 9000'),
    on('on a base: a link layer with a mode', 'COPY --link --chmod=700 app /srv/app/linked'),
    on('on a base: a link layer', 'COPY --link --chown=5:6 app /srv/app/linked'),
    {
      name: 'triggers that copy from a stage and from an image',
      dockerfile: `FROM scratch AS lib\nCOPY app /app\nFROM ${copier}\nCOPY docs /docs\n`,
      files: tree,
    },
    {
      name: 'triggers that copy from a stage with triggers',
      dockerfile: `FROM ${trigger} AS lib\nCOPY app /app\nFROM scratch AS unused\nFROM ${copier}\nCOPY docs /docs\n`,
      files: tree,
    },
    { name: 'triggers of a base', dockerfile: `FROM ${trigger}\nENV AFTER=$FROM_TRIGGER\n`, files: tree },
    {
      name: 'several stages',
      dockerfile: `FROM scratch AS files\nCOPY app /out/app\nCOPY docs /out/docs\nFROM scratch AS unused\nCOPY nothing /\nFROM ${base}\nCOPY --from=files /out/app /app\nCOPY --from=0 /out/docs/*.md /docs/\n`,
      files: tree,
    },
    {
      name: 'a stage on a stage',
      dockerfile:
        'FROM scratch AS a\nENV X=1\nARG Y=2\nCOPY app /app\nCMD ["x"]\nFROM a\nENV Z=$X$Y\nCOPY LICENSE /$X\n',
      files: tree,
    },
    {
      name: 'a stage of the build platform',
      dockerfile: `FROM --platform=$BUILDPLATFORM ${base} AS build\nARG TARGETARCH\nCOPY LICENSE /out/$TARGETARCH\nFROM ${base}\nCOPY --from=build /out /out\n`,
      files: tree,
    },
    {
      name: 'files of another image',
      dockerfile: `FROM scratch\nCOPY --from=${base} /srv /srv\nCOPY --from=${base} /etc/passwd /etc/\n`,
      files: tree,
    },
    {
      name: 'a target in the middle',
      dockerfile: 'FROM scratch AS first\nCOPY LICENSE /first\nFROM scratch AS second\nRUN nothing\n',
      files: tree,
      inputs: { target: 'first' },
    },
    {
      name: 'an argument in FROM',
      dockerfile: `ARG IMAGE=scratch\nARG TAIL=x\nFROM \${IMAGE}\nARG TAIL\nCOPY LICENSE /$TAIL\n`,
      files: tree,
      inputs: { 'build-args': `IMAGE=${base}` },
    },
    {
      name: 'another escape',
      dockerfile: '# escape=`\nFROM scratch\nENV A=a`\n  B=b\nCOPY LICENSE /\n',
      files: tree,
    },
    {
      name: 'comments, blank lines and odd cases',
      dockerfile:
        "# syntax is nobody's\n\nfrom scratch\n\n# c\nCopy LICENSE \\\n# inside\n\n  /x\nenv K V with spaces\nlabel l = not\n".replace(
          'label l = not\n',
          'label l=yes\n',
        ),
      files: tree,
    },
    {
      name: 'a web server as people write it',
      dockerfile: `FROM ${base}\nLABEL org.opencontainers.image.source=https://example.com\nENV NODE_ENV=production PORT=8080\nWORKDIR /usr/src/app\nCOPY --chown=app:app app/ ./\nCOPY docs ./docs/\nEXPOSE 8080\nUSER app\nHEALTHCHECK --interval=30s CMD ["/bin/tool", "health"]\nENTRYPOINT ["/bin/tool"]\nCMD ["main.js"]\n`,
      files: tree,
    },
    {
      name: 'a binary for each platform',
      dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY --chmod=755 bin/app-$TARGETARCH /app\nENTRYPOINT ["/app"]\n',
      files: { 'bin/app-amd64': 'x86', 'bin/app-arm64': 'arm' },
    },
  ]
}
