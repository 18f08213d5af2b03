// Lets a Node that does not run TypeScript itself (before 22.18) run this project's scripts:
// `node --import ./scripts/typescript.mjs FILE`. A newer Node ignores it.
import { register } from 'node:module'

if (!process.features.typescript) register('./typescript-hooks.mjs', import.meta.url)
