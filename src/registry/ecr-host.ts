/** What the name of a registry of Amazon ECR says. */
export type EcrHost = {
  /** Undefined for ECR Public. */
  readonly account: string | undefined
  readonly region: string | undefined
  readonly fips: boolean
  /** Also reached over IPv6, under other names. */
  readonly dualStack: boolean
  /** `amazonaws.com` of the partition: `.com`, `.com.cn`, `.eu`. */
  readonly suffix: string
}

/** Whether a registry is Amazon ECR, private or public, by its name. */
export function isEcrHost(host: string): boolean {
  return parseEcrHost(host) !== undefined
}

/**
 * Reads the name of a registry of Amazon ECR; undefined for another.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html and https://docs.aws.amazon.com/general/latest/gr/ecr.html
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
