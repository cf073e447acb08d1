/** The facts that a command prints at its end. */
export interface Deployed {
  region: string
  url: string
  adminKey: string
  /** For a domain of the operator's own: the name to which the domain's DNS has to lead. */
  target?: string
  /**
   * For the trail of this account: the bucket, which is not part of the stack, and the queue that the bucket has to
   * notify.
   */
  trail?: { bucket: string; queue: string }
}

export function afterDeploy({ region, url, adminKey, target, trail }: Deployed): string {
  const dns = target === undefined ? '' : `once the DNS of that domain leads to ${target} (CNAME or alias)\n`
  const files =
    trail === undefined ? '' : `Files of ${trail.bucket} come in once it tells ${trail.queue} of them: docs/deploy.md\n`
  return `
Tocsin answers at ${url}
${dns}${files}
To make the first account, which prints its owner key, once:
  ADMIN=$(aws ssm get-parameter --region ${region} --name ${adminKey} --with-decryption --query Parameter.Value --output text)
  curl -fsS -X POST ${url}/api/v1/accounts -H "authorization: Bearer $ADMIN" \\
    -H 'content-type: application/json' -d '{"id": "ops", "name": "Operations"}'
`
}

export function afterRemove(names: { table: string; secretsKey: string; adminKey: string }): string {
  return `
What was kept on purpose: the table ${names.table} with all its data, and the parameters ${names.secretsKey}
and ${names.adminKey}. docs/deploy.md says how to come back to them, and how to delete them for good.
`
}
