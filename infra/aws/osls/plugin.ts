import { reproducible } from './artifacts.ts'
import type { Osls, OslsTools } from './osls.ts'
import { makeParameters } from './parameters.ts'
import { addPart, type Part, type PartName, type PartSettings, partsOf } from './parts.ts'
import { addBaseRoutes, settlePublicUrl } from './settings.ts'
import { afterDeploy, afterRemove } from './words.ts'

/** The steps that osls does not do itself, at the moments that osls names. https://github.com/oss-serverless/osls */
function tocsin(osls: Osls, _options: object, { writeText }: OslsTools) {
  const command = osls.processedInput.commands.join(' ')
  const { custom } = osls.service
  const aws = osls.getProvider('aws')
  const names = {
    table: `tocsin-${aws.getStage()}`,
    secretsKey: String(custom.secretsKey),
    adminKey: String(custom.adminKey),
  }
  const hooks = {
    initialize: () => {
      const { parts, ...settings } = custom as unknown as { parts: Record<PartName, Part> } & PartSettings
      for (const name of partsOf(settings)) addPart(osls.service, parts[name])
      settlePublicUrl(osls.service.functions, settings.domain === '' ? custom.apiUrl : `https://${settings.domain}`)
      addBaseRoutes(osls.service.functions)
    },
    'before:package:compileFunctions': () => {
      // A deployment is named after its time: osls orders the deployments in the bucket by name.
      if (command === 'package') reproducible(osls)
    },
    'before:deploy:deploy': async () => {
      const made = await makeParameters(names, await aws.getAwsSdkV3Config())
      for (const name of made) writeText(`Made the parameter ${name}`)
    },
    finalize: () => {
      const url = publicUrl(osls)
      const target = outputOf(osls, 'DomainTarget')
      const bucket = String(custom.trailBucket)
      const where = {
        region: aws.getRegion(),
        adminKey: names.adminKey,
        target,
        trail: bucket === '' ? undefined : { bucket, queue: `${names.table}-trail` },
      }
      if (command === 'deploy' && url !== undefined) writeText(afterDeploy({ ...where, url }))
      if (command === 'remove') writeText(afterRemove(names))
    },
  }
  // osls calls this function with `new`, and keeps the returned object.
  return { hooks }
}

/** The public URL of the functions, otherwise the address of the gateway; undefined when nothing was deployed. */
function publicUrl(osls: Osls): string | undefined {
  const given = osls.service.functions.api?.environment?.TOCSIN_PUBLIC_URL
  return typeof given === 'string' ? given : outputOf(osls, 'HttpApiUrl')
}

function outputOf({ pluginManager }: Osls, name: string): string | undefined {
  for (const plugin of pluginManager.plugins as { gatheredData?: StackFacts }[]) {
    const found = plugin.gatheredData?.outputs.find(({ OutputKey }) => OutputKey === name)
    if (found) return found.OutputValue
  }
  return undefined
}

/** The facts about the stack that osls reads after a deployment. */
interface StackFacts {
  outputs: { OutputKey: string; OutputValue: string }[]
}

// The name under which CommonJS finds the value of a module.
export { tocsin as 'module.exports' }
