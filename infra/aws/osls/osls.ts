/** The parts of osls 4 that the plug-in uses; the package of osls has types of the configuration only. */
export interface Osls {
  processedInput: { commands: string[] }
  serviceDir: string
  service: {
    service: string
    package: { artifactDirectoryName?: string }
    custom: Record<string, unknown>
    functions: Record<string, OslsFunction>
    resources: { Resources: Record<string, OslsResource>; Outputs?: Record<string, object> }
  }
  pluginManager: { plugins: object[] }
  getProvider(name: 'aws'): {
    getStage(): string
    getRegion(): string
    getDeploymentPrefix(): string
    /** Region and credentials, as chosen by `--aws-profile` and similar options. */
    getAwsSdkV3Config(): Promise<object>
  }
}

export interface OslsFunction {
  environment?: Record<string, unknown>
  events?: object[]
  memorySize?: number
  timeout?: number
  /** The place of the function's zip, once the zip was made. */
  package?: { artifact?: string }
}

export interface OslsResource {
  Properties: { Policies?: { PolicyDocument: PolicyDocument }[]; PolicyDocument?: PolicyDocument }
}

interface PolicyDocument {
  Statement: object[]
}

export interface OslsTools {
  writeText(text: string): void
}

/** Expected failure: osls prints the message of an error with this name, without a stack. */
export function refusal(message: string, code: string): Error {
  return Object.assign(new Error(message), { name: 'ServerlessError', code })
}
