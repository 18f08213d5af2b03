import { createJob } from '../test/e2e/support/action.ts'
import { part } from '../test/e2e/support/rig.ts'
import type { Begun, Case, MakeCases } from './case.ts'
import { runAction, startGithubApi } from './foreign-action.ts'
import { runStepOf } from './sides.ts'

const platforms = 'linux/amd64,linux/arm64,linux/arm/v7'
const rules = 'type=sha\ntype=ref,event=branch\ntype=raw,value=1\n'

/** The step against the bundles of metadata-action and build-push-action, if their directories are given. */
export const actionCases: MakeCases = ({ buildPushAction, metadataAction }) => {
  if (buildPushAction === undefined) return []
  const needs = ['docker', 'registry', 'base', 'emulated'] as const
  const alone: Case = {
    ...{ group: 'actions', name: 'three platforms, cached', needs },
    begin: () => begin('three platforms, cached', { buildPushAction }),
  }
  const name = 'three platforms, cached, with tag rules, labels and a registry cache'
  const complete: Case = {
    group: 'actions',
    name,
    needs,
    begin: () => begin(name, { buildPushAction, metadataAction }),
  }
  return metadataAction === undefined ? [alone] : [alone, complete]
}

/** Their logins and builders are left out: each would be another action. */
async function begin(
  name: string,
  {
    buildPushAction,
    metadataAction,
  }: { readonly buildPushAction: string; readonly metadataAction?: string | undefined },
): Promise<Begun> {
  const api = await startGithubApi()
  const job = createJob(
    { Dockerfile: `FROM ${part('base')}\nRUN uname -m > /machine\n` },
    {
      DOCKER_HOST: part('docker').host,
      GITHUB_API_URL: api.url,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_RUN_ID: '1',
      // They need a service of GitHub, and the step has no such record.
      DOCKER_BUILD_SUMMARY: 'false',
      DOCKER_BUILD_RECORD_UPLOAD: 'false',
    },
  )
  const [ours, theirs] = ['step', 'actions'].map((side) => `${part('registry').host}/bench/actions-${side}`) as [
    string,
    string,
  ]
  const cacheOf = (repository: string) =>
    metadataAction === undefined
      ? {}
      : {
          'cache-from': `type=registry,ref=${repository}:cache`,
          'cache-to': `type=registry,ref=${repository}:cache,mode=max`,
        }
  const runStep = () =>
    runStepOf(job, {
      ...(metadataAction === undefined ? { tags: `${ours}:1` } : { images: ours, tags: rules }),
      ...{ platforms, push: 'true', ...cacheOf(ours) },
    })
  const runActions = async () => {
    const found = metadataAction && (await runAction(metadataAction, job, { images: theirs, tags: rules }))
    const { tags = `${theirs}:1`, labels = '' } = found || {}
    const inputs = { context: '.', tags, labels, platforms, push: 'true', provenance: 'false', ...cacheOf(theirs) }
    await runAction(buildPushAction, job, inputs)
  }
  for (const fill of [runStep, runActions]) await fill()
  const rival = metadataAction === undefined ? 'build-push-action' : 'metadata-action and build-push-action'
  return {
    contest: { name, rounds: 7, ours: runStep, rivals: [{ name: rival, run: runActions }] },
    end: async () => {
      api.close()
      job.remove()
    },
  }
}
