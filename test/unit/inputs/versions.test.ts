import { describe, expect, test } from 'vitest'
import { readBuildxMirror, readBuildxVersion } from '../../../src/inputs/versions.ts'
import { inputsOf } from '../../support/plan.ts'

describe('buildx-version', () => {
  test.each([
    { text: 'latest', value: 'latest' },
    { text: 'v0.29.1', value: 'v0.29.1' },
    { text: '0.29.1', value: 'v0.29.1' },
    { text: 'v0.30.0-rc1', value: 'v0.30.0-rc1' },
  ])('accepts $text', ({ text, value }) => {
    expect(readBuildxVersion(text)).toEqual({ value })
  })

  test.each([
    { text: 'lastest', problem: /^expected latest or one version .*; did you mean latest\?$/ },
    { text: '^0.29.0', problem: /found "\^0\.29\.0"$/ },
    { text: 'v0.29', problem: /found "v0\.29"$/ },
    { text: 'cloud:latest', problem: /the driver cloud is not supported$/ },
    {
      text: 'https://github.com/docker/buildx.git#v0.10.0',
      problem: /building buildx from its source is not supported$/,
    },
  ])('rejects $text', ({ text, problem }) => {
    expect(readBuildxVersion(text)).toEqual({ problem: expect.stringMatching(problem) })
  })

  test('includes the download address', () => {
    const source = 'https://github.com/docker/buildx/releases'
    expect(inputsOf({ 'buildx-version': 'latest' }).buildxRelease).toEqual({ version: 'latest', source })
    const mirror = 'https://files.example/buildx/'
    expect(inputsOf({ 'buildx-version': '0.29.1', 'buildx-mirror': mirror }).buildxRelease).toEqual({
      version: 'v0.29.1',
      source: 'https://files.example/buildx',
    })
  })
})

test.each([
  { text: 'files.example', problem: /^expected a URL that begins with https/ },
  { text: 'https://user:word@files.example', problem: /^expected a URL without user and password$/ },
  { text: 'https://files.example/?token=x', problem: /^expected a URL without "\?" and "#"$/ },
])('buildx-mirror rejects $text', ({ text, problem }) => {
  expect(readBuildxMirror(text)).toEqual({ problem: expect.stringMatching(problem) })
})

describe('minimum-engine-version', () => {
  test('accepts a version for each program', () => {
    expect(inputsOf({ 'minimum-engine-version': 'docker=24, buildx=v0.13\nbuildkit=0.12.1' }).minimumVersions).toEqual({
      docker: '24.0.0',
      buildx: '0.13.0',
      buildkit: '0.12.1',
    })
  })

  test.each([
    { text: 'buildks=0.12', problem: 'line 1: expected one of buildx, buildkit, docker before "=", found "buildks"' },
    { text: '24\ndocker=25', problem: 'line 2: docker is given twice' },
    { text: 'buildx=new', problem: 'line 1: expected a version such as' },
  ])('rejects $text', ({ text, problem }) => {
    expect(() => inputsOf({ 'minimum-engine-version': text })).toThrow(problem)
  })
})
