/** The parts of the host name of an Amazon ECR registry. */
export type EcrHost = {
  /** Undefined for ECR Public. */
  readonly account: string | undefined
  readonly region: string | undefined
  readonly fips: boolean
  /** Whether the host name is also available over IPv6, with other names. */
  readonly dualStack: boolean
  /** The domain of the partition: `amazonaws` with `.com`, `.com.cn` or `.eu`. */
  readonly suffix: string
}

/** Whether a registry is Amazon ECR, private or public, by its host name. */
export function isEcrHost(host: string): boolean {
  return parseEcrHost(host) !== undefined
}

/**
 * Parses the host name of an Amazon ECR registry; returns undefined for others.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html and
 * https://docs.aws.amazon.com/general/latest/gr/ecr.html
 */
export function parseEcrHost(host: string): EcrHost | undefined {
  if (host === 'public.ecr.aws' || host === 'ecr-public.aws.com') {
    return { account: undefined, region: undefined, fips: false, dualStack: false, suffix: 'amazonaws.com' }
  }
  const [, account, service = '', region, suffix = ''] =
    /^(\d{12})\.(dkr[.-]ecr(?:-fips)?)\.([a-z0-9-]{3,40})\.(amazonaws\.com(?:\.cn)?|amazonaws\.eu|on\.aws|on\.amazonwebservices\.com\.cn)$/.exec(
      host,
    ) ?? []
  if (account === undefined) return undefined
  return {
    account,
    region,
    fips: service.endsWith('-fips'),
    dualStack: suffix.startsWith('on.'),
    suffix: suffix === 'on.aws' ? 'amazonaws.com' : suffix.replace('on.amazonwebservices', 'amazonaws'),
  }
}
