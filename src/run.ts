import { loadYaml } from './bounds/yaml.ts'
import { setUpEmulators } from './emulate/emulate.ts'
import { build } from './engine/build.ts'
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
import { describePlan } from './plan/describe-plan.ts'
import { makePlan } from './plan/make-plan.ts'
import { describeTag } from './plan/tags.ts'
import { preflight } from './preflight/preflight.ts'
import { publish } from './publish/publish.ts'
import { report, reportLasting } from './report/report.ts'
import { smokeTest } from './smoke-test/smoke-test.ts'
import { openSource } from './source/open-source.ts'
import { verifyImage } from './verify/verify.ts'

/**
 * The whole step: inputs -> facts -> plan -> log in -> source -> preflight -> emulate -> build -> verify -> smoke test -> export -> publish ->
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
  const access = logIn(plan, facts, limit.host)
  try {
    const opening = { plan, host: limit.host, access }
    const run = { ...opening, source: await openSource(opening) }
    const checked = await preflight(run)
    await setUpEmulators(run, checked)
    const built = await build(run, checked)
    const verified = await verifyImage(run, built, checked)
    const smoked = await smokeTest(run, built)
    const exported = await exportImage(run, built)
    limit.lift()
    const published = plan.push ? await publish({ ...run, host }, built) : undefined
    report(run, { checked, built, verified, smoked, exported, published })
    if (published?.error) throw published.error
  } catch (error) {
    throw limit.toError(error)
  } finally {
    limit.lift()
    reportLasting({ plan, host, access })
  }
}
