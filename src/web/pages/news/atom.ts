import { runIdTime } from '../../../domain/run/run-id.ts'
import { verdictOf } from '../../../domain/run/verdict.ts'
import { splitTriggers } from '../../../domain/trigger/trigger.ts'
import type { NewsItem } from '../../../queries/news/news.ts'
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
  return inXml(markup`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">
<title>${title}</title>
<id>${base + self}</id>
<link rel="self" type="application/atom+xml" href="${base + self}"/>
<link rel="alternate" type="text/html" href="${base + page}"/>
<updated>${moment(newest)}</updated>
<author><name>autopkgtest</name></author>
${items.map(item => entry(item, base))}</feed>
`)
}

function entry(item: NewsItem, base: string): Markup {
  const { run, before, to } = item
  const [was, is] = [verdictOf(before.exitcode), verdictOf(run.exitcode)]
  const version = run.version === null || run.version === '' ? '' : ` ${run.version}`
  return markup`<entry>
<title>${run.package}${version} on ${run.release} ${run.arch}: ${is}, before ${was}</title>
<id>${newsId(run)}</id>
<link rel="alternate" type="text/html" href="${base + links.run(run)}"/>
<updated>${moment(runIdTime(run.runId) ?? 0)}</updated>
<category term="${to}"/>
<summary>${summary(item)}</summary>
</entry>
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
