import { loadYaml } from './bounds/yaml.ts'
import { setUpEmulators } from './emulate/emulate.ts'
import { build } from './engine/engines.ts'
import { exportImage } from './export/export.ts'
import { findEvent, withoutSecrets } from './facts/find-event.ts'
import { withOffer } from './facts/offer.ts'
import { probe } from './facts/probe.ts'
import type { Host } from './host/host.ts'
import { limitTime } from './host/time-limit.ts'
import { givenInputs, parseInputs } from './inputs/parse.ts'
import { isMapping } from './inputs/smoke-test.ts'
import { logIn } from './login/login.ts'
import { maskBuildSecrets, maskInputs } from './login/mask-secrets.ts'
import { describePlan, makePlan } from './plan/plan.ts'
import { describeTag } from './plan/tags.ts'
import { preflight } from './preflight/preflight.ts'
import { publish } from './publish/publish.ts'
import { report, reportLasting } from './report/report.ts'
import { smokeTest } from './smoke-test/smoke-test.ts'
import { verifyImage } from './verify/verify.ts'

/**
 * The whole step: inputs -> facts -> plan -> log in -> preflight -> emulate -> build -> verify -> smoke test -> export -> publish ->
 * report. Clean up follows in `main.ts`, whatever happens here.
 */
export async function run(host: Host, readInput: (name: string) => string): Promise<void> {
  maskInputs(readInput, host)
  const parseYaml = isMapping(readInput('smoke-test')) ? await loadYaml() : undefined
  const event = findEvent(host.env)
  const options = { parseYaml, event, noSecrets: withoutSecrets(event, host.env) }
  const parse = () => parseInputs(readInput, givenInputs(host.env), options)
  const { inputs, warnings, notices } = await withOffer(host, readInput('builder'), parse)
  maskBuildSecrets(inputs.secrets, host)
  for (const warning of warnings) host.log.warning(warning)
  for (const notice of notices) host.runner.notice(notice)

  const facts = await probe(host, inputs, event)
  const plan = makePlan(inputs, facts)
  for (const notice of plan.notices) host.runner.notice(notice)
  for (const warning of plan.warnings) host.log.warning(warning)
  host.log.info(`Using engine ${plan.engine.name} (${plan.engine.because})`)
  host.log.debug(`Plan: ${describePlan(plan)}`)
  for (const tag of plan.tags) host.log.debug(describeTag(tag))

  // All but the writing of tags: content that is complete is not thrown away for a minute.
  const limit = limitTime(plan.timeout, host)
  const limited = limit.host
  const session = logIn(plan, facts, limited)
  try {
    const checked = await preflight(plan, session, limited)
    await setUpEmulators(plan, checked, { login: session, host: limited })
    const built = await build(plan, limited, { login: session, checked })
    const verified = await verifyImage(plan, built, { checked, login: session, host: limited })
    const smoked = await smokeTest(plan, built, { login: session, host: limited })
    const exported = await exportImage(plan, built, limited, session)
    limit.lift()
    const published = plan.push ? await publish(plan, built, session.registry, host) : undefined
    const images = published?.images ?? (built.content.kind === 'loaded' ? [] : built.content.tree.images)
    report({ plan, checked, built, verified, smoked, exported, published, images }, host)
    if (published?.error) throw published.error
  } catch (error) {
    throw limit.toError(error)
  } finally {
    limit.lift()
    reportLasting({ plan, attempts: session.attempts() }, host)
  }
}
