import { runIdTime } from '../../../domain/run/run-id.ts'
import { verdictOf } from '../../../domain/run/verdict.ts'
import { splitTriggers } from '../../../domain/trigger/trigger.ts'
import type { NewsItem } from '../../../queries/runs/news.ts'
import { links } from '../../links.ts'
import { showControls } from '../../ui/markup/control-characters.ts'
import { type Markup, markup } from '../../ui/markup/markup.ts'
import { newsId } from './news-id.ts'

export interface AtomFeed {
  readonly title: string
  /** Its own address, and that of the page that it is about, from the root of the site. */
  readonly self: string
  readonly page: string
  readonly items: readonly NewsItem[]
}

/** Triggers that a summary names. */
const NAMED = 5

/** A feed as Atom (RFC 4287). @param base where people reach the site */
export function atomFeed({ title, self, page, items }: AtomFeed, base: string): string {
  const newest = items.reduce((last, { run }) => Math.max(last, runIdTime(run.runId) ?? 0), 0)
  return inXml(markup`
    <?xml version="1.0" encoding="utf-8"?>\n
    <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">\n
      <title>${title}</title>\n
      <id>${base + self}</id>\n
      <link rel="self" type="application/atom+xml" href="${base + self}"/>\n
      <link rel="alternate" type="text/html" href="${base + page}"/>\n
      <updated>${moment(newest)}</updated>\n
      <author><name>autopkgtest</name></author>\n
      ${items.map(item => entry(item, base))}
    </feed>\n
  `)
}

function entry(item: NewsItem, base: string): Markup {
  const { run, before, to } = item
  const [was, is] = [verdictOf(before.exitcode), verdictOf(run.exitcode)]
  const version = run.version === null || run.version === '' ? '' : ` ${run.version}`
  return markup`
    <entry>\n
      <title>${run.package}${version} on ${run.release} ${run.arch}: ${is}, before ${was}</title>\n
      <id>${newsId(run)}</id>\n
      <link rel="alternate" type="text/html" href="${base + links.run(run)}"/>\n
      <updated>${moment(runIdTime(run.runId) ?? 0)}</updated>\n
      <category term="${to}"/>\n
      <summary>${summary(item)}</summary>\n
    </entry>\n
  `
}

function summary({ run, before, failure }: NewsItem): string {
  const triggers = splitTriggers(run.triggers)
  const more = triggers.length > NAMED ? ` and ${triggers.length - NAMED} more` : ''
  const parts = [
    failure?.line.text,
    triggers.length === 0 ? undefined : `Triggered by ${triggers.slice(0, NAMED).join(', ')}${more}.`,
    run.requester ? `Requested by ${run.requester}.` : undefined,
    `The run before it, ${before.runId}, tested ${before.version || 'an unknown version'}.`,
  ]
  return parts.filter(Boolean).join('\n')
}

/** To the second, as ids of runs have it. */
const moment = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`

/** XML has no character for these two, and nothing in a name or text may act unseen. */
const inXml = (text: Markup): string => showControls(String(text)).replace(/[\ufffe\uffff]/g, '\ufffd')
