import * as z from 'zod'

/** A text that `problemOf` finds nothing wrong with: its answer is the message of the problem, or undefined. */
export function checkedText(problemOf: (text: string) => string | undefined, text: z.ZodString = z.string()) {
  return text.superRefine((given, context) => {
    const message = problemOf(given)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
}
