import { isObject, parseJsonObject } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { readFileLimitedSync } from '../bounds/read-limited.ts'
import { type Driver, drivers } from '../engine/drivers.ts'

/** The file in which buildx stores a builder. */
export type BuilderFile = {
  readonly document: Readonly<Record<string, unknown>>
  readonly driver: Driver
  readonly nodes: readonly Readonly<Record<string, unknown>>[]
}

/**
 * Returns the content of the file of a builder; undefined if it does not exist, as for the builder of a Docker context, or has
 * another format or an unknown driver. https://github.com/docker/buildx/blob/v0.36.1/store/nodegroup.go
 */
export function readBuilderFile(path: string): BuilderFile | undefined {
  const document = readDocument(path)
  const { Driver: driver, Nodes: nodes } = document ?? {}
  if (document === undefined || !Array.isArray(nodes) || !isDriver(driver)) return undefined
  return { document, driver, nodes: nodes.filter(isObject) }
}

function isDriver(value: unknown): value is Driver {
  return typeof value === 'string' && Object.hasOwn(drivers, value)
}

/** Returns a JSON object in a file of buildx; undefined if the file does not exist or has another content. */
export function readDocument(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return parseJsonObject(readFileLimitedSync(path, limits.configFile))
  } catch {
    return undefined
  }
}
