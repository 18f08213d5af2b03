import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, test } from 'vitest'
import { parseCheckOptions } from '../../src/dockerfile/lint/check-options.ts'
import { type LintCase, lintText } from '../support/lint.ts'
import { createJob, type Job, runStepHere } from './support/action.ts'
import { missing, part } from './support/rig.ts'

const jobs: Job[] = []
const folders: string[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** The rules that `lint` does not have: they need the ignore file, an image, or its content. */
const notHeld = new Set(['CopyIgnoredFile', 'InvalidBaseImagePlatform'])

type Warning = {
  readonly ruleName: string
  readonly detail: string
  readonly location: { readonly ranges: readonly { readonly start: { readonly line: number } }[] }
}

type Checked = { readonly warnings: readonly Warning[] | null; readonly buildError?: { readonly message: string } }
type Builder = 'docker' | 'newest'

/** The findings of BuildKit, and the error of its build. */
function checkWithBuildKit(dockerfile: string, args: readonly string[], builder: Builder): Checked {
  const folder = mkdtempSync(join(tmpdir(), 'polyarch-lint-'))
  folders.push(folder)
  writeFileSync(join(folder, 'Dockerfile'), dockerfile)
  const buildx = (given: readonly string[]) =>
    spawnSync(join(part('plugins'), 'docker-buildx'), given, {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], DOCKER_CONFIG: folder, DOCKER_HOST: part('docker').host },
    })
  const newest = builder === 'newest' ? ['--builder', 'newest'] : []
  if (builder === 'newest') buildx(['create', '--name', 'newest', '--driver', 'remote', part('buildkitd')[0] ?? ''])
  const { stdout, stderr } = buildx(['build', '--call=check,format=json', ...newest, ...args, folder])
  return stdout === '' ? { warnings: null, buildError: { message: stderr } } : (JSON.parse(stdout) as Checked)
}

function lines({ warnings }: Checked): readonly string[] {
  return (warnings ?? [])
    .filter(({ ruleName }) => !notHeld.has(ruleName))
    .map(({ ruleName, detail, location }) => `${location.ranges[0]?.start.line} ${ruleName} ${detail}`)
    .map(withoutGuess)
    .sort()
}

/** The nearest of several names is ambiguous. */
function withoutGuess(line: string): string {
  return line.replace(/ \(did you mean .*\?\)$/, '')
}

describe.skipIf(missing('docker', 'plugins', 'buildkitd'))('lint() returns the findings of BuildKit', () => {
  test.each<LintCase & { readonly name: string; readonly builder?: Builder }>([
    { name: 'in a clean file', text: 'FROM scratch AS a\nCOPY a /\nCMD ["a"]\n' },
    {
      name: 'of casing',
      text: 'from scratch AS Build\nenv A=1\nLabel a=b\nFROM scratch as other\nCOPY a /\nCMD ["x"]\nRun x\nFrom scratch As third\n',
    },
    {
      name: 'in lowercase throughout',
      text: 'from scratch as a\ncopy a /\nuser 1\ncmd one\ncmd two\nonbuild cmd x\n',
    },
    { name: 'if half is in lowercase', text: 'from scratch\ncopy a /\nUSER 1\nUSER 2\n' },
    {
      name: 'of stage names',
      text: 'FROM scratch AS a\nFROM scratch AS A\nFROM scratch AS scratch\nFROM a AS Context\nFROM scratch AS a\n',
    },
    {
      name: 'of pairs in the old form',
      text: 'FROM scratch\nENV a b\nENV c=d\nLABEL a "b c"\nLABEL "a b"=c d=e\nENV x \\\n  y\nENV e="f g" \\\n  h=i\nONBUILD ENV q r\n',
    },
    {
      name: 'of keys with blanks and quotes',
      text: 'FROM scratch\nLABEL my\\ key=1 other=2\nENV K\\ L=1\nLABEL "a\\"b c"=d\nENV old form=x\n',
    },
    {
      name: 'of triggers',
      text: 'FROM scratch AS p\nONBUILD ARG Z\nONBUILD ENV ZZ=$Z\nONBUILD LABEL old form\nFROM p\nCOPY a /\n',
    },
    {
      name: 'of commands',
      text: 'FROM scratch\nCMD one\nCMD ["two"]\nENTRYPOINT run\nSHELL ["x"]\nCMD three\nENTRYPOINT ["a"]\nFROM scratch\nHEALTHCHECK NONE\nHEALTHCHECK CMD x\nCMD only\nONBUILD CMD y\n',
    },
    { name: 'of a maintainer', text: 'FROM scratch\nMAINTAINER me\nMAINTAINER you\n' },
    {
      name: 'except for skipped rules',
      text: '# check=skip=MaintainerDeprecated,FromAsCasing,jsonargsrecommended\nFROM scratch AS A\nMAINTAINER me\nCMD x\n',
    },
    { name: 'with all rules skipped', text: '# check=skip=all;error=true\nFROM scratch AS A\nMAINTAINER me\nCMD x\n' },
    {
      name: 'of casing, with ARG before FROM',
      text: 'arg a\narg b\narg c\nFROM scratch AS a\nenv x=1\nfrom scratch As b\nFrom scratch as c\nfrom scratch AS d\nFrom scratch AS e\nFROM scratch aS f\n',
    },
    {
      name: 'of empty continuation lines',
      text: 'FROM scratch\nENV A=1 \\\n\n  B=2 \\\n  # comment\n  \t\n  C=3\nENV D=1 \\\n# comment\n  E=2\nCOPY <<X /\\\n\nx\na \\\n\nX\n',
    },
    {
      name: 'of working directories',
      text: 'FROM scratch AS a\nWORKDIR b\nWORKDIR c\nFROM a AS b\nWORKDIR d\nFROM scratch\nWORKDIR /\nWORKDIR x\nFROM scratch AS e\nENV D=dir R=/root\nONBUILD WORKDIR rel\nWORKDIR $R\nFROM scratch AS f\nENV D=dir\nWORKDIR $D\nFROM e\n',
    },
    {
      name: 'of ports',
      text: 'FROM scratch\nENV P=TCP H=127.0.0.1\nEXPOSE 80 81/tcp 82/UDP 83/$P\nEXPOSE 8080:80 127.0.0.1:1:2/Sctp $H::90 :91 [::1]:1:2\nexpose 1-2:3-4/Udp\n',
    },
    {
      name: 'of platforms in FROM',
      text: 'ARG P=linux/arm64\nFROM --platform=linux/amd64 scratch AS a\nFROM --platform=linux/amd64 scratch AS my-amd64\nFROM --platform=linux/arm64 scratch AS linuxed\nFROM --platform=$TARGETPLATFORM scratch\nFROM --platform=${TARGETPLATFORM:-x} scratch\nFROM --platform=$BUILDPLATFORM scratch\nFROM --platform=$P scratch\nFROM --platform=linux/$TARGETARCH scratch\nFROM --platform=$TARGETPLATFORM$P2 scratch\nFROM --platform=arm64 scratch\n',
    },
    {
      name: 'of arguments in FROM',
      text: 'ARG GIVEN\nARG NAMED=scratch\nARG BAD=scr//atch\nFROM $GIVEN AS a\nFROM ${NAMED}${UNKNOWN} AS b\nFROM ${NAME:-scratch} AS c\nFROM ${BAD} AS d\n',
      args: { GIVEN: 'scratch', BAD: 'scratch' },
    },
    {
      name: 'of secrets',
      text: 'ARG GLOBAL_TOKEN\nFROM scratch\nARG GLOBAL_TOKEN\nARG api_key=1 APIKEY MY_AUTH_URL\nENV DB_PASSWORD=x PASSWORDS=y PUBLIC_KEY=z TOKEN_FILE=/a key=1 SECRET_VERSION=2 MONKEY=3\nENV GITHUB_TOKEN x\nLABEL token=1\n',
      builder: 'newest',
    },
    {
      name: 'of unset variables',
      text: 'ARG G=1\nFROM scratch AS a\nARG D\nARG G\nARG E=$NOT\nENV A=$A B=${C:-x} F=$D$G$E\nENV H=$A I="$J" K=\'$L\' M=\\$N\nCOPY $O ${P} ${Q:+x} ${R%x} ${S/a/b} /$T\nCOPY <<EOF <<\'RAW\' /\n$U $A\nEOF\n$V\nRAW\nEXPOSE 1$W\nCMD ["$X"]\nWORKDIR /$Y\nUSER $Z\nLABEL $AA=1\nVOLUME $BB/x\nSTOPSIGNAL ${CC:-9}\nADD --chown=$DD --checksum=$EE https://x.example/a /\nFROM a\nENV N1=$A N2=$D N3=$NONE\nONBUILD ENV $FF=1\nARG Z1 Z2=$Z1\nARG Z3=$Z3\nENV N4=$PATH N5=$TARGETARCH N6=$HTTP_PROXY\n',
      args: { D: 'given' },
    },
    {
      name: 'of triggers, at the FROM that has them',
      text: 'FROM scratch AS base\nONBUILD ENV a b\nONBUILD CMD y\nONBUILD ARG TOKEN\nONBUILD EXPOSE 1/TCP\nFROM base\nENTRYPOINT x\n',
    },
    {
      name: 'of shells that an earlier stage has set',
      text: 'FROM scratch AS a\nSHELL ["x"]\nCMD a\nFROM a\nCMD b\nFROM scratch\nENTRYPOINT c\n',
    },
    {
      name: 'in the stages that the target needs',
      text: 'FROM scratch AS a\nENV a b\nFROM scratch AS Unused\nENV c d\nCMD x\nFROM a AS wanted\nCMD y\nFROM scratch\nMAINTAINER z\nCMD z\n',
      target: 'wanted',
    },
    {
      name: 'except for rules that the build argument skips instead of the directive',
      text: '# check=skip=MaintainerDeprecated\nFROM scratch AS A\nMAINTAINER me\nCMD x\n',
      args: { BUILDKIT_DOCKERFILE_CHECK: 'skip=JSONArgsRecommended,StageNameCasing' },
    },
    {
      name: 'with an empty build argument, which skips nothing',
      text: '# check=skip=all\nFROM scratch AS A\nCMD x\n',
      args: { BUILDKIT_DOCKERFILE_CHECK: '' },
    },
    {
      name: 'of descriptions, if enabled',
      text: '# check=experimental=all\n# something\nARG a\n# b is this\nARG b\n#\n# c too\n\n#c not\nARG c\n# x\nFROM scratch AS y\n# Z z\nFROM scratch AS Z\n# no\n#\nARG d\n# no\nARG e=1 f=2\n # no\nARG g\n',
    },
    {
      name: 'except for rules that a comment skips',
      text: 'FROM scratch AS a\n# check=skip=JSONArgsRecommended\nCMD x\n# other\n# check=skip=LegacyKeyValueFormat,X now\nENV a b\n# check=skip=all\nENTRYPOINT x\n# check=bad\nLABEL c d\n# check=skip=StageNameCasing,DuplicateStageName\nFROM scratch AS A\n',
      builder: 'newest',
    },
  ])('$name', ({ builder = 'docker', ...row }) => {
    const { text, args = {}, target } = row
    const given = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`])
    const checked = checkWithBuildKit(text, [...given, ...(target === undefined ? [] : ['--target', target])], builder)

    expect(checked.buildError).toBeUndefined()
    const found = lintText(row).map(({ line, rule, message }) => withoutGuess(`${line} ${rule} ${message}`))
    expect(found.sort()).toEqual(lines(checked))
  })

  test.each(['skip', 'nope=1', 'error=yes', 'skip=A;;', 'error=', ';'])('also rejects the options "%s"', (options) => {
    const { buildError } = checkWithBuildKit(`# check=${options}\nFROM scratch\n`, [], 'docker')

    expect(buildError?.message).toContain('check option')
    expect(() => parseCheckOptions(options)).toThrow('invalid check option')
  })
})

describe('the embedded engine', () => {
  const run = (dockerfile: string, inputs: Readonly<Record<string, string>> = {}) => {
    const job = createJob({ Dockerfile: dockerfile }, { DOCKER_HOST: 'unix:///nonexistent.sock' })
    jobs.push(job)
    return runStepHere(job, { ...inputs, engine: 'embedded' })
  }

  it.each([
    { name: 'a check that fails', text: 'FROM scratch\nMAINTAINER me\n', says: 'Dockerfile:2: MaintainerDeprecated' },
    {
      name: 'a third-party frontend',
      text: '# syntax=other/frontend:1\nFROM scratch\nENV A=1\n',
      says: 'other/frontend:1',
    },
    {
      name: 'unused build arguments',
      text: 'FROM scratch\nARG USED\nENV A=$USED\n',
      says: 'build-args [SLIP] were not consumed',
    },
    {
      name: 'a third-party frontend in a build argument',
      text: '# syntax=docker/dockerfile:1\nFROM scratch\nENV A=1\n',
      args: 'BUILDKIT_SYNTAX=other/frontend:2 more',
      says: 'BUILDKIT_SYNTAX asks for the frontend other/frontend:2, ',
    },
    {
      name: 'a rule that a build argument does not skip',
      text: '# check=skip=all\nFROM scratch\nMAINTAINER me\n',
      args: 'BUILDKIT_DOCKERFILE_CHECK=skip=JSONArgsRecommended',
      says: 'Dockerfile:3: MaintainerDeprecated',
    },
  ])('warns about $name', async ({ text, args = 'SLIP=1\nUSED=2', says }) => {
    const step = await run(text, { 'build-args': args })

    expect(step, step.log).toMatchObject({ status: 0 })
    expect(step.log.split('\n').find((line) => line.startsWith('::warning') && line.includes(says))).toBeDefined()
  })

  it.each([
    { name: 'a supported frontend', text: '# syntax=docker/dockerfile:1.7\nFROM scratch\nENV A=1\n' },
    {
      name: 'a frontend that a build argument replaces',
      text: '# syntax=other/one\nFROM scratch\nENV A=1\n',
      args: 'BUILDKIT_SYNTAX=docker/dockerfile:1',
    },
    {
      name: 'stages that it does not build, if findings are errors',
      text: '# check=error=true\nFROM scratch AS other\nCMD x\nENV a b\nFROM scratch\nENV A=1\n',
    },
    {
      name: 'rules that a build argument skips',
      text: '# check=error=true\nFROM scratch\nMAINTAINER me\n',
      args: 'BUILDKIT_DOCKERFILE_CHECK=skip=MaintainerDeprecated',
    },
  ])('does not warn about $name', async ({ text, args = '' }) => {
    const step = await run(text, { 'build-args': args })

    expect(step, step.log).toMatchObject({ status: 0 })
    expect(step.log).not.toContain('::warning')
  })

  it.each([
    {
      name: 'a failed check if the Dockerfile makes it an error',
      text: '# check=error=true\nFROM scratch\nMAINTAINER me\nENV a b\n',
      says: 'Dockerfile:3: MaintainerDeprecated',
    },
    {
      name: 'a failed check if a build argument makes it an error',
      text: '# check=skip=all\nFROM scratch\nWORKDIR a\n',
      args: 'BUILDKIT_DOCKERFILE_CHECK=error=true',
      says: 'Dockerfile:3: WorkdirRelativePath',
    },
    {
      name: 'an invalid directive',
      text: '# check=skips=all\nFROM scratch\nENV A=1\n',
      says: 'invalid check option',
    },
    {
      name: 'a build argument that is not a valid directive',
      text: 'FROM scratch\nENV A=1\n',
      args: 'BUILDKIT_DOCKERFILE_CHECK=errors',
      code: 'input-invalid',
      says: 'BUILDKIT_DOCKERFILE_CHECK',
    },
  ])('rejects $name', async ({ text, args = '', code = 'dockerfile-invalid', says }) => {
    const step = await run(text, { 'build-args': args })

    expect(step, step.log).toMatchObject({ status: 1, outputs: { 'error-code': code } })
    expect(step.log).toContain(says)
  })
})
