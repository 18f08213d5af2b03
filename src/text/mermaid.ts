/**
 * Text from outside in a Mermaid diagram. Its grammar has no general escape: `:` ends a task's label, `;` and `#` begin
 * other tokens, `%` a comment, and a line may begin with a keyword. https://mermaid.js.org/syntax/gantt.html
 */

/** Substitutes for the characters that Mermaid or the surrounding Markdown would interpret; every font has them. */
const substitutes: Readonly<Record<string, string>> = {
  ';': ',',
  '`': "'",
  '<': '‹',
  '>': '›',
  '{': '(',
  '}': ')',
  '~': '-',
}

/**
 * Returns the text as a label on one line, at most `most` characters, with substitutes for the characters with a
 * meaning in Mermaid.
 */
export function mermaidLabel(text: string, most: number): string {
  const line = text
    .slice(0, most * 4)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  const characters = [...line]
  const shown = characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : line
  return shown.replaceAll(/[:;#%`<>{}~]/g, (found) => substitutes[found] ?? '·')
}
