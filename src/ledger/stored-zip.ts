import { crc32 } from 'node:zlib'
import { ActionError } from '../errors/action-error.ts'

const localSignature = 0x04034b50
const centralSignature = 0x02014b50
const endSignature = 0x06054b50
/** 1 January 1980, the earliest date of the format. */
const firstDate = 0x21

/**
 * Returns a zip archive with one uncompressed file, the form in which the artifact service serves its content.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function storeZip(name: string, content: Uint8Array): Buffer {
  const file = Buffer.from(name)
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(firstDate, 8)
  fields.writeUInt32LE(crc32(content), 10)
  fields.writeUInt32LE(content.length, 14)
  fields.writeUInt32LE(content.length, 18)
  fields.writeUInt16LE(file.length, 22)
  const local = Buffer.concat([number(localSignature), fields, file, content])
  const central = Buffer.concat([number(centralSignature), Buffer.from([20, 0]), fields, Buffer.alloc(14), file])
  const end = Buffer.alloc(18)
  end.writeUInt16LE(1, 4)
  end.writeUInt16LE(1, 6)
  end.writeUInt32LE(central.length, 8)
  end.writeUInt32LE(local.length, 12)
  return Buffer.concat([local, central, number(endSignature), end])
}

/**
 * Returns the content of the only file of an archive of `storeZip`.
 *
 * @throws ActionError `content-mismatch` for other bytes
 */
export function readStoredZip(archive: Buffer): Buffer {
  if (archive.length >= 30 && archive.readUInt32LE(0) === localSignature && archive.readUInt16LE(8) === 0) {
    const start = 30 + archive.readUInt16LE(26) + archive.readUInt16LE(28)
    const content = archive.subarray(start, start + archive.readUInt32LE(18))
    if (content.length === archive.readUInt32LE(18) && crc32(content) === archive.readUInt32LE(14)) return content
  }
  throw new ActionError(
    'content-mismatch',
    'Cannot read an artifact of this step: it is not an archive that this step wrote',
  )
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
