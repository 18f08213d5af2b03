import { expect, test } from 'vitest'
import { mermaidLabel } from '../../../src/text/mermaid.ts'

test.each([
  { text: 'RUN npm ci', label: 'RUN npm ci' },
  { text: 'RUN a: b; c # d %% e', label: 'RUN a· b, c · d ·· e' },
  { text: 'RUN <<EOF\n```\n%%{init: {}}%%\u202e\u0007', label: "RUN ‹‹EOF ''' ··(init· ())··" },
  { text: '😀'.repeat(30), label: `${'😀'.repeat(19)}…` },
  { text: 'x'.repeat(1_000_000), label: `${'x'.repeat(19)}…` },
])('mermaidLabel() creates $text harmless', ({ text, label }) => {
  expect(mermaidLabel(text, text.length > 40 ? 20 : 60)).toBe(label)
})
