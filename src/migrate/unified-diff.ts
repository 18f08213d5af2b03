/** Number of unchanged lines around a change. */
const context = 3

type Change = { readonly first: number; readonly removed: readonly string[]; readonly added: readonly string[] }

/** Maximum number of lines of each side that are compared; a longer section counts as one change. */
const longest = 2000

/**
 * Renders the difference between two texts in the unified format.
 *
 * @see https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
 *
 * @returns the lines; none if the texts are equal
 */
export function unifiedDiff(path: string, before: string, after: string): readonly string[] {
  const old = linesOf(before)
  const changes = compare(old, linesOf(after))
  if (changes.length === 0) return []
  // An absolute path already begins with a slash.
  const name = path.replace(/^\//, '')
  const lines = [`--- a/${name}`, `+++ b/${name}`]
  let shift = 0
  for (const group of groupsOf(changes)) {
    const [first] = group
    const last = group.at(-1)
    if (first === undefined || last === undefined) continue
    const start = Math.max(0, first.first - context)
    const end = Math.min(old.length, last.first + last.removed.length + context)
    const body: string[] = []
    let at = start
    for (const { first: from, removed, added } of group) {
      body.push(...old.slice(at, from).map((line) => ` ${line}`))
      body.push(...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`))
      at = from + removed.length
    }
    body.push(...old.slice(at, end).map((line) => ` ${line}`))
    const grown = group.reduce((sum, { removed, added }) => sum + added.length - removed.length, 0)
    lines.push(`@@ -${range(start, end - start)} +${range(start + shift, end - start + grown)} @@`)
    lines.push(...body.flatMap(withoutEnd))
    shift += grown
  }
  return lines
}

function range(start: number, count: number): string {
  return `${count === 0 ? start : start + 1}${count === 1 ? '' : `,${count}`}`
}

/** Splits a text into lines with their endings, so that a missing final line ending is a difference. */
function linesOf(text: string): readonly string[] {
  return text.split(/(?<=\n)/).filter((line) => line !== '')
}

function withoutEnd(line: string): readonly string[] {
  return line.endsWith('\n') ? [line.slice(0, -1)] : [line, '\\ No newline at end of file']
}

function groupsOf(changes: readonly Change[]): readonly (readonly Change[])[] {
  const groups: Change[][] = []
  for (const change of changes) {
    const before = groups.at(-1)?.at(-1)
    const isNear = before !== undefined && change.first - (before.first + before.removed.length) <= 2 * context
    if (isNear) groups.at(-1)?.push(change)
    else groups.push([change])
  }
  return groups
}

/** Computes the changes by a longest common subsequence of the part between the common prefix and the common suffix. */
function compare(old: readonly string[], now: readonly string[]): readonly Change[] {
  let head = 0
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1
  let tail = 0
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  ) {
    tail += 1
  }
  const a = old.slice(head, old.length - tail)
  const b = now.slice(head, now.length - tail)
  if (a.length + b.length === 0) return []
  if (a.length > longest || b.length > longest) return [{ first: head, removed: a, added: b }]
  const width = b.length + 1
  const common = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        a[i] === b[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0)
    }
  }
  const changes: { first: number; removed: string[]; added: string[] }[] = []
  let open: (typeof changes)[number] | undefined
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      open = undefined
      i += 1
      j += 1
      continue
    }
    if (open === undefined) {
      open = { first: head + i, removed: [], added: [] }
      changes.push(open)
    }
    const takesOld =
      j >= b.length || (i < a.length && (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    if (takesOld) {
      open.removed.push(a[i] ?? '')
      i += 1
    } else {
      open.added.push(b[j] ?? '')
      j += 1
    }
  }
  return changes
}
