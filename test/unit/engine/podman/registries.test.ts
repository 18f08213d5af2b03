import { describe, expect, test } from 'vitest'
import { registriesText } from '../../../../src/engine/podman/registries.ts'

const none = { plainHttp: [], mirrors: [] }

describe('registriesText()', () => {
  test('is undefined if there is nothing to add', () => {
    expect(registriesText('', [], none)).toBeUndefined()
    const known = '[[registry]]\nlocation = "r.example:5000"\n'
    expect(registriesText(known, [], { ...none, plainHttp: ['r.example:5000'] })).toBeUndefined()
    expect(registriesText('', [known], { ...none, plainHttp: ['r.example:5000'] })).toBeUndefined()
  })

  test("keeps the user's file, and of drop-in files the tables of registries", () => {
    const main = 'unqualified-search-registries = ["docker.io"]\n'
    const dropIn = 'unqualified-search-registries = ["x"]\n[aliases]\n"a" = "b"\n[[registry]]\nlocation = "c"\n'
    expect(registriesText(main, [dropIn], { ...none, plainHttp: ['r:5000'] })).toBe(
      'unqualified-search-registries = ["docker.io"]\n\n[[registry]]\nlocation = "c"\n\n[[registry]]\nlocation = "r:5000"\ninsecure = true\n',
    )
  })

  test('adds mirrors', () => {
    const mirrors = [{ of: 'docker.io', host: 'm:5000', path: 'hub', plainHttp: true }]
    expect(registriesText('', [], { plainHttp: [], mirrors })).toBe(
      '[[registry]]\nlocation = "docker.io"\n[[registry.mirror]]\nlocation = "m:5000/hub"\ninsecure = true\n',
    )
  })
})
