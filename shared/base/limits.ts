/** Limits that users meet. docs/limits.md has a row for each; `test/unit/document/limits.test.ts` compares the two. */
export const LIMITS = {
  /** Content templates of an account, and the tokens inside of the tags of the texts. */
  templates: 200,
  documentContentTokens: 200_000,
  /** Characters of one text of a content template, and of one template as JSON. */
  contentTextChars: 32 * 1024,
  contentTemplateChars: 90_000,
  /** Matchers of one policy, silence, side of an inhibit rule, or request with `filter=`. */
  matchers: 100,
  /** Labels of one `groupBy`. */
  groupBy: 1_000,
  /** A document of the configuration: levels, entries of a list, keys of a mapping, values. */
  documentDepth: 100,
  listEntries: 50_000,
  mappingKeys: 5_000,
  documentValues: 250_000,
  /** Names of an object in JSON above 256 KiB. */
  objectNames: 10_000,
  /** Entries of the sections of a document. An imported receiver may have several channels. */
  integrations: 200,
  channels: 1_000,
  receivers: 2_000,
  policies: 500,
  routes: 2_000,
  /** The flow of one policy: steps of the primary flow or of a stage, then what all of them have together. */
  flowSteps: 50,
  flowStages: 10,
  flowConditions: 100,
  flowActions: 100,
  /** Channels, and people on channels. A member of two groups on one channel counts twice. */
  flowTargets: 1_000,
  rules: 10_000,
  inhibitRules: 500,
  timeIntervals: 500,
  users: 10_000,
  userGroups: 1_000,
  calendars: 100,
  views: 200,
  /** Characters of one text with matchers, as in `source_matchers`. */
  matchersChars: 50_000,
  /** A regular expression of a matcher, before and after its repetitions are written out (`shared/regex/size.ts`). */
  regexChars: 512,
  regexSize: 1_000,
  /** The regular expressions of a silence together, or of a request with `filter=`. */
  requestRegexSize: 5_000,
  /** Pending and active silences of an account. */
  liveSilences: 1_000,
  /** All regular expressions of the live silences of an account. */
  silencesRegexSize: 30_000,
  /** The silences of an account are one item of the table, of at most 400 KB, keys included. */
  silencesBytes: 390 * 1024,
  /** The body of a request to the API that has no limit of its own. */
  bodyBytes: 1024 * 1024,
  /** A document of the configuration, as sent and with its aliases written out. Lambda takes requests of 6 MB. */
  documentBytes: 5 * 1024 * 1024,
  /** A configuration as stored, without its rules. */
  configBytes: 4.5 * 1024 * 1024,
  /** The rules of an account as stored. 10,000 rules of SigmaHQ have 11 MB. */
  rulesBytes: 16 * 1024 * 1024,
  /** A part of a batch of rules, and the parts of a batch. */
  rulesPartBytes: 4 * 1024 * 1024,
  rulesParts: 100,
  /** All parts that an account keeps for batches to come, and their bytes: eight batches of the largest size. */
  rulesPartsKept: 500,
  rulesPartsKeptBytes: 128 * 1024 * 1024,
  /** The document, or a page of a list, in one answer: Lambda answers at most 6 MB, in base64. Less than a document. */
  answerBytes: 4 * 1024 * 1024,
  /** All regular expressions in matchers of one document. */
  documentRegexSize: 100_000,
  /** Steps of one match of a matcher: size of the expression × length of the value. */
  regexMatchSteps: 250_000,
  /** Sigma's text of one rule, as JSON. SigmaHQ's largest rule has 295 KB. */
  sigmaChars: 400_000,
  /** Wildcards of one value of a Sigma rule, and the texts between them. */
  sigmaPatternParts: 2_000,
  /** A regular expression of a Sigma rule. SigmaHQ's longest has 1,013 characters. */
  sigmaRegexChars: 4_096,
  sigmaRegexSize: 5_000,
  /** The regular expressions of a Sigma text together: for every expression its size, and 20 steps. */
  sigmaTextRegexSize: 10_000,
  /** All regular expressions of all rules of an account. */
  documentSigmaRegexSize: 200_000,
  /**
   * Tests of one Sigma text: a value, each form that a modifier makes of a value, and both once more for each use in a
   * condition.
   */
  sigmaTextTests: 60_000,
  /** Tests of all rules of an account. */
  documentSigmaTests: 300_000,
  /** Tests of the texts of one record by all rules. A list of addresses and a list of networks need many. */
  sigmaRecordTests: 500_000,
  /** Steps of one match of such an expression: size × length of the text. Beyond, the rule fails on the record. */
  sigmaRegexMatchSteps: 4_000_000,
  /** Files of Alertmanager's templates of an account, and their characters together. */
  templateFiles: 100,
  templateFilesChars: 256 * 1024,
  /** Templates in the settings of one channel together. */
  templateChars: 64 * 1024,
  /** All such templates of one document, files included. */
  documentTemplateChars: 1024 * 1024,
  /** A regular expression in a template of Alertmanager. */
  templateRegexChars: 4_096,
  templateRegexSize: 5_000,
} as const
