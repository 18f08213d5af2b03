import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { summaryOf } from '../../src/report/summary.ts'
import { browseSummary } from '../support/browse.ts'
import { sampleResult, stepAt } from '../support/summary-sample.ts'
import { tempFolder } from '../support/temp.ts'
import { missing, rig } from './support/rig.ts'

const why = missing('browser')

/** Text that would be markup, a script, a comment, a keyword or an entity. */
const hostile = [
  '</code></pre><script>window.reached = 1</script><img src=x onerror="window.reached = 1">',
  '```\n</details>\n%%{init: {"securityLevel": "loose"}}%%\nclick a href "javascript:window.reached = 1"',
  'a: b; c # d :crit, 1, 2 %% | e `f` #58; &lt;b&gt; section x title y \u202e',
]

describe.skipIf(why)(`The job summary in a browser${why ? ` (${why})` : ''}`, () => {
  const browser = rig.browser ?? ''

  it('shows its diagram and tables on a page that is wide enough, and saves a picture', () => {
    const picture = join(tempFolder(), 'summary.png')
    const seen = browseSummary(browser, summaryOf(sampleResult()), picture)
    expect(seen).toMatchObject({ broken: [], overflowing: [], hiddenRows: 0, foreign: [], bars: 11 })
    expect(seen.labels).toContain('[build 4/5] RUN npm ci, 79.2 s emulated')
    expect(seen.labels).toContain('linux/arm64')
    expect(existsSync(picture)).toBe(true)
  })

  it('shows hostile names of steps as text, in diagram and tables', () => {
    const steps = hostile.flatMap((text, at) => [
      stepAt(`[linux/arm64 build ${at + 2}/9] RUN ${text}`, at, at + 20),
      stepAt(text, at, at + 10, { platform: text }),
      stepAt(`[${text} 2/9] RUN x`, at, at + 10),
    ])
    const result = sampleResult({ steps, dockerfile: `FROM a\nRUN ${hostile[2]}\nRUN ${hostile[0]}\n` })
    const seen = browseSummary(
      browser,
      summaryOf({ ...result, built: { ...result.built, contextAdvice: hostile.join(' ') } }),
    )
    expect(seen).toMatchObject({ broken: [], hiddenRows: 0, foreign: [], bars: 9 })
  })
})
