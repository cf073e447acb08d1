/** The pages of an incident that a message may link to (`detailsLink` in `account/link.ts` says what each is). */
export const DETAILS_PAGES = ['signed', 'claim', 'page', 'none'] as const
export type DetailsPage = (typeof DETAILS_PAGES)[number]
