import type { KnownFailure } from '../../errors/known-failure.ts'
import { limited } from '../../retry/network-faults.ts'

/** Matches answers of a registry that currently rejects writes. */
export const saysReadOnly = /\bread[- _]?only\b|\bmaintenance mode\b/i

/**
 * The known messages of registries and their token servers; the first match applies. They are matched in answers to
 * requests of this step, and in errors of a builder that quote an answer.
 */
export const knownAnswers: readonly KnownFailure[] = [
  {
    code: 'registry-denied',
    pattern: /permission_denied: (?:write|create)_package/,
    hint: 'Add `packages: write` to the permissions of the job. If the package was first pushed by hand or from another repository, give this repository the role Write under "Manage Actions access" in the settings of the package.',
  },
  {
    code: 'registry-denied',
    pattern: /permission_denied: read_package/,
    hint: 'Add `packages: read` to the permissions of the job, and this repository under "Manage Actions access" in the settings of the package.',
  },
  {
    code: 'registry-denied',
    pattern: /installation not allowed to (?:Create|Write) organization package/i,
    hint: 'Add `packages: write` to the permissions of the job. The organization must also allow its members to create packages. If the package exists, give this repository the role Write under "Manage Actions access" in the settings of the package.',
  },
  {
    code: 'registry-denied',
    pattern: /The requested installation does not exist/i,
    hint: "GitHub: the job's token is only valid for packages of this repository's owner, while the job runs. Check the owner in the image's name; for another owner's package, use a personal access token with write:packages.",
  },
  {
    code: 'registry-denied',
    pattern: /token provided does not match expected scopes/i,
    hint: 'GitHub: the personal access token lacks the scope write:packages (read:packages to pull).',
  },
  {
    code: 'registry-denied',
    // Docker Hub, with status 401: the user is authenticated.
    pattern: /access token has insufficient scopes/i,
    hint: 'Docker Hub: the access token lacks the scope. Create one with the scope Read & Write; the scope of a token cannot be changed afterwards.',
  },
  {
    code: 'registry-unauthorized',
    // Amazon's registries; the second by Docker 20.10 without credentials.
    pattern: /authorization token has expired|no basic auth credentials|ExpiredToken/i,
    hint: 'The session with the registry is missing or has expired; that of Amazon ECR lasts 12 hours. Log in right before this step, or set `username` and `password`.',
  },
  {
    code: 'registry-refused',
    // "name unknown: The repository with name 'a/b' does not exist in the registry with id '123456789012'".
    pattern: /The repository with name '([^']*)' does not exist in the registry/i,
    hint: 'Create the repository, which Amazon ECR does not do on push: `aws ecr create-repository --repository-name $1`.',
  },
  {
    code: 'tag-exists',
    // Amazon ECR: "The image tag '1' already exists in the 'a/b' repository and cannot be overwritten because the tag
    // is immutable", or "because the repository is immutable". Harbor, 412: "Failed to process request due to 'b:1'
    // configured as immutable". Google: "cannot update tag 1. The repository has enabled tag immutability".
    pattern:
      /\b(?:tag|image|manifest|repository)\b.{0,160} is immutable|configured as immutable|has enabled tag immutability/i,
    hint: 'Choose another tag, or make tags mutable in the settings of the registry. Set `if-exists: skip` to leave an existing fixed tag untouched.',
  },
  {
    code: 'registry-refused',
    // Azure, for locked images and for a registry at its limit.
    pattern: /operation is disallowed on this registry, repository or image/i,
    hint: 'Azure: the tag, its image or the repository is locked, or the registry is full. `az acr repository show --name REGISTRY --image NAME:TAG` says so in writeEnabled, `az acr show-usage` in its size.',
  },
  {
    code: 'registry-refused',
    // distribution before 2.7: "manifest invalid"; BuildKit quotes it with the manifest's address or its digest.
    pattern: /\bMANIFEST_INVALID\b|\bmanifest invalid\b|unsupported manifest media type/i,
    hint: 'The registry may accept Docker media types only. The docker driver and `engine: embedded` push those; a remote or container builder pushes OCI media types.',
  },
  {
    code: 'registry-unavailable',
    // Harbor, 403: "The system is in read only mode. Any modification is prohibited." Quay, 405: "System is currently read-only. Pulls
    // will succeed but all write operations are currently suspended." GitLab, 503, and Artifactory: "maintenance mode". Nexus, 503:
    // "Nexus Repository Manager is in read-only mode". Azure, while a region fails over: "registry is read-only".
    pattern: saysReadOnly,
    hint: 'The registry is read-only or in maintenance mode. Run the job again when it accepts pushes.',
  },
  {
    code: 'registry-unavailable',
    pattern: limited,
    hint: 'The rate limit of the registry is exceeded. Log in to Docker Hub to raise its limit, use a mirror, or run the job again later.',
  },
]
