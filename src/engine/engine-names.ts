type EngineTraits = {
  /** What must be known of the machine to plan it: a builder, or no more than a daemon to load into. */
  readonly needs: 'builder' | 'nothing'
  /** Other names that the input `engine` accepts for it. */
  readonly aliases: readonly string[]
}

/** The engines, a row each. */
const rows = {
  buildx: { needs: 'builder', aliases: ['docker', 'colima'] },
  embedded: { needs: 'nothing', aliases: [] },
} as const satisfies Readonly<Record<string, EngineTraits>>

export type EngineName = keyof typeof rows

export const engineNames = Object.keys(rows) as readonly EngineName[]

/** What must be known of the machine to plan an engine. */
export function needsOf(engine: EngineName): EngineTraits['needs'] {
  return rows[engine].needs
}

/** Returns the name of an engine for one of its aliases; other text is returned unchanged. Case is ignored. */
export function engineOf(text: string): string {
  const lower = text.trim().toLowerCase()
  const found = engineNames.find((name) => (rows[name].aliases as readonly string[]).includes(lower))
  return found ?? lower
}
