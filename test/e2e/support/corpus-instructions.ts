import type { CorpusBases, CorpusCase } from './corpus-case.ts'
import type { FileSpec } from './write-files.ts'

const files: Readonly<Record<string, FileSpec>> = { LICENSE: 'free\n', 'app/main.js': 'main\n', 'app/lib/a': 'a\n' }

/** Codes of characters in each form in which Go prints them. */
const quotedCodes = [
  ...[0, 1, 7, 8, 9, 10, 11, 12, 13, 27, 31, 32, 34, 39, 65, 92, 126, 127, 128, 130, 159, 160, 161, 173, 255],
  ...[0x301, 0x378, 0x600, 0x1680, 0x2000, 0x200b, 0x2028, 0x202e, 0x3000, 0x7801, 0xe000, 0xfeff, 0xfffd, 0xfffe],
  ...[0x1_f600, 0xe_0001, 0x10_ffff],
]

/** Each instruction in its less usual forms: variables, here-documents, configuration, stages, triggers. */
export function instructionCases({ base, layered, nonroot, odd }: CorpusBases): readonly CorpusCase[] {
  const scratch = (name: string, lines: string, more: Partial<CorpusCase> = {}): CorpusCase => ({
    name,
    dockerfile: `FROM scratch\n${lines}\n`,
    files,
    ...more,
  })
  return [
    scratch(
      'every operator of variables',
      [
        'ENV A=one.two.three B= P=/usr/local/bin/tool.tar.gz',
        'ENV D1=${A:-x} D2=${B:-x} D3=${N:-x} D4=${A-x} D5=${B-x} D6=${N-x} D7=${A:+y} D8=${B:+y} D9=${B+y} D10=${N+y}',
        'ENV C1=${A#*.} C2=${A##*.} C3=${A%.*} C4=${A%%.*} C5=${A/./-} C6=${A//./-} C7=${P##*/} C8=${P%/*} C9=${A#o?e}',
        'ENV N1=${N:-${A:-z}} N2="${N:-a b}" Q1=\\$A Q2=\'$A\' Q3="\'$A\'" Q4=$A$A Q5=${A}_$A. Q6="$A \\"q\\""',
        'LABEL l1=${A##*.} "l two"=${B:-empty}',
        'COPY LICENSE /${P##*/}/${A%%.*}',
      ].join('\n'),
    ),
    scratch('a variable that must be there, and is', 'ARG V=1\nENV W=${V:?must} X=${V?must}\nCOPY LICENSE /$W'),
    scratch(
      'values with equals signs, quotes and blanks',
      `ENV A="a=b=c" B='single $X' C=with\\ blank D="tab\\there" E=\nENV F  spaced   out\nCOPY LICENSE /`,
    ),
    scratch('ENV of one line sees the lines before it only', 'ENV A=1\nENV A=2 B=$A\nENV C=$B$A\nCOPY LICENSE /'),
    scratch(
      'ARG hides ENV and takes what is given',
      'ENV A=env\nARG A=arg\nENV B=$A\nARG C=${A}-c\nENV D=$C\nCOPY LICENSE /',
      {
        inputs: { 'build-args': 'C=given=with=equals' },
      },
    ),
    scratch('several ARG in a line', 'ARG A=1 B=2 C\nENV X=$A$B$C\nCOPY LICENSE /$X', {
      inputs: { 'build-args': 'C=3' },
    }),
    scratch('proxies, which need no ARG', 'COPY LICENSE /\nENV A=1', {
      inputs: { 'build-args': 'http_proxy=http://proxy.example:1\nNO_PROXY=localhost' },
    }),
    scratch('an argument given empty', 'ARG V=default\nENV W=[$V] X=${V:-gone}\nCOPY LICENSE /', {
      inputs: { 'build-args': 'V=' },
    }),
    ...[
      { name: 'of the environment', env: { SOURCE_DATE_EPOCH: '1700000000' } },
      {
        name: 'given as an argument',
        env: { SOURCE_DATE_EPOCH: '1700000000' },
        inputs: { 'build-args': 'SOURCE_DATE_EPOCH=1600000000' },
      },
      { name: 'before 1970', inputs: { 'build-args': 'SOURCE_DATE_EPOCH=-5' } },
      { name: 'given empty', env: { SOURCE_DATE_EPOCH: '1700000000' }, inputs: { 'build-args': 'SOURCE_DATE_EPOCH=' } },
    ].map(({ name, ...more }) =>
      scratch(
        `ARG SOURCE_DATE_EPOCH ${name}`,
        'ARG SOURCE_DATE_EPOCH\nENV E=[$SOURCE_DATE_EPOCH]\nLABEL e=${SOURCE_DATE_EPOCH:-none}',
        more,
      ),
    ),
    scratch(
      'a platform argument with a value of its own',
      'ARG TARGETOS=other\nARG TARGETVARIANT=v\nENV A=$TARGETOS-$TARGETVARIANT\nCOPY LICENSE /',
    ),
    scratch(
      'here-documents with variables, quotes and tabs',
      'ENV A=1 B="two words"\nCOPY <<-EOF /tabs\n\tone $A\n\t\ttwo ${B:-x}\n\tEOF\nCOPY <<\'EOF\' /raw\n$A \\$A ${B}\nEOF\nCOPY <<EOF /escaped\n\\$A "$A" \'$A\' `x` \\\\\nEOF',
    ),
    scratch('several here-documents and a file', 'COPY <<one <<"two" LICENSE /etc/\nfirst\none\nsecond $X\ntwo'),
    scratch(
      'a here-document with mode and owner',
      'COPY --chmod=755 --chown=3:4 <<EOF /run.sh\n#!/bin/sh\necho hi\nEOF\nADD <<EOF /empty\nEOF',
    ),
    scratch(
      'a here-document into folders that are new',
      'WORKDIR /w\nCOPY <<EOF a/b/c\nx\nEOF\nCOPY --link <<EOF /l/x\nx\nEOF',
    ),
    scratch('USER in every form', 'USER 1\nWORKDIR /a\nUSER 1:2\nWORKDIR /b\nUSER 0\nWORKDIR /c\nUSER name:group'),
    {
      name: 'USER by names of the base',
      dockerfile: `FROM ${base}\nUSER app:staff\nWORKDIR /named/by\nUSER nobody\nWORKDIR /nobody/there\n`,
      files,
    },
    scratch(
      'STOPSIGNAL by number, name and variable',
      'ARG S=SIGTERM\nSTOPSIGNAL 9\nSTOPSIGNAL $S\nSTOPSIGNAL SIGRTMIN+3\nCOPY LICENSE /',
    ),
    scratch(
      'EXPOSE in every form',
      'ARG P=90\nEXPOSE $P ${P}1/udp 7000-7002/tcp 53/UDP 80/tcp 80\nEXPOSE 1000-1001:2000-2001\nCOPY LICENSE /',
    ),
    scratch(
      'VOLUME in both forms and twice',
      'ENV V=/v\nVOLUME $V /w\nVOLUME ["$V", "/with blank"]\nVOLUME /w\nCOPY LICENSE /v/',
    ),
    scratch(
      'SHELL before and after CMD',
      'CMD one\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nCMD two\nENTRYPOINT three $HOME\nHEALTHCHECK CMD four\nCOPY LICENSE /',
    ),
    scratch('CMD and ENTRYPOINT in odd forms', `CMD [ "a" , "b\\u0041" ]\nENTRYPOINT []\nCMD []\nCOPY LICENSE /`),
    scratch('CMD that looks like a list', `CMD ['single', 'quotes']\nENTRYPOINT [ "unclosed"\nCOPY LICENSE /`),
    scratch(
      'HEALTHCHECK with everything',
      'HEALTHCHECK --interval=1m --timeout=1500ms --start-period=1h2m3s --start-interval=250ms --retries=0 CMD ["a", "b"]\nCOPY LICENSE /',
    ),
    scratch(
      'texts and numbers that Go quotes',
      [
        ...quotedCodes.filter((code) => code !== 0).map((code) => `HEALTHCHECK --retries=${code} CMD ["x"]`),
        'HEALTHCHECK --interval=1h1ns --timeout=1000001ns --start-period=61s1us --retries=55296 CMD ["x"]',
        ...[1_114_112, 1_200_000, 2_147_483_647].map((code) => `HEALTHCHECK --retries=${code} CMD ["x"]`),
        `CMD ${JSON.stringify(quotedCodes.map((code) => `<${String.fromCodePoint(code)}>`))}`,
        'CMD ["\\ud800", "\\u007f", "a\\/b", "\u007f\u00a0"]',
        `ENTRYPOINT "it's" a\\tb \u2028 \u200b\u00ad \u0007`,
      ].join('\n'),
    ),
    scratch('HEALTHCHECK twice', 'HEALTHCHECK NONE\nHEALTHCHECK --retries=9 CMD exit 0\nCOPY LICENSE /'),
    scratch(
      'LABEL in the old form and over lines',
      'LABEL old form of it\nLABEL a="line \\\ncontinued" \\\n  b=2\nLABEL "with.dot"="v" e=""\nCOPY LICENSE /',
    ),
    scratch('MAINTAINER twice', 'MAINTAINER one\nMAINTAINER two <x@example>\nCOPY LICENSE /'),
    scratch(
      'WORKDIR with variables, dots and a slash at its end',
      'ENV D=dir\nWORKDIR /a//b/./$D/\nWORKDIR ../up\nWORKDIR "quoted name"\nCOPY LICENSE .',
    ),
    scratch(
      'WORKDIR with slashes and dots at the ends of relative paths',
      'ENV E=\nWORKDIR /a/\nWORKDIR $E\nWORKDIR b/\nWORKDIR c//d/./\nWORKDIR /x//y/../\nWORKDIR ./\nWORKDIR ../../../..\nWORKDIR "  z "\nWORKDIR e/.\nWORKDIR //\nWORKDIR $E\nWORKDIR w/\nCOPY LICENSE .',
    ),
    scratch(
      'WORKDIR on what COPY made',
      'COPY --chmod=700 --chown=5:5 app /app\nWORKDIR /app\nWORKDIR lib\nCOPY LICENSE ./',
    ),
    scratch(
      'comments and blank lines inside an instruction',
      'ENV A=1 \\\n# a comment\n\n  B=2 \\\n   # another\n  C=3\nCOPY LICENSE \\\n  app/main.js \\\n  /x/',
    ),
    scratch(
      'lines that end as on Windows',
      'ENV A=1\\\r\n  B=2\r\nCOPY LICENSE /x\r\nCOPY <<EOF /doc\r\none\r\nEOF\r\nLABEL a=b\r',
    ),
    {
      name: 'triggers over two levels of stages',
      dockerfile:
        'FROM scratch AS one\nONBUILD COPY LICENSE /one\nONBUILD ENV ONE=1\nONBUILD ARG T=t\nFROM one AS two\nENV TWO=$ONE$T\nONBUILD WORKDIR /two\nONBUILD COPY app .\nFROM two\nCOPY LICENSE three\nENV LAST=$TWO\n',
      files,
    },
    {
      name: 'triggers of a stage that are kept for others',
      dockerfile: `FROM ${base} AS parent\nONBUILD LABEL triggered=1\nONBUILD USER 7\nFROM parent\nONBUILD EXPOSE 1\nONBUILD CMD ["x"]\n`,
      files,
    },
    {
      name: 'a variable in FROM, of several ARG',
      dockerfile: `ARG REGISTRY=nowhere.example\nARG NAME=\${REGISTRY%/}/e2e\nARG TAG\nFROM \${NAME}/corpus-base:\${TAG:-1} AS one\nARG NAME\nARG REGISTRY=again\nENV N=$NAME R=$REGISTRY T=[$TAG]\nCOPY LICENSE /\n`,
      files,
      inputs: { 'build-args': `REGISTRY=${base.slice(0, base.indexOf('/'))}/` },
    },
    {
      name: 'a chain of stages with what each sets',
      dockerfile: `FROM ${base} AS a\nENV A=1\nLABEL a=1\nFROM a AS b\nENV B=$A\nEXPOSE 1\nWORKDIR /b\nFROM b AS c\nUSER 5\nENTRYPOINT ["c"]\nCOPY LICENSE here\nFROM c\nENV C=$A$B\nVOLUME /c\n`,
      files,
    },
    {
      name: 'stages that copy from each other, by name, number and in another case',
      dockerfile: `FROM scratch AS First\nCOPY --chown=1:1 app /app\nFROM scratch AS second\nCOPY --from=first /app/lib /lib\nCOPY --from=0 /app/main.js /\nFROM scratch\nCOPY --from=SECOND / /all/\nCOPY --from=1 --chown=2:2 lib /root/\n`,
      files,
    },
    {
      name: 'a target by another case, with stages after it that cannot be built',
      dockerfile: `FROM scratch AS Wanted\nCOPY LICENSE /\nFROM nowhere.example/none AS broken\nRUN x\nFROM broken\nCOPY --from=broken /x /\n`,
      files,
      inputs: { target: 'wanted' },
    },
    {
      name: 'a stage twice on one base, one unused with RUN',
      dockerfile: `FROM ${base} AS unused\nRUN exit 1\nFROM ${base} AS used\nCOPY LICENSE /used\nFROM ${nonroot}\nCOPY --from=used /used /used\n`,
      files,
    },
    {
      name: 'another image as source, and its links',
      dockerfile: `FROM scratch\nCOPY --from=${layered} /opt/abs /opt/rel/hard /x/\nCOPY --from=${layered} /opt/a /opt/b /y/\nCOPY --from=${layered} --chown=9:9 /opt/owned /z\n`,
      files,
    },
    { name: 'only a base that another tool made', dockerfile: `FROM ${odd}\n`, files, inputs: { verify: 'off' } },
    {
      name: 'over a base that another tool made',
      dockerfile: `FROM ${odd} AS a\nENV LONE=set A=3\nENV C=[$LONE][$B][$A]\nEXPOSE 81\nVOLUME /w\nLABEL m=3\nCOPY LICENSE here\nFROM a\nENV B=4\nWORKDIR sub/\nHEALTHCHECK NONE\nCMD ["x"]\n`,
      files,
      // Its own platform is another one.
      inputs: { verify: 'off' },
    },
    {
      name: 'a base that another tool made, of one platform for all',
      dockerfile: `FROM --platform=linux/arm64 ${odd}\nLABEL a=b\n`,
      files,
      inputs: { verify: 'off' },
    },
    { name: 'only a base', dockerfile: `FROM ${layered}\n`, files },
    {
      name: 'only a base with a platform argument',
      dockerfile: `FROM --platform=$TARGETPLATFORM ${base}\nARG TARGETARCH\nLABEL arch=$TARGETARCH\n`,
      files,
    },
    {
      name: 'a base by another platform for all',
      dockerfile: `FROM --platform=linux/amd64 ${base}\nCOPY LICENSE /\n`,
      files,
      // Verification rejects the result.
      inputs: { verify: 'off' },
    },
  ]
}
