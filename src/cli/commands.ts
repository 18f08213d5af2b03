import type { Command } from './command.ts'

export type CommandRow = {
  /** One line for the list of commands. */
  readonly summary: string
  /** Loads the command on demand. */
  readonly load: () => Promise<Command>
}

/** All commands, in the order of the help. */
export const commands: Readonly<Record<string, CommandRow>> = {
  build: {
    summary: 'Build, verify and publish an image',
    load: async () => (await import('./build.ts')).buildCommand,
  },
  plan: {
    summary: 'Show what build would do, without building or writing anything',
    load: async () => (await import('./build.ts')).planCommand,
  },
  verify: {
    summary: 'Check a published image for missing platforms and binaries of another architecture',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  migrate: {
    summary: "Rewrite workflows that use Docker's actions",
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
}
