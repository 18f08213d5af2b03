/** Reads one YAML document. Throws an Error whose message's first line says what is wrong, and where. */
export type ParseYaml = (text: string) => unknown

/** The parser, which only runs that are given YAML load. */
export async function loadYaml(): Promise<ParseYaml> {
  const { parse } = await import('yaml')
  return (text) => parse(text, { logLevel: 'error' })
}
