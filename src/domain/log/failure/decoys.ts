/** Patterns of decoys, searched for where their words are. */
const NOTHING_WENT_WRONG: readonly RegExp[] = [
  // 0 errors, no failures, without errors, errors: 0, 0 of 12 failed
  /\b(?:0|no|zero|without|any|not)\s(?:[a-z]{1,20}\s)?(?:errors?|failures?|failed|fail|failing|problems?|mismatch(?:es)?|crash(?:es)?)\b/i,
  /\b(?:errors?|failures?|failed|fail|fails|unexpected|problems?|mismatch(?:es)?|broken|dropped|timeouts?)(?:\s(?:count|code|rate|level|enabled|tests?|so far|total))?(?:\sso far)?\s?[:=]\s?(?:0\b|none|no\b|false|off|disabled|enabled|nil|null|success)/i,
  // a counter or a switch of any kind: rejected_connections:0, "failed": false,
  /^[\w."' -]{1,80}\s?[:=]\s{0,8}(?:0(?:\.0{1,9})?|false|no|none|nil|null|off)[,;]?$/i,
  // ends well: … ok, … PASSED, … [ OK ], … yes (12 ms)
  /(?:^|[\s.:[(])(?:ok|okay|pass|passed|success|succeeded|successful|successfully|skipped|skip|xfail|xfailed|done|fine|✓|✔)\b[\])]?\.?(?:\s{0,8}[([][^)\]]{0,60}[)\]])?$/i,
  /^\s{0,40}(?:ok|pass|passed|success|skip|skipped|xfail|✓|✔|√)\b[\s:,\])-]/i,
  /^\s{0,40}\[\s{0,9}(?:ok|pass|passed|success|skip|skipped|run|info|debug|warn|warning)\s{0,9}\]/i,
  /^\+{4} .* PASSED$/,
  /\s(?:PASSED|PASS|SKIPPED|XFAIL|OK)(?:\s{1,200}\[\s{0,3}\d{1,3}%\])?$/,
  // a failure that was intended
  /\b(?:expected|simulated|deliberate|intentional|injected|known|tolerated|harmless|ignored|ignoring|non-fatal|nonfatal)\s(?:[a-z]{1,20}\s)?(?:errors?|failures?|fail|exceptions?|crash)\b/i,
  /\((?:this is )?(?:expected|ignored|ok|harmless|as expected|allowed|not fatal|non-fatal)\b/i,
  /\b(?:ignoring|ignored|will retry|retrying|as expected|as it should)\b/i,
  // only mentions errors
  /\berror[- ](?:handl|code|log|report|recover|correct|check|message|path|page|bar|propagat|callback|class|toleran)/i,
  /\bfail(?:[- ]?over|[- ]?safe|[- ]?closed|[- ]?open|[- ]?fast|2ban)\b/i,
]

/** Log levels below an error, at the place where loggers put them. */
const LOW_LEVEL =
  /^(?:[[(<]?[\d:.,/TZ+ -]{6,40}[\])>]? {0,4})?(?:[^\s:]{1,60} ){0,3}[[(<]?(?:INFO|DEBUG|NOTICE|TRACE|WARN|WARNING|Warning|warning|info|debug|note|notice|W|I|D|N)[\])>]?(?::|\s\S)/
const WARNING_OF_A_COMPILER = /^\S{1,300}: (?:warning|note|remark|info)\b/i

/**
 * Commands that a tracing shell (`set -x`), a compiler or make prints before running them, whatever words
 * they contain.
 */
const TRACED = /^\s{0,20}\++ /

/** Whether a line contains words of trouble, but does not report any. */
export function isDecoy(text: string): boolean {
  return (
    TRACED.test(text) ||
    LOW_LEVEL.test(text) ||
    WARNING_OF_A_COMPILER.test(text) ||
    NOTHING_WENT_WRONG.some(decoy => decoy.test(text))
  )
}
