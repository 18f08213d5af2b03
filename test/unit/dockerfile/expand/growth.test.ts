import { describe, expect, it } from 'vitest'
import { globalValues } from '../../../../src/dockerfile/expand/arguments.ts'
import { assertBounded } from '../../../../src/dockerfile/expand/growth.ts'
import { isExcess } from '../../../../src/dockerfile/problem.ts'
import { parseDockerfile } from '../../../../src/dockerfile/read/parse.ts'
import { planStages } from '../../../../src/dockerfile/stages/stages.ts'

const platform = { os: 'linux', architecture: 'amd64' }

/** The error of reading the text for a build. */
function thrownBy(text: string, buildArguments: ReadonlyMap<string, string> = new Map()): unknown {
  try {
    const dockerfile = parseDockerfile(text, 'Dockerfile')
    const globals = globalValues(dockerfile, { buildPlatform: platform, targetPlatform: platform, buildArguments })
    assertBounded(dockerfile, { plan: planStages(dockerfile, { globals, contexts: [] }), globals, buildArguments })
    return undefined
  } catch (error) {
    return error
  }
}

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index))
const rows = (...parts: readonly (string | readonly string[])[]) => parts.flat().join('\n')

describe('assertBounded()', () => {
  it.each([
    {
      name: 'an ARG before FROM that doubles its value',
      text: rows(
        'ARG A0=xxxxxxxx',
        lines(30, (i) => `ARG A${i + 1}=$A${i}$A${i}`),
        'FROM scratch',
      ),
      line: 21,
    },
    {
      name: 'an ENV that doubles its value',
      text: rows(
        'FROM scratch',
        'ENV A=xxxxxxxx',
        lines(30, () => 'ENV A=$A$A'),
      ),
      line: 22,
    },
    {
      name: 'a value that doubles between quotes',
      text: rows(
        'FROM scratch',
        'ENV A=xxxxxxxx',
        lines(30, () => 'ENV A="$A$A"'),
      ),
      line: 22,
    },
    {
      name: 'a value that doubles a variable of the base image',
      text: rows(
        'FROM any',
        lines(30, () => 'ENV A=$A$A'),
      ),
      line: 24,
    },
    {
      name: 'a value that doubles PATH',
      text: rows(
        'FROM any',
        lines(30, () => 'ENV PATH=$PATH:$PATH'),
      ),
      line: 17,
    },
    {
      name: 'a value that doubles from stage to stage',
      text: rows(
        'FROM scratch AS s0',
        'ENV A=xxxxxxxx',
        lines(30, (i) => `FROM s${i} AS s${i + 1}\nENV A=$A$A`),
      ),
      line: 42,
    },
    {
      name: 'a replacement that multiplies',
      text: rows(
        'FROM scratch',
        'ENV A=xxxxxxxx',
        lines(9, () => 'ENV A=${A//x/xxxxxxxxxx}'),
      ),
      line: 8,
    },
    {
      name: 'a pattern that takes too long',
      text: rows(
        'FROM scratch',
        'ENV A=xxxxxxxx',
        lines(14, () => 'ENV A=$A$A'),
        'LABEL a=${A#$A}',
      ),
      line: 17,
    },
    {
      name: 'many texts that are large in total',
      text: rows(
        'FROM scratch',
        'ENV A=xxxxxxxx',
        lines(17, () => 'ENV A=$A$A'),
        lines(100, (i) => `LABEL l${i}=$A`),
      ),
      line: 81,
    },
    {
      name: 'one line with many of them',
      text: rows(
        'FROM scratch',
        'ENV A=xxxxxxxx',
        lines(17, () => 'ENV A=$A$A'),
        `LABEL ${rows(lines(9000, (i) => `l${i}=$A`)).replaceAll('\n', ' \\\n')}`,
      ),
      line: 20,
    },
    {
      name: 'a here-document',
      text: rows(
        'FROM scratch',
        'ENV A=xxxxxxxx',
        lines(18, () => 'ENV A=$A$A'),
        'COPY <<E /',
        '$A',
        '$A$A',
        'E',
      ),
      line: 21,
    },
    {
      name: 'ranges of ports',
      text: rows(
        'FROM scratch',
        'ENV A=xxxxxxxx',
        lines(17, () => 'ENV A=$A$A'),
        // Most of what is allowed, because texts are faster to expand than ranges.
        lines(58, (i) => `LABEL l${i}=$A`),
        lines(1000, () => 'EXPOSE 1-65535'),
      ),
      line: 85,
    },
    { name: 'more stages than any real Dockerfile has', text: rows(lines(2001, () => 'FROM scratch')), line: 2001 },
    {
      name: 'triggers that multiply',
      text: rows(
        'FROM scratch AS a',
        lines(1000, () => 'ONBUILD USER a'),
        lines(1000, () => 'FROM a'),
      ),
      line: 1101,
    },
  ])('rejects $name', ({ text, line }) => {
    const error = thrownBy(text)
    expect(error).toMatchObject({ code: 'dockerfile-invalid', place: { file: 'Dockerfile', line } })
    expect(isExcess(error)).toBe(true)
    expect(String(error).length).toBeLessThan(1000)
  })

  it.each([
    {
      name: 'a long PATH',
      text: rows(
        'FROM any',
        lines(100, (i) => `ENV PATH=/opt/tool${i}/bin:$PATH`),
      ),
    },
    {
      name: 'thousands of labels',
      text: rows(
        'FROM scratch',
        lines(5000, (i) => `LABEL k${i}=v${i}`),
      ),
    },
    { name: 'a mistake that BuildKit will report', text: rows('FROM scratch', 'ENV A=${B:?missing}', 'LABEL a=b') },
    {
      name: 'a chain of stages',
      text: rows(
        'FROM scratch AS s0',
        lines(1000, (i) => `FROM s${i} AS s${i + 1}\nENV A=$A.`),
      ),
    },
  ])('accepts $name', ({ text }) => {
    expect(thrownBy(text)).toBeUndefined()
  })

  it('checks values from outside too', () => {
    const text = rows(
      'ARG A',
      'FROM scratch',
      'ARG A',
      lines(10, () => 'ENV A=$A$A'),
    )
    expect(isExcess(thrownBy(text, new Map([['A', 'x'.repeat(100_000)]])))).toBe(true)
  })
})
