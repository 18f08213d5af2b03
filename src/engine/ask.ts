import { member } from '../bounds/json.ts'
import { gather } from '../errors/gather.ts'
import type { Run } from '../run-context.ts'
import { checkNamedContext } from '../source/context.ts'
import type { Answer, AnswerDocument, Question } from './answer.ts'
import { checkEngine } from './build.ts'
import { engines } from './engines.ts'

/**
 * Asks the planned engine about the Dockerfile. Nothing is built.
 *
 * @throws ActionError if the context or the Dockerfile is invalid, or the engine cannot answer
 */
export async function askEngine(run: Run, question: Question): Promise<Answer> {
  const { name, spec, traits } = run.plan.engine
  const [dockerfile] = await gather('Reading the Dockerfile', [
    run.source.dockerfile(),
    // If this program reads the Dockerfile for the engine, errors in it are reported with their lines.
    run.source.reading().then(() => undefined),
    ...run.plan.build.contexts.map(checkNamedContext),
    // An engine whose questions are answered here is not used.
    ...(traits.readsSource === 'us' ? [] : [checkEngine(run)]),
  ])
  const code = await engines[name].load()
  const document = await code.ask(spec, run, question)
  const file = dockerfile?.file ?? run.plan.build.file ?? 'Dockerfile'
  return { question, file, document: withoutGivenValues(document, run) }
}

/** Build arguments sometimes hold secrets, so the given ones appear in the answer by name only. */
function withoutGivenValues({ sources: _, ...document }: AnswerDocument, { plan }: Run): AnswerDocument {
  const { args } = document
  if (!Array.isArray(args)) return document
  return {
    ...document,
    args: args.map((one: unknown) => {
      const name = member(one, 'name')
      const isGiven = typeof name === 'string' && Object.hasOwn(plan.build.buildArgs, name)
      if (!isGiven || typeof one !== 'object') return one
      const { value: __, ...rest } = one as Readonly<Record<string, unknown>>
      return rest
    }),
  }
}
