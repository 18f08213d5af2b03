import { expect, onTestFinished, test } from 'vitest'
import { checkSbomGenerator } from '../../../src/engine/buildx/check-sbom-generator.ts'
import { ActionError } from '../../../src/errors/action-error.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import type { FindImage } from '../../../src/registry/pull/find-image.ts'
import { startDaemon } from '../../support/daemon.ts'
import { createTestHost } from '../../support/host.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { runOf } from '../../support/run.ts'

/** Runs the check with a registry that fails with this error, and a daemon that has the image or not. */
async function check(sbom: string, failure: ActionError | undefined, { isStored = false } = {}) {
  const asked: string[] = []
  const stored = { 'GET /images/': { body: { Os: 'linux', Architecture: 'amd64' } } }
  const { server } = await startDaemon(isStored ? stored : {})
  const host = createTestHost()
  onTestFinished(host.close)
  const findImage: FindImage = async (reference) => {
    asked.push(reference)
    throw failure ?? new ActionError('cancelled', 'no answer is needed')
  }
  const plan = makePlan(inputsOf({ sbom }), factsOf({ docker: { ...server, store: 'containerd' } }))
  const thrown = await checkSbomGenerator(await runOf(plan, host, { findImage })).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { asked, thrown, log: host.log.lines.join('\n') }
}

const missing = new ActionError('image-not-found', 'the registry does not have it')

test('checkSbomGenerator() rejects a missing generator before the build', async () => {
  expect(await check('generator=a.example/scanner:1', missing)).toMatchObject({
    asked: ['a.example/scanner:1'],
    thrown: {
      code: 'image-not-found',
      message: 'Cannot attach an SBOM with a.example/scanner:1: the registry does not have it',
      hint: expect.stringContaining('sbom: false'),
    },
  })
})

test("checkSbomGenerator() checks BuildKit's default generator", async () => {
  expect((await check('true', missing)).asked).toEqual(['docker/buildkit-syft-scanner:stable-1'])
})

test('checkSbomGenerator() sends no request without an SBOM', async () => {
  expect(await check('false', missing)).toMatchObject({ asked: [], thrown: undefined })
})

test('checkSbomGenerator() accepts a generator that the daemon has', async () => {
  expect((await check('true', missing, { isStored: true })).thrown).toBeUndefined()
})

test('checkSbomGenerator() leaves unreachable registries to the builder', async () => {
  const away = new ActionError('registry-unreachable', 'nobody answers')
  const { thrown, log } = await check('true', away)
  expect(thrown).toBeUndefined()
  expect(log).toMatch(/Preflight could not check the SBOM generator .*nobody answers/)
})
