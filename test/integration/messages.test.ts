import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { errorScenarios } from '../support/error-scenarios.ts'
import { provoke } from '../support/provoke.ts'

// The kernel's own list depends on the machine that runs the tests.
vi.mock('../../src/preflight/emulation/handlers.ts', async (original) => ({
  ...(await original<object>()),
  readHandlers: () => [],
}))

const pagePath = '../golden/messages.md'

const intro = `# Messages of errors

Each error as a user reads it. test/integration/messages.test.ts provokes them; \`npx vitest run test/integration/messages.test.ts -u\` writes this page.
`

const rows = Object.entries(errorScenarios).flatMap(([code, titled]) =>
  Object.entries(titled).map(([title, scenario]) => ({ code, title, scenario })),
)

/** The output of each scenario, by code and title. */
const printed = new Map<string, string>()

test.each(rows)('$code, $title', async ({ code, title, scenario }) => {
  const { code: found, page } = await provoke(scenario)
  printed.set(`${code}: ${title}`, page)
  expect(found, page).toBe(code)
  expect(page).toContain(`errors.md#${code}`)
})

test('the page of all messages matches the golden one', async () => {
  const sections = Object.entries(errorScenarios).map(([code, titled]) =>
    [`## ${code}`, ...Object.keys(titled).map((title) => `### ${title}\n\n${printed.get(`${code}: ${title}`)}`)].join(
      '\n\n',
    ),
  )
  await expect(`${[intro.trimEnd(), ...sections].join('\n\n')}\n`).toMatchFileSnapshot(pagePath)
})

test('the page has every code of the reference', () => {
  const reference = readFileSync(new URL('../../docs/reference/errors.md', import.meta.url), 'utf8')
  const page = readFileSync(new URL(pagePath, import.meta.url), 'utf8')
  const codes = [...reference.matchAll(/^## ([a-z][a-z-]+)$/gm)].map(([, code = '']) => code)
  expect(codes.length).toBeGreaterThan(40)
  expect(codes.filter((code) => !page.includes(`\n## ${code}\n`))).toEqual([])
})
