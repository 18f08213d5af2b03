/**
 * Draws the job summary of the docs: `npm run picture` writes docs/images/job-summary.png. It takes Chromium from the rig (`test/rig/rig up browser`),
 * or the program that is given.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { summaryOf } from '../src/report/summary.ts'
import { browseSummary } from '../test/support/browse.ts'
import { sampleResult } from '../test/support/summary-sample.ts'

const rig = process.env['POLYARCH_RIG'] || '/var/lib/polyarch-rig'
const browser = process.argv[2] ?? (JSON.parse(readFileSync(`${rig}/rig.json`, 'utf8')) as { browser: string }).browser
const to = resolve(process.argv[3] ?? 'docs/images/job-summary.png')
console.log(JSON.stringify(browseSummary(browser, summaryOf(sampleResult()), to), undefined, 2))
writeFileSync(to, compressed(readFileSync(to)))

/** The PNG with its pixels compressed as far as possible: Chromium compresses for speed. https://www.w3.org/TR/png-3/#5DataRep */
function compressed(png: Buffer): Buffer {
  const chunks: { readonly type: string; readonly data: Buffer }[] = []
  for (let at = 8; at < png.length; ) {
    const end = at + 8 + png.readUInt32BE(at)
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, end) })
    at = end + 4
  }
  const pixels = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data))
  const first = chunks.findIndex(({ type }) => type === 'IDAT')
  const kept = chunks.filter(({ type }, at) => type !== 'IDAT' || at === first)
  const parts = kept.flatMap(({ type, data }) => {
    const content = type === 'IDAT' ? deflateSync(inflateSync(pixels), { level: 9, memLevel: 9 }) : data
    const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(content.length)
    check.writeUInt32BE(crc32(body))
    return [length, body, check]
  })
  return Buffer.concat([png.subarray(0, 8), ...parts])
}
