import { tarHeader } from '../../../src/tree/archive/tar-header.ts'
import { rootNode, type TreeNode } from '../../../src/tree/tree.ts'
import type { CorpusBases, CorpusCase } from './corpus-case.ts'
import type { FileSpec } from './write-files.ts'

type Files = Readonly<Record<string, FileSpec>>

const tree: Files = {
  LICENSE: 'free\n',
  'a/b/c/x1.js': 'x1\n',
  'a/b/c/x2.js': 'x2\n',
  'a/b/y.txt': 'y\n',
  'a/b/keep me/z': 'z\n',
  'a/d/.dot': 'dot\n',
  'a/d/!bang': 'bang\n',
  'a/d/#hash': 'hash\n',
  'a/d/e/f.md': 'f\n',
  'a/empty': { folder: 0o750 },
  'a/run': { data: 'run', mode: 0o711 },
  '.config/.inner': 'i\n',
}

type Entry = {
  readonly path: string
  readonly node?: Partial<TreeNode>
  readonly linkTo?: string
  readonly data?: string
}

/** An archive of these entries, in this order, without their parent directories. */
function tar(...entries: readonly Entry[]): Buffer {
  const parts = entries.flatMap(({ path, node = {}, linkTo, data = '' }) => {
    const whole: TreeNode = { ...rootNode, type: 'file', mode: 0o644, size: data.length, ...node }
    const header = tarHeader({ path, node: whole, ...(linkTo === undefined ? {} : { linkTo }) }, 1_500_000_000)
    return [header, Buffer.from(data), Buffer.alloc((512 - (data.length % 512)) % 512)]
  })
  return Buffer.concat([...parts, Buffer.alloc(1024)])
}

const folder = (mode: number, more: Partial<TreeNode> = {}) => ({ type: 'directory', mode, ...more }) as const
const link = (target: string) => ({ type: 'symlink', mode: 0o777, target }) as const

/** Corner cases of the language and of copying, in forms that occur in real projects. */
export function cornerCases(bases: CorpusBases): readonly CorpusCase[] {
  return [...expansions(), ...layout(), ...configuration(bases), ...stages(bases), ...copies(bases), ...ignores()]
}

function scratch(name: string, lines: string, more: Partial<CorpusCase> = {}): CorpusCase {
  return { name: `corner: ${name}`, dockerfile: `FROM scratch\n${lines}\n`, files: tree, ...more }
}

function expansions(): readonly CorpusCase[] {
  return [
    scratch(
      'prefixes and suffixes with stars, question marks, classes and escapes',
      'ENV P=/usr/local/lib/a.tar.gz S=aaa U=ünï-ü B=[x]*\nENV A=${P#*/} B1=${P##*/} C=${P%.*} D=${P%%.*} E=${P#/???/} F=${S#a*} G=${S##a*} H=${S%?} I=${S%%?} J=${U#ü} K=${U%?} M=${B%\\*} N=${P#} O=${P%nomatch} Q=${P##*} R=${P%%*}',
    ),
    scratch(
      'replacements, empty ones and with variables in them',
      'ENV X=a/b/a A=a N= P=x.y.x\nENV R1=${X/a/c} R2=${X//a/c} R3=${X/a/} R4=${X//a/} R5=${X/$A/$P} R6=${X//${A}/${N:-e}} R7=${P/./-} R8=${P//./-} R9=${P//x*/z} R10=${P/?/q} R11=${N/a/b} R12=${X/\\//_} R13=${X//\\//_}',
    ),
    scratch(
      'operators inside operators',
      'ENV A=1 E=\nENV X=${U:-${V:-${A}}} Y=${A:+${E:-${U:-deep}}} Z=${U-${A#1}} W=${A:+"q $A"} V1=${U:-\'s $A\'} V2="${U:-a b}" V3=${U:-\\}} V4=${U:-$A$A} V5=${E:+no}${E:-yes} V6=pre${U:-mid}post',
    ),
    scratch(
      'dollars that are escaped, quoted, alone and doubled',
      'ENV X=v\nENV A=\\$X B="\\$X" C=\'$X\' D="\'$X\'" E=$ F=$$X G=a$ H=\\\\$X I="$" J=$X-$X.$X/$X K=${X}x L=$1$2 M=$? N=$@ O=\\${X} P="${X}" Q=\'${X}\' R=x\\$',
    ),
    {
      name: 'corner: a variable that must be set, in a stage that is not needed',
      dockerfile:
        'FROM scratch AS unused\nENV A=${NOT:?unset} B=${A:?}\nWORKDIR $NOT\nFROM scratch\nARG G=${NOT:?x}\nENV B=${G:?y}\n',
      inputs: { 'build-args': 'G=given' },
    },
    scratch(
      'names of variables in all letters',
      'ENV _a=1 a1=2 A_B=3 ü=4 a.b=5 c-d=6\nENV X=$_a$a1$A_B Y=${ü} Z=$a.b W=$c-d V=${a1}b',
    ),
    scratch(
      'keys that are quoted or made of variables',
      'ENV K=name "q"=1\nENV $K=v ${K}2=w "$K 3"=x\nLABEL $K=a "l $K"=b \'$K\'=c l\\ m=d ""x=e',
    ),
    scratch(
      'ENV in the old form',
      'ENV A  b  c "d" \'e\' $A\nENV B  x\\ y  \nENV C = d\nENV D\tt\nENV E "q r"\nENV F \\$A ${A}',
    ),
    scratch(
      'ARG and ENV that hide each other',
      'ARG A=1\nENV A=2\nARG A=3\nENV B=$A\nARG A\nENV C=$A\nARG D=d E=$D F=${E}f\nENV G=$D$E$F\nARG A=${A}x\nENV H=$A A=5\nENV I=$A',
      { inputs: { 'build-args': 'E=given' } },
    ),
    scratch(
      `ARG with quotes and blanks`,
      `ARG A="b c" D='e $A' G=h\\ i J="k \\"l\\"" M= N=""\nENV X=$A Y=$D Z=$G W=$J V=[$M$N]\nLABEL a=$A d="$D"`,
    ),
    {
      name: 'corner: global arguments that are made of each other',
      dockerfile:
        'ARG A=1\nARG B=$A-${C:-d}\nARG C=$B\nARG A=2\nARG D=$A E="$C $D" U\nARG TARGETARCH\nARG P=${TARGETARCH}/${BUILDOS}\nFROM scratch\nARG A\nARG B\nARG C=${B}x\nARG D=own\nARG E U P\nENV X=$A,$B,$C,$D,$E,$U,$P\n',
      inputs: { 'build-args': 'U=up' },
    },
    {
      name: 'corner: arguments of a stage below, and global ones again',
      dockerfile:
        'ARG G=global\nFROM scratch AS one\nARG G=mine\nARG L=local\nENV E=$G$L\nFROM one AS two\nENV F=$G-$L\nARG G\nENV H=$G\nFROM scratch\nARG L\nENV I=[$G][$L]\n',
    },
  ]
}

/** The layout of lines and words. */
function layout(): readonly CorpusCase[] {
  return [
    {
      name: 'corner: tabs, form feeds and blanks everywhere',
      dockerfile:
        '\n \t\n\tFROM\tscratch \t AS\ta \n  ENV\tA=1\t\tB=2 \n\tCOPY\t--chown=1:2\t\tLICENSE \t /x\t\n\fLABEL\fa=b\n \t# c\n\tCMD\t[ "a" ,\t"b" ] \n',
      files: tree,
    },
    {
      name: 'corner: a byte order mark before a directive',
      dockerfile: '\ufeff# escape=`\nFROM scratch\nENV A=C:\\dir\\ B=a` b C=`$A\nCMD echo "\\n" `\n  more\n',
    },
    {
      name: 'corner: the other escape in all places',
      dockerfile:
        '#escape=`\nFROM scratch\nENV A="q `"x`"" B=\'`\' C=a\\b`\\c\nWORKDIR "/w`$A"\nWORKDIR /v\nCOPY LICENSE `\n# comment\n\n  ./l\nCOPY <<E /e\n\\$A $A `$A ${B}\nE\nLABEL a="x `\n  y" b=1\nENTRYPOINT ["a\\\\b"]\nEXPOSE 8`0\n',
      files: tree,
    },
    {
      name: 'corner: lines of Windows, with directive, continuation, lists and documents',
      dockerfile:
        '# escape=\\\r\n\r\nFROM scratch\r\n\r\n# c\r\nENV A="x \\\r\n  y" \\\r\n# in\r\n\r\n  B=2\r\nCMD ["a", \\\r\n  "b"]\r\nCOPY <<-E <<\'F\' /d/\r\n\t$A\r\n\tE\r\n$A\r\nF\r\nLABEL x=y\\\r\nz\r\nVOLUME ["/v"]\r\nEXPOSE 80\r\nUSER 5\r\n',
    },
    scratch(
      'continuations with comments, blanks behind, two escapes and the end of the file',
      'ENV A=1 \\  \n  # one \\\n#two\n  B=2 \\\n\n\n  C=3\\\\\nLABEL a=b\\\nc \\\t\n  d=e\nCMD run \\\n  # not me\n  x # me \\\n  y\nENTRYPOINT a \\',
    ),
    scratch(
      'labels with quotes, newlines, blanks and signs',
      `LABEL a="x \\\n  y" b='s "d" s' c="it's" d=a\\"b e="a\\\\b" f="\\n\\t" "g h"='i j'\nLABEL k==v l="=" m='' n="\${U:-none}" o='$U' p=ü码😀 q="tab\there" r=a\\ b\nLABEL org.x/y.z-0_1=1 s="{\\"j\\": [1, \\"2\\"]}"`,
    ),
    scratch(
      'delimiters of here-documents with quotes and escapes',
      'ENV V=v\nCOPY <<"A" <<\'B\' <<C"D" <<\\E <<F\'G\'H /d/\n$V\nA\n$V\nB\n$V\nCD\n$V\nE\n$V\nFGH',
    ),
    scratch(
      'here-documents that hold what looks like more',
      'ENV V=v\nCOPY <<EOF /a\n# no comment\nFROM x\nEOF \n EOF\nEOFF\n\\EOF\n<<EOF\nCOPY <<X /y\na \\\nb\\\\\n"$V" \'$V\' \\$V ${V:+w} $\n\n\nEOF\nCOPY <<-T /t\n\t\tx\n \ty\n\t\n\tT\nCOPY <<E /empty\nE\nCOPY <<E /nonl\nlast\nE',
    ),
    scratch(
      'here-documents with numbers, twice the same name, and sources between',
      'COPY 3<<A LICENSE <<B a/run /d/\none\nA\ntwo\nB\nADD <<A <<A /e/\nfirst\nA\nsecond\nA',
    ),
    scratch(
      'here-documents with modes and owners',
      'ARG M=u=rwx,g=rx,o=\nCOPY --chmod=$M --chown=7:8 <<A /a\na\nA\nCOPY --chmod=4755 <<A <<B /d/\na\nA\nb\nB\nADD --chmod=0 <<Z /z\nz\nZ\nCOPY --chmod=a+x --link <<L /l/m\nl\nL',
    ),
    scratch(
      'keywords in any case with flags in quotes',
      'cOpY --chown="1:2" --chmod="700" LICENSE /x\nadd --link=true --chown=\'3:4\' LICENSE /y\ncopy --link=false LICENSE /z\nEnV a=b\ncmd ["x"]',
    ),
    scratch(
      'a hundred lines that are one',
      `ENV ${Array.from({ length: 100 }, (_, index) => `V${index}=${index}`).join(' \\\n  ')}`,
    ),
    scratch(
      'fifty layers',
      Array.from({ length: 50 }, (_, index) => `COPY LICENSE /l${index % 7}/f${index}`).join('\n'),
    ),
  ]
}

function configuration({ base, layered, nonroot }: CorpusBases): readonly CorpusCase[] {
  const on = (name: string, from: string, lines: string, more: Partial<CorpusCase> = {}): CorpusCase => ({
    name: `corner: ${name}`,
    dockerfile: `FROM ${from}\n${lines}\n`,
    files: tree,
    ...more,
  })
  return [
    scratch(
      'EXPOSE with ranges, signs, zeros, hosts and nothing',
      'ENV P="81 82/udp" N= R=90-92\nEXPOSE 0 080 +7 5-5 10-12/SCTP 65535 80/ $P $R/udp $N 127.0.0.1:1:2 [::1]:3:4/udp 5:6 :8\nEXPOSE 80/tcp 80/udp 80',
    ),
    scratch(
      'VOLUME with blanks, quotes, commas and relative paths',
      'ENV V=/v E=\nVOLUME ["/a b", "/c,d", "/e\\\\\\"f", "/ü😀", "rel", "/x/", "$V/y", "/x//y/../z", " /t ", "[1]"]\nVOLUME /p,q /r,s $V\nVOLUME ["/a" ]x\nVOLUME [/u, /w]',
    ),
    scratch(
      'USER with blanks, variables and signs',
      'ENV U=5 G=6 E=\nUSER  $U:$G \nWORKDIR /a\nUSER "7"\nWORKDIR /b\nUSER +8:9\nWORKDIR /c\nUSER a b\nUSER $E\nWORKDIR /d\nUSER ${U}:',
    ),
    on(
      'USER by name, with a group, and one that nobody knows',
      base,
      'USER app:staff\nWORKDIR /a\nUSER root:app\nWORKDIR /b\nUSER nobody:nothing\nWORKDIR /c\nCOPY --chown=app:staff LICENSE .\nUSER 1001\nWORKDIR /d',
    ),
    {
      name: 'corner: programs and arguments over three stages',
      dockerfile: `FROM ${base} AS a\nCMD ["own"]\nFROM a AS b\nENTRYPOINT ["e"]\nFROM b AS c\nCMD x \\$Y\nSHELL ["/bin/q", "-z"]\nFROM c AS d\nENTRYPOINT z\nFROM d\nENTRYPOINT []\nCMD\n`,
    },
    on(
      'programs that are empty, unclosed or no list',
      base,
      'ENTRYPOINT\nCMD [ ]\nENTRYPOINT ["a", ]\nCMD ["a" "b"]\nENTRYPOINT [ "x" ] # y\nCMD ["\\u00e9", "\\"", "\\/", ""]',
    ),
    on(
      'SHELL of a stage, of its trigger and of the base',
      layered,
      'SHELL ["a", "b c", ""]\nHEALTHCHECK CMD x y\nCMD z\nSHELL ["$V"]\nENTRYPOINT $V',
    ),
    on(
      'HEALTHCHECK over that of another stage',
      'scratch AS x\nHEALTHCHECK --interval=1m CMD a\nFROM x',
      'HEALTHCHECK none\nHEALTHCHECK --timeout=2s cmd b c\nHEALTHCHECK --interval=0 --retries=0 --start-period=0s CMD ["d"]\nHEALTHCHECK --interval=1h30m5.5s --timeout=1001ms CMD ["e" ',
    ),
    scratch(
      'STOPSIGNAL in all spellings',
      ['SIGKILL', 'kill', '9', 'SIGRTMAX-3', 'RTMIN+5', 'sigterm', '64', '15']
        .map((signal) => `STOPSIGNAL ${signal}`)
        .join('\n'),
    ),
    scratch(
      'MAINTAINER with quotes, blanks and variables',
      'ENV N=n\nMAINTAINER  "A B" <a@b>, $N \\$N  \nmaintainer Ünï \\\n  two',
    ),
    scratch(
      'paths of WORKDIR with quotes and variables',
      'ENV A=/a B="b c" E=\nWORKDIR "$A/$B"\nWORKDIR \'$A\'\nWORKDIR ${E:-x}\nWORKDIR $E/root\nWORKDIR  sp  ace  \nWORKDIR [x]\nWORKDIR ["y"]\nCOPY LICENSE .',
    ),
    on(
      'environment of a base that is changed and used',
      nonroot,
      'ENV PATH=/x:$PATH SSL_CERT_FILE= HOME=/h\nENV H=$HOME S=[$SSL_CERT_FILE] P=${PATH%%:*}\nCOPY --chown=nonroot LICENSE $HOME/\nCOPY --chown=nonroot:tty LICENSE l2\nWORKDIR $HOME/w',
    ),
  ]
}

function stages({ base, trigger }: CorpusBases): readonly CorpusCase[] {
  return [
    {
      name: 'corner: names of stages with dots, dashes, capitals and digits',
      dockerfile:
        'FROM scratch AS A-1.b_C\nCOPY LICENSE /one\nFROM scratch as x9\nCOPY --from=a-1.B_c one /two\nCOPY --from=0 /one /three\nFROM x9 AS scratchy\nCOPY --from=X9 /two /four\nFROM scratch\nCOPY --from=SCRATCHY / /all/\nCOPY --from=2 two three /more/\n',
      files: tree,
    },
    {
      name: 'corner: two stages of one name, the later one counts',
      dockerfile:
        'FROM scratch AS a\nCOPY LICENSE /first\nFROM a AS a\nCOPY LICENSE /second\nFROM scratch\nCOPY --from=a / /x/\nCOPY --from=0 / /y/\n',
      files: tree,
    },
    {
      name: 'corner: a stage for each platform',
      dockerfile: `ARG TARGETARCH\nARG KIND=stage\nFROM scratch AS stage-amd64\nCOPY LICENSE /amd\nENV WHICH=amd64\nFROM ${base} AS stage-arm64\nCOPY LICENSE /arm\nENV WHICH=arm64\nFROM \${KIND}-\${TARGETARCH}\nLABEL which=$WHICH\n`,
      files: tree,
    },
    {
      name: 'corner: triggers of every kind, over three stages',
      dockerfile:
        'FROM scratch AS one\nonbuild COPY --chown=3:4 LICENSE /l\nONBUILD ENV E=$A F=f\nONBUILD LABEL l=$F\nONBUILD EXPOSE 80\nONBUILD WORKDIR /w\nONBUILD ADD a/run ./\nONBUILD USER 9\nONBUILD VOLUME /v\nONBUILD SHELL ["s"]\nONBUILD CMD c $F\nONBUILD ENTRYPOINT ["e"]\nONBUILD STOPSIGNAL 9\nONBUILD HEALTHCHECK CMD h\nONBUILD ARG A=a\nONBUILD COPY <<X /x\n$F\nX\nFROM one AS two\nENV G=$A\nONBUILD ENV H=$G\nFROM two\nENV I=$H\n',
      files: tree,
    },
    {
      name: 'corner: triggers that stay, with what they hold as it is written',
      dockerfile:
        'FROM scratch\nENV V=v\nONBUILD RUN make $V  &&  x\nONBUILD   copy   --from=x  a \\\n  b /c\nONBUILD ENV a="$V \\"q\\""\nonbuild RUN <<E\n  body $V\nE\nONBUILD CMD [ "a" ]\n',
    },
    {
      name: 'corner: triggers of an image with arguments and a stage between',
      dockerfile: `ARG X=1\nFROM ${trigger} AS a\nARG X\nENV Y=$X$FROM_TRIGGER\nFROM a\nLABEL z=$Y\n`,
      files: tree,
    },
    {
      name: 'corner: copies of a stage that is itself copied, with owners and links',
      dockerfile: `FROM ${base} AS a\nCOPY --chown=app a /srv/x\nFROM scratch AS b\nCOPY --from=a --chmod=750 /srv/x /y\nCOPY --from=a /bin /bin2\nFROM scratch\nCOPY --from=b --link / /z/\nCOPY --from=b --chown=5 /y/b/y.txt /y/run /w/\n`,
      files: tree,
    },
    {
      name: 'corner: a target that is a number of no stage name, with a stage before it unused',
      dockerfile:
        'FROM scratch AS deps\nCOPY missing /\nFROM scratch AS Final.1\nCOPY LICENSE /x\nFROM deps AS later\n',
      files: tree,
      inputs: { target: 'FINAL.1' },
    },
    {
      name: 'corner: arguments of platforms that are given and declared twice',
      dockerfile:
        'ARG TARGETARCH\nARG BUILDPLATFORM\nFROM scratch\nARG TARGETARCH TARGETOS=mine TARGETVARIANT TARGETPLATFORM\nARG TARGETSTAGE BUILDARCH\nENV A=$TARGETARCH-$TARGETOS-$TARGETVARIANT-$TARGETPLATFORM-$TARGETSTAGE-$BUILDARCH\nARG TARGETARCH=last\nENV B=$TARGETARCH\n',
      inputs: { 'build-args': 'TARGETPLATFORM=given' },
    },
  ]
}

function copies({ base, layered }: CorpusBases): readonly CorpusCase[] {
  const parents = (name: string, lines: string, more: Partial<CorpusCase> = {}) =>
    scratch(`--parents ${name}`, lines, { newest: true, ...more })
  const over = (name: string, lines: string, files: Files = tree): CorpusCase => ({
    name: `corner: ${name}`,
    dockerfile: `FROM ${layered}\n${lines}\n`,
    files,
  })
  return [
    parents(
      'with pivots at all places',
      'COPY --parents ./a/./b/c/x1.js /p1/\nCOPY --parents a/././b/y.txt /p2/\nCOPY --parents /./a/b/y.txt /p3/\nCOPY --parents a/./b/./c /p5/\nCOPY --parents ./LICENSE ./a/b/../run /p6/\nCOPY --parents a/b/c /p7',
    ),
    parents(
      'with stars, classes and folders',
      'COPY --parents **/x?.js /q1/\nCOPY --parents a/*/e /q2/\nCOPY --parents ./a/./**/*.[mt]* /q3/\nCOPY --parents a/* LICENSE /q4/\nCOPY --parents a/b/**/ /q5/\nCOPY --parents a/[bd]/./*/*.md /q7/',
    ),
    parents(
      'with owners, modes, links and exclusions',
      'COPY --parents --chown=3:4 --chmod=750 a/b/c /r1/\nCOPY --parents --link a/b/y.txt a/run /r2/\nCOPY --parents --exclude=*.js --exclude=**/e a /r3/\nCOPY --parents --exclude=a/b a /r4/',
    ),
    parents(
      'of a stage and of links',
      'COPY l /l\nFROM scratch\nCOPY --parents --from=0 /l/real/sub /l/to-file /s1/\nCOPY --parents --from=0 l/./to-folder /s2/\nCOPY --parents l/./*/sub /s3/',
      { files: { 'l/real/sub/x': 'x', 'l/to-file': { link: 'real/sub/x' }, 'l/to-folder': { link: 'real' } } },
    ),
    scratch(
      '--exclude with what looks like exceptions',
      'COPY --exclude=* --exclude=!b a /e1/\nCOPY --exclude=!* a /e2/\nCOPY --exclude=b --exclude=!b/c a /e3/\nCOPY --exclude=**/* --exclude=!**/*.md a /e4/\nCOPY --exclude=\\!bang a/d /e5/\nCOPY --exclude=!d/!bang --exclude=d a /e6/',
    ),
    scratch(
      '--exclude with slashes, dots, blanks and classes',
      'COPY --exclude=/b a /f1/\nCOPY --exclude=./b/ a /f2/\nCOPY --exclude=b/../d a /f3/\nCOPY --exclude="b/keep me" a /f4/\nCOPY --exclude=[!b] a /f5/\nCOPY --exclude=. a /f6/\nCOPY --exclude=** a /f7/\nCOPY --exclude=a/b a /f8/\nCOPY --exclude=**/.* . /f9/\nCOPY --exclude=y.txt a/b/y.txt /f10',
    ),
    scratch(
      'globs with classes, dots and escapes',
      'COPY a/[!b] /g1/\nCOPY a/[^a-d]* /g2/\nCOPY a/d/\\#hash a/d/[#]hash a/d/\\!bang /g3/\nCOPY .[!.]* /g4/\nCOPY a/d/.* /g5/\nCOPY a/b/c/x[0-9].js a/b/c/x[^2].js /g6/\nCOPY a/?un a/*/ /g7/\nCOPY ["a/b/keep*", "/g8/"]',
    ),
    scratch(
      'variables in sources and destinations',
      'ENV D=b S=*.js E= T="keep me"\nCOPY a/$D/c/$S /h1/\nCOPY a/${D}/y.txt$E /h2/$D/\nCOPY ["a/b/$T", "/h3/$T/"]\nCOPY "a/$D/$T" /h4/\nCOPY a/${D%b}d /h5$E',
    ),
    scratch(
      'destinations with dots and slashes',
      'WORKDIR /w/x\nCOPY LICENSE .\nCOPY LICENSE ..\nCOPY LICENSE ../y/\nCOPY LICENSE ../../../../out\nCOPY LICENSE .//z//\nCOPY a/run ./q/../r\nCOPY a/b/c s/.\nCOPY LICENSE t/..\nCOPY a/d /../u\nCOPY LICENSE ./\nCOPY a/b/y.txt ...',
    ),
    scratch(
      'the same names of several folders into one',
      'COPY one/n two/n /x/\nCOPY two/n one/n /y/\nCOPY one two /z/\nCOPY one /z\nADD two/n one /v/',
      {
        files: {
          'one/n': '1',
          'one/m': { data: '1m', mode: 0o600 },
          'two/n': { data: '2', mode: 0o755 },
          'two/sub/n': '3',
        },
      },
    ),
    scratch(
      'modes over files, folders and links',
      'COPY --chmod=u+x,g-r a /m1\nCOPY --chmod=700 a/empty /m2\nCOPY --chmod=o=u a/run /m3/\nCOPY --chmod=ug+rwX,o-rwx . /m4\nADD --chmod=644 a/b /m5\nCOPY --chmod=755 l /m6',
      { files: { ...tree, l: { link: 'LICENSE' } } },
    ),
    scratch(
      'names in two normal forms, and of other scripts',
      'COPY n /x\nCOPY n/é /y/\nCOPY n/e\u0301 /y/\nCOPY n/*́ /z/\nCOPY n/日本語 n/العربية /ü/',
      { files: { 'n/é': 'nfc', 'n/e\u0301': 'nfd', 'n/日本語': 'j', 'n/العربية': 'a', 'n/😀\u200d👩': 'zwj' } },
    ),
    scratch(
      'names that are of shells and of lists',
      'COPY n /x\nCOPY ["n/a\\\\\\"b", "n/c d", "n/e,f", "n/[g]", "/y/"]\nCOPY n/h\\\\i n/j*k /z/',
      {
        files: {
          'n/a"b': '1',
          'n/c d': '2',
          'n/e,f': '3',
          'n/[g]': '4',
          'n/h\\i': '5',
          'n/j*k': '6',
          'n/~': '7',
          'n/$(x)': '8',
          'n/`y`': '9',
        },
      },
    ),
    scratch(
      'ADD of things whose names are of archives and repositories',
      'ADD x.git /a/\nADD y.tar.gz z.zip /b/\nADD http: /c/\nADD git@h /d/',
      { files: { 'x.git/f': 'f', 'y.tar.gz': 'no archive', 'z.zip': 'PK', 'http:/f': 'f', 'git@h': 'g' } },
    ),
    scratch(
      'ADD of an archive with hard links, modes, owners and long names',
      'ADD t.tar /x\nADD --chown=9:9 t.tar /y/\nADD t.tar /z/t.tar',
      {
        files: {
          't.tar': tar(
            { path: './d', node: folder(0o1777, { uid: 3, gid: 4 }) },
            { path: 'd/suid', node: { mode: 0o6755, uid: 1, gid: 2 }, data: 's' },
            { path: 'd/hard', linkTo: 'd/suid' },
            { path: 'file', data: 'f' },
            { path: 'd/file', node: { mode: 0o601, uid: 5, gid: 6 }, linkTo: 'file' },
            { path: '/absolute', data: 'a' },
            { path: `${'long/'.repeat(40)}end`, data: 'l' },
            { path: 'd/soft', node: link('../absolute') },
            { path: 'e', node: folder(0o700) },
            { path: 'twice', data: '1' },
            { path: 'twice', node: { mode: 0o600 }, data: '2' },
            { path: 'ü\u0301', data: 'u' },
            { path: 'xattr', node: { xattrs: new Map([['user.k', Buffer.from('v')]]) }, data: 'x' },
          ),
        },
      },
    ),
    over('ADD of an archive over links and folders of the base', 'USER 0\nADD t.tar /\nADD u.tar /opt/chain/', {
      't.tar': tar(
        { path: 'opt', node: folder(0o711, { uid: 8, gid: 8 }) },
        { path: 'opt/abs/in', data: 'through' },
        { path: 'lib/in', data: 'lib' },
        { path: 'opt/to-file', data: 'in place of the link' },
        { path: 'opt/rel', node: link('owned') },
        { path: 'opt/dangling/x', data: 'd' },
      ),
      'u.tar': tar({ path: 'a/b', data: 'ab' }, { path: 'link', node: link('a') }, { path: 'link/c', data: 'c' }),
    }),
    over(
      'here-documents into folders, onto links and files of the base',
      'COPY <<A /opt/to-file\na\nA\nCOPY <<A <<B /opt/rel/\na\nA\nb\nB\nCOPY --link --chown=5:6 <<C /opt/owned/c\nc\nC\nCOPY --chmod=600 <<D /lib/new/d\nd\nD\nADD <<E /srv/app/\ne\nE',
    ),
    over(
      'files onto links, folders onto folders, links onto files',
      'COPY LICENSE /opt/chain/1\nCOPY l /opt/a/hard\nCOPY a/b /opt/owned\nCOPY l /opt/abs/l\nCOPY d /opt/rel\nCOPY LICENSE /opt/owned/',
      { ...tree, l: { link: 'LICENSE' }, 'd/own': { link: '../LICENSE' } },
    ),
    over(
      'WORKDIR through links and into what was deleted',
      'USER 0\nWORKDIR /opt/chain/w\nWORKDIR /opt/dangling\nWORKDIR /opt/gone/x\nWORKDIR /lib/../lib/y\nUSER app\nWORKDIR /opt/owned/z\nWORKDIR ../../abs\nCOPY LICENSE .',
    ),
    over(
      '--link to the root, below links and where something was deleted',
      'COPY --link a /\nCOPY --link LICENSE /srv/app/old\nCOPY --link a/b /opt/chain/b\nCOPY --link --chown=5 LICENSE /opt/gone/\nCOPY --link . /usr/tools/new2/\nCOPY a/run /opt/chain/after',
    ),
    {
      name: 'corner: root and dot of images and stages',
      dockerfile: `FROM ${base} AS b\nFROM scratch\nCOPY --from=b . /a/\nCOPY --from=b srv/app/ /c\nCOPY --from=b /srv/../tmp/ /d/\nCOPY --from=b /s*/a* /e/\nCOPY --from=b ../etc/passwd /f\n`,
    },
    scratch(
      'dotfiles and empty folders',
      'COPY . /a/\nCOPY .config /b\nCOPY .config/ /c/\nCOPY a/empty /d/\nCOPY a/empty/ /e\nCOPY a/empty a/d/.dot /f/\nADD .config/.inner .',
    ),
  ]
}

function ignores(): readonly CorpusCase[] {
  const ignoring = (name: string, patterns: string, more: Partial<CorpusCase> = {}): CorpusCase => ({
    name: `corner: ignoring ${name}`,
    dockerfile: 'FROM scratch\nCOPY . /all\n',
    files: { ...tree, '.dockerignore': patterns },
    ...more,
  })
  return [
    ignoring('all, and taking back deep files', '**\n!a/b/c/*.js\n!**/f.md\na/b/c/x2.js\n'),
    ignoring('with two stars in the middle and at the end', 'a/**/x1.js\na/d/**\n!a/d/e\n**/keep*/**\n'),
    ignoring('with classes that are turned round', '[!La.]*\na/[^b]\n!a/d/[!.]*\na/b/c/x[13].js\n'),
    ignoring('names that begin with signs', '\\#x\n\\!y\na/d/#hash\na/d/\\!bang\n #LICENSE\n! a/d/#hash\n'),
    ignoring(
      'with lines of blanks, slashes and dots alone',
      '\n   \n/\n.\n./\n!\\\\\n/LICENSE/\na/b/./c/\n../x\na//d\n',
    ),
    ignoring('what is taken back by a folder above it', 'a/b/c\n!a/b\na/b/y.txt\n!a\n'),
    ignoring('the folder of a source, but not a file in it', 'a\n!a/b/y.txt\n', {
      dockerfile: 'FROM scratch\nCOPY a /x\nCOPY a/b/y.txt /y\nCOPY a/*/y.txt /z/\n',
    }),
    ignoring('by a file of the Dockerfile, in a folder that is ignored', 'LICENSE\n', {
      files: {
        ...tree,
        'a/Containerfile': 'FROM scratch\nCOPY . /all\n',
        'a/Containerfile.dockerignore': 'a\n!a/run\n',
        '.dockerignore': '*\n',
      },
      inputs: { file: 'a/Containerfile' },
    }),
  ]
}
