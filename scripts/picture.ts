/**
 * Renders the job summary of the docs: `npm run picture` writes docs/images/job-summary.png with Chromium from the rig (`test/rig/rig up
 * browser`), or with the given program.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { summaryOf } from '../src/report/summary.ts'
import { browseSummary } from '../test/support/browse.ts'
import { sampleResult } from '../test/support/summary-sample.ts'

const rig = process.env['POLYARCH_RIG'] || '/var/lib/polyarch-rig'
const browser = process.argv[2] ?? (JSON.parse(readFileSync(`${rig}/rig.json`, 'utf8')) as { browser: string }).browser
const to = resolve(process.argv[3] ?? 'docs/images/job-summary.png')
console.log(JSON.stringify(browseSummary(browser, summaryOf(sampleResult()), to), undefined, 2))
