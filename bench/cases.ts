import { actionCases } from './action-cases.ts'
import type { Case } from './case.ts'
import { embeddedCases } from './embedded-cases.ts'
import { joinCases } from './join-cases.ts'
import { latencyCases } from './latency-cases.ts'
import { loadCases } from './load-cases.ts'
import { nodeCases } from './node-cases.ts'
import type { Peers } from './peers.ts'
import { pipelineCases } from './pipeline-cases.ts'
import { startCases } from './start-cases.ts'
import { stepCases } from './step-cases.ts'
import { verificationCases } from './verification-cases.ts'

/** Every case; each round is one run of the step and one of each rival. */
export function casesWith(peers: Peers): readonly Case[] {
  const withPeers = [actionCases, embeddedCases, latencyCases, joinCases, pipelineCases, stepCases].flatMap((make) =>
    make(peers),
  )
  const others = [loadCases, startCases, nodeCases, verificationCases].flatMap((make) => make())
  return [...withPeers, ...others]
}
