import { formatRepository, type Reference, type Repository } from './reference.ts'

/** Returns the repositories of `references`, each once, in the order of their first occurrence. */
export function repositoriesOf(references: readonly Reference[]): readonly Repository[] {
  const unique = references.map(({ registry, repository, written }) => ({
    registry,
    repository,
    ...(written === undefined ? {} : { written }),
  }))
  return [...new Map(unique.map((repository) => [formatRepository(repository), repository])).values()]
}
