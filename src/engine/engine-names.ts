/** The engines, and what must be known about the machine to plan each: a builder, or only a daemon to load into. */
export const engineNeeds = {
  buildx: 'builder',
  embedded: 'nothing',
} as const satisfies Readonly<Record<string, 'builder' | 'nothing'>>

export type EngineName = keyof typeof engineNeeds

export const engineNames = Object.keys(engineNeeds) as readonly EngineName[]
