/** The reason why a template could not be used. The run throws it, and only the run catches it. */
export class TemplateFailure extends Error {}

export function fail(message: string): never {
  throw new TemplateFailure(message)
}
