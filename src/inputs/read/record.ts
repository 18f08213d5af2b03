import { CsvError, parse } from 'csv-parse/sync'

/** Returns the fields of one CSV record; undefined if a quote is misplaced. */
export function readRecord(text: string): readonly string[] | undefined {
  // Creating the parser takes longer than the rest of an input without quotes.
  if (text !== '' && !/["\r\n]/.test(text)) return text.split(',')
  try {
    const [record] = parse(text, { relax_column_count: true }) as unknown as readonly (readonly string[])[]
    return record
  } catch (thrown) {
    if (thrown instanceof CsvError) return undefined
    throw thrown
  }
}

/** Formats the fields as one CSV record, which `readRecord` and buildx parse to the same fields. */
export function writeRecord(fields: readonly string[]): string {
  return fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')
}
